#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The state of a descent: coefficients, predictors η and working residuals.
struct CoordinateDescent {
    let x: PenalisedRegression.Columns
    let y: [Double]
    let loss: PenalisedRegression.Loss
    let penalty: Penalty
    let maximalSweeps: Int
    /// Of the parabola above the loss.
    let curvature: Double
    var intercept = 0.0
    var b: [Double]
    var η: [Double]
    /// −ℓ′/curvature, kept while coefficients move within one parabola.
    var residual: [Double]
    var delta: Double?
    var entered: [Int] = []
    private var hasEntered: [Bool]

    init(_ x: PenalisedRegression.Columns, _ y: [Double], _ settings: PenalisedRegression.Settings) {
        (self.x, self.y, loss, penalty, maximalSweeps) = (x, y, settings.loss, settings.penalty, settings.maximalSweeps)
        curvature = settings.loss == .logistic ? 0.25 : 1
        b = [Double](repeating: 0, count: x.count)
        (η, residual) = ([Double](repeating: 0, count: y.count), y)
        hasEntered = [Bool](repeating: false, count: x.count)
    }

    /// The model without columns. Returns the least strength at which none is selected.
    mutating func begin() -> Double {
        let n = Double(y.count), mean = y.reduce(0, +) / n
        switch loss {
        case .squared: intercept = mean
        case .logistic: intercept = log(mean / (1 - mean))
        case .huber:
            intercept = median(y)
            rescale()
        }
        for i in η.indices { η[i] = intercept }
        refresh()
        for _ in 0..<1000 where abs(moveIntercept()) > 1e-12 * max(1, abs(intercept)) { refresh() }
        refresh()
        // Just above, so that rounding selects nothing.
        return (1 + 1e-8) * curvature * (0..<x.count).reduce(0) { max($0, abs(product($1) / n)) }
    }

    /// Coordinate descent at one strength: over the active columns until they rest, then once over all. Returns whether it came to rest.
    mutating func solve(_ strength: Double, limit: Double) -> Bool {
        if loss == .huber {
            rescale()
            refresh()
        }
        var (sweeps, isWhole) = (0, true)
        while sweeps < maximalSweeps {
            var change = abs(moveIntercept())
            for j in b.indices where isWhole || b[j] != 0 { change = max(change, abs(move(j, strength))) }
            refresh()
            sweeps += 1
            if curvature * change > limit { isWhole = false } else if isWhole { return true } else { isWhole = true }
        }
        return false
    }

    func solution(_ strength: Double, _ converged: Bool) -> PenalisedRegression.Solution {
        let active = b.indices.filter { b[$0] != 0 }.map { ($0, b[$0]) }
        return PenalisedRegression.Solution(
            strength: strength, intercept: intercept, coefficients: Dictionary(uniqueKeysWithValues: active), delta: delta,
            converged: converged)
    }

    private mutating func move(_ j: Int, _ strength: Double) -> Double {
        if x.isConstant[j] { return 0 }
        let old = b[j], z = old + product(j) / Double(y.count)
        let new = penalty.proximal(curvature * z, strength: strength) / curvature, change = new - old
        if change == 0 { return 0 }
        b[j] = new
        if !hasEntered[j] {
            hasEntered[j] = true
            entered.append(j)
        }
        let n = y.count
        x.values.withUnsafeBufferPointer { x in
            η.withUnsafeMutableBufferPointer { η in
                residual.withUnsafeMutableBufferPointer { r in
                    for i in 0..<n {
                        let step = change * x[j * n + i]
                        η[i] += step
                        r[i] -= step
                    }
                }
            }
        }
        return change
    }

    private mutating func moveIntercept() -> Double {
        let change = residual.reduce(0, +) / Double(y.count)
        intercept += change
        for i in η.indices {
            η[i] += change
            residual[i] -= change
        }
        return change
    }

    private func product(_ j: Int) -> Double {
        let n = y.count
        return x.values.withUnsafeBufferPointer { x in
            residual.withUnsafeBufferPointer { r in
                var sums = (0.0, 0.0, 0.0, 0.0), i = 0
                let base = j * n
                while i + 3 < n {
                    sums.0 += x[base + i] * r[i]
                    sums.1 += x[base + i + 1] * r[i + 1]
                    sums.2 += x[base + i + 2] * r[i + 2]
                    sums.3 += x[base + i + 3] * r[i + 3]
                    i += 4
                }
                while i < n {
                    sums.0 += x[base + i] * r[i]
                    i += 1
                }
                return sums.0 + sums.1 + sums.2 + sums.3
            }
        }
    }

    /// A parabola at the present predictors.
    private mutating func refresh() {
        for i in y.indices {
            residual[i] =
                switch loss {
                case .squared: y[i] - η[i]
                case .logistic: 4 * (y[i] - 1 / (1 + exp(-η[i])))
                case .huber: min(max(y[i] - η[i], -delta!), delta!)
                }
        }
    }

    private mutating func rescale() {
        let errors = zip(y, η).map { $0 - $1 }, centre = entered.isEmpty ? median(errors) : 0
        let deviation = median(errors.map { abs($0 - centre) })
        // Residuals of a fit that is exact for most samples have no scale: the last one stays.
        if deviation > 0 { delta = 1.345 * 1.4826 * deviation }
        if delta == nil { delta = max(1.345 * rootMeanSquare(errors.map { $0 - centre }), .leastNormalMagnitude) }
    }
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted(), n = sorted.count
    return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
}
