#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is found out about a formula by looking at it on [−100, 100]: that it is finite there, and where it has kinks.
///
/// Kinks are the zeros of what abs, relu, sign, step, min, max and the like switch at: changes of sign between points 0.005 apart,
/// closer near 0, bisected to neighbouring numbers. On both sides of each φ and φ′ are compared.
struct FormulaSurvey {
    private(set) var kinks: [Double] = []
    private(set) var isContinuous = true
    private(set) var isSmooth = true

    private static let grid: [Double] = {
        let near = (20...200).map { exp2(-Double($0) / 4) }
        let even = (-20_000...20_000).map { Double($0) / 200 }
        return Array(Set(even + near + near.map { -$0 })).sorted()
    }()

    init(_ formula: Formula, declared: [Double]) throws(ActivationError) {
        let x = Self.grid, program = formula.program
        let jets = program.jets(at: x)
        for (order, values) in jets.enumerated() {
            if let bad = values.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(formula: formula.text, derivative: order, x: x[bad], value: values[bad])
            }
        }
        let candidates = try Self.candidates(program, formula) + declared.map { Candidate(left: $0, right: $0, isCertain: true) }
        let scales = jets.map { values in zip(x, values).reduce(0) { abs($1.0) <= 10 ? max($0, abs($1.1)) : $0 } }
        for candidate in candidates.sorted(by: { $0.left < $1.left }) {
            let step = 1e-12 * max(1, abs(candidate.left))
            let sides = program.jets(at: [candidate.left - step, candidate.right + step])
            func size(_ order: Int) -> Double { max(scales[order], abs(sides[order][0]), abs(sides[order][1])) }
            func jumps(_ order: Int) -> Bool {
                let natural = order < 2 ? 4 * step * size(order + 1) : 0
                return !(abs(sides[order][1] - sides[order][0]) <= 1e-9 * size(order) + natural)
            }
            if jumps(0) { isContinuous = false }
            if jumps(0) || jumps(1) { isSmooth = false }
            if !candidate.isCertain && !jumps(0) && !jumps(1) && !jumps(2) { continue }
            if let last = kinks.last, candidate.right - last <= 1e-12 * max(1, abs(last)) { continue }
            kinks.append(abs(candidate.right) < 1e-300 ? 0 : candidate.right)
        }
        if kinks.count > Formula.mostKinks { throw .tooManyKinks(formula: formula.text, count: kinks.count) }
    }

    private struct Candidate {
        /// Numbers on both sides of it, or itself twice.
        let left, right: Double
        /// False at the end of an interval of zeros.
        let isCertain: Bool
    }

    private static func candidates(_ program: FormulaProgram, _ formula: Formula) throws(ActivationError) -> [Candidate] {
        var result: [Candidate] = []
        for function in program.switches {
            let y = function.values(at: grid)
            var count = 0
            for i in 0..<grid.count - 1 {
                if y[i] == 0 {
                    let sides = [i == 0 || y[i - 1] != 0, y[i + 1] != 0]
                    if sides.allSatisfy(\.self) || (i > 0 && sides[0]) || sides[1] {
                        result.append(Candidate(left: grid[i], right: grid[i], isCertain: sides.allSatisfy(\.self)))
                    }
                } else if y[i] * y[i + 1] < 0 || (y[i].sign != y[i + 1].sign && y[i + 1] != 0) {
                    count += 1
                    if count > 4 * Formula.mostKinks { throw .tooManyKinks(formula: formula.text, count: count) }
                    result.append(change(of: function, grid[i], grid[i + 1], leftIsNegative: y[i] < 0))
                }
            }
        }
        return result
    }

    private static func change(of function: FormulaProgram, _ low: Double, _ high: Double, leftIsNegative: Bool) -> Candidate {
        var (low, high) = (low, high)
        while true {
            let middle = low + (high - low) / 2
            if !(middle > low && middle < high) { return Candidate(left: low, right: high, isCertain: true) }
            let y = function.values(at: [middle])[0]
            if y == 0 { return Candidate(left: middle, right: middle, isCertain: true) }
            if (y < 0) == leftIsNegative { low = middle } else { high = middle }
        }
    }
}

extension FormulaProgram {
    fileprivate func values(at x: [Double]) -> [Double] {
        [Double](unsafeUninitializedCapacity: x.count) { out, initialized in
            run(x, x.count, out.baseAddress, nil, nil)
            initialized = x.count
        }
    }

    /// φ, φ′ and φ″ at each point.
    fileprivate func jets(at x: [Double]) -> [[Double]] {
        var (value, slope, curvature) = (x, x, x)
        value.withUnsafeMutableBufferPointer { value in
            slope.withUnsafeMutableBufferPointer { slope in
                curvature.withUnsafeMutableBufferPointer { curvature in
                    run(x, x.count, value.baseAddress, slope.baseAddress, curvature.baseAddress)
                }
            }
        }
        return [value, slope, curvature]
    }
}
