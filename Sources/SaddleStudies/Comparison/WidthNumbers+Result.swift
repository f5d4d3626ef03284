import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension WidthNumbers {
    /// How many of the worst numbers are listed by name.
    private static let listed = 8

    func result(steps: [Int], verdict: Verdict, reasons: [String], accuracy: AccuracyComparison?) -> WidthComparison {
        WidthComparison(
            width: width, networks: comparer.ensemble.networks, verdict: verdict, reasons: reasons, numbers: scored,
            largestScore: rounded(largestScore),
            beyondThree: groups.reduce(0) { $0 + $1.numbers.count { abs($0.score ?? 0) > 3 } },
            // P(|z| > 3) for a normal value
            expectedBeyondThree: rounded(Double(scored) * 0.0026997960632601866),
            relativeSpread: relativeSpread.map { rounded($0) }, resolvesShift: shift?.isResolved ?? false, accuracy: accuracy,
            worst: worst(steps: steps), quantities: groups.map(\.result))
    }

    private func worst(steps: [Int]) -> [Deviation] {
        var found: [(group: Int, number: Int, score: Double)] = []
        for (g, group) in groups.enumerated() {
            for (i, number) in group.numbers.enumerated() {
                guard let score = number.score else { continue }
                if found.count == Self.listed, abs(score) <= abs(found.last!.score) { continue }
                found.append((g, i, score))
                found.sort { abs($0.score) > abs($1.score) }
                if found.count > Self.listed { found.removeLast() }
            }
        }
        return found.map { groups[$0.group].deviation($0.number, steps: steps) }
    }
}

extension WidthNumbers.Group {
    var result: QuantityComparison {
        let times = shape[0]
        return QuantityComparison(
            quantity: name, statistic: statistic,
            shape: isKernel ? [times, numbers.count / max(times, 1)] : shape, numbers: scored,
            largestScore: rounded(largestScore), relativeError: relativeError.map { rounded($0) },
            predicted: numbers.map { rounded($0.predicted) }, measured: numbers.map { rounded($0.measured) },
            score: numbers.map { $0.score.map { rounded($0, digits: 3) } })
    }

    func deviation(_ i: Int, steps: [Int]) -> Deviation {
        let number = numbers[i]
        let stride = numbers.count / shape[0]
        return Deviation(
            quantity: name, statistic: statistic, step: steps[i / stride], index: index(i % stride),
            predicted: rounded(number.predicted), measured: rounded(number.measured), error: rounded(number.error),
            score: rounded(number.score ?? 0, digits: 3))
    }

    /// The axes' indices of the number at `offset` within one time.
    private func index(_ offset: Int) -> [Int] {
        if isKernel {
            var (row, rest) = (0, offset)
            while rest >= shape[1] - row {
                rest -= shape[1] - row
                row += 1
            }
            return [row, row + rest]
        }
        var rest = offset
        var result: [Int] = []
        for axis in shape.dropFirst().reversed() {
            result.insert(rest % axis, at: 0)
            rest /= axis
        }
        return result
    }
}

/// A number with so many significant digits: short in text, still exact enough to draw.
package func rounded(_ x: Double, digits: Int = 6) -> Double {
    guard x.isFinite, x != 0 else { return x }
    // Negative powers of ten are not exact, so scale by a positive one in either direction.
    let power = digits - 1 - Int(log10(abs(x)).rounded(.down))
    let scale = (0..<abs(power)).reduce(1.0) { p, _ in p * 10 }
    guard scale.isFinite else { return x }
    return power >= 0 ? (x * scale).rounded() / scale : (x / scale).rounded() * scale
}
