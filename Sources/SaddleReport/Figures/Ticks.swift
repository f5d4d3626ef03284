#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// Where an axis is marked, and with what text.
package struct Ticks: Equatable, Sendable {
    package struct Label: Equatable, Sendable {
        package let value: Double
        package let text: String
    }
    package private(set) var labels: [Label]
    /// Values with a short mark and no text.
    package private(set) var minor: [Double] = []

    /// Ticks within a range of values.
    ///
    /// - Parameter count: how many labels are wanted at most; at least 2.
    package init(_ scale: Scale, in range: ClosedRange<Double>, atMost count: Int) {
        switch scale {
        case .linear: self = .linear(range, count)
        case .logarithmic: self = .logarithmic(range, count)
        case .logarithmicFromZero: self = .fromZero(range, count)
        }
    }

    private init(labels: [Label], minor: [Double] = []) {
        self.labels = labels
        self.minor = minor
    }

    /// Multiples of 1, 2 or 5 times a power of ten: the finest such step with at most `count` of them in the range.
    private static func linear(_ range: ClosedRange<Double>, _ count: Int) -> Ticks {
        let length = range.upperBound - range.lowerBound
        guard length > 0, length.isFinite else { return Ticks(labels: []) }
        // Slack for bounds that are themselves ticks up to rounding.
        let slack = 1e-9 * length
        var exponent = Int(floor(log10(length))) - 2
        while true {
            for factor in [1, 2, 5] {
                // Dividing by a power of ten rounds once, so 3 · 0.1 is the same number as the literal 0.3.
                let power = pow(10, Double(abs(exponent)))
                func tick(_ i: Double) -> Double {
                    let n = i * Double(factor)
                    return exponent < 0 ? n / power : n * power
                }
                let first = ceil((range.lowerBound - slack) / tick(1)), last = floor((range.upperBound + slack) / tick(1))
                if last - first + 1 > Double(count) { continue }
                let values = first > last ? [] : stride(from: first, through: last, by: 1).map { $0 == 0 ? 0 : tick($0) }
                return Ticks(labels: labels(values, exponent: exponent))
            }
            exponent += 1
        }
    }

    private static func labels(_ values: [Double], exponent: Int) -> [Label] {
        let largest = values.map(abs).max() ?? 0
        return values.map { value in
            let text =
                value == 0
                ? "0"
                : largest >= 1e5 || largest < 1e-3 || exponent < -5
                    ? NumberText.short(value, digits: significant(value, exponent))
                    : NumberText.fixed(value, decimals: max(-exponent, 0))
            return Label(value: value, text: text)
        }
    }

    /// Digits from the first of the value to the last that the step changes.
    private static func significant(_ value: Double, _ exponent: Int) -> Int {
        max(1, Int(floor(log10(abs(value)) + 1e-9)) - exponent + 1)
    }

    /// Powers of ten, thinned if there are too many; over less than two decades also their 2- and 5-fold; over a
    /// fraction of one decade the same ticks as a linear axis.
    private static func logarithmic(_ range: ClosedRange<Double>, _ count: Int) -> Ticks {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return Ticks(labels: []) }
        let low = log10(range.lowerBound), high = log10(range.upperBound)
        let decades = Int(floor(low - 1e-9))...Int(ceil(high + 1e-9))
        let inside = { (x: Double) in x >= range.lowerBound * (1 - 1e-9) && x <= range.upperBound * (1 + 1e-9) }
        let fine = decades.flatMap { k in (1...9).map { multiple($0, k) } }.filter(inside)
        let rounder = decades.flatMap { k in [1, 2, 5].map { multiple($0, k) } }.filter(inside)
        let powers = decades.map { multiple(1, $0) }.filter(inside)
        var chosen = rounder.count <= count ? rounder : powers
        if chosen.count < 3 && powers.count < 2 {
            let values = linear(range, count)
            if values.labels.count > chosen.count { return values }
        }
        var minor = fine
        if chosen.count > count {
            let every = (chosen.count + count - 1) / count
            minor = chosen
            chosen = decades.filter { $0 % every == 0 }.map { multiple(1, $0) }.filter(inside)
        }
        return Ticks(labels: chosen.map(decadeLabel), minor: minor.filter { !chosen.contains($0) })
    }

    /// Zero, then 1, 2, 5, 10, …; only the powers of ten if that is too many.
    private static func fromZero(_ range: ClosedRange<Double>, _ count: Int) -> Ticks {
        let high = range.upperBound
        guard high > 0 else { return Ticks(labels: [Label(value: 0, text: "0")]) }
        // Below two, log(1 + x) is nearly straight, and so are good ticks.
        guard high > 2, range.lowerBound <= 1 else { return linear(range, count) }
        var positive = logarithmic(1...high, count - 1)
        // Near zero 2 and 5 crowd less than further on, so the thinning by count alone is safe.
        if range.lowerBound <= 0 { positive.labels.insert(Label(value: 0, text: "0"), at: 0) }
        positive.labels.removeAll { $0.value < range.lowerBound }
        return positive
    }

    private static func multiple(_ factor: Int, _ exponent: Int) -> Double {
        let power = pow(10, Double(abs(exponent)))
        return exponent < 0 ? Double(factor) / power : Double(factor) * power
    }

    private static func decadeLabel(_ value: Double) -> Label {
        let exponent = Int(floor(log10(value) + 1e-9))
        let factor = Int((value / pow(10, Double(exponent))).rounded())
        if (-3...3).contains(exponent) {
            return Label(value: value, text: NumberText.fixed(value, decimals: max(-exponent, 0)))
        }
        let power = NumberText.powerOfTen(exponent)
        return Label(value: value, text: factor == 1 ? power : "\(factor)·\(power)")
    }
}
