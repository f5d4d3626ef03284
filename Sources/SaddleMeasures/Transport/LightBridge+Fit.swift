import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LightBridge {
    public struct Fit: Sendable {
        public let bridge: LightBridge
        /// mean ln c(x) − mean ln v(y), of the points that were fitted.
        public let loss: Double
        public let startLoss: Double
        public let steps: Int
        public let ending: LBFGS.Ending
    }

    public struct Settings: Sendable {
        public var epsilon: Double
        public var components = 10
        public var maximalSteps = 400
        public var seed = 1

        public init(epsilon: Double) { self.epsilon = epsilon }
    }

    /// The potential with the least loss for two clouds, by quasi-Newton steps with exact gradients.
    ///
    /// Begins with centres at points of the second cloud that are far apart (k-means++) and S of its variance. Means of the clouds should be near zero:
    /// the plan does not depend on them, the conditioning does.
    ///
    /// - Parameters:
    ///   - x, y: points as rows, of the same dimension.
    /// - Throws: what `shouldStop` asks for, as `CancellationError`.
    public static func fit(
        _ x: Matrix, _ y: Matrix, _ settings: Settings, shouldStop: () -> Bool = { false },
        progress: ProgressHandler = { _, _ in }
    ) throws -> Fit {
        precondition(
            x.columns == y.columns && x.rows > 1 && y.rows > 1, "\(x.rows)×\(x.columns) and \(y.rows)×\(y.columns) points")
        let objective = BridgeLoss(x, y, settings)
        let start = objective.start(seed: settings.seed)
        var solver = LBFGS()
        (solver.maximalSteps, solver.gradientTolerance, solver.valueTolerance) = (settings.maximalSteps, 1e-6, 1e-10)
        var evaluations = 0.0
        let found = try solver.minimize(from: start) { parameters in
            if shouldStop() { throw CancellationError() }
            evaluations += 1
            progress(min(evaluations, Double(settings.maximalSteps)), Double(settings.maximalSteps))
            return objective.value(parameters)
        }!
        return Fit(
            bridge: objective.bridge(found.point), loss: found.value, startLoss: objective.value(start)!.value,
            steps: found.steps,
            ending: found.ending)
    }

    /// mean ln c(x) − mean ln v(y) of other points.
    public func loss(_ x: Matrix, _ y: Matrix) -> Double {
        var settings = Settings(epsilon: epsilon)
        settings.components = components.count
        let objective = BridgeLoss(x, y, settings)
        return objective.value(objective.parameters(self))!.value
    }
}

/// The loss and its gradient in (ln α, r, ln diag L and L below the diagonal) of each component.
struct BridgeLoss {
    private let x: Matrix, y: Matrix
    private let count: Int, dimension: Int
    private let epsilon: Double

    init(_ x: Matrix, _ y: Matrix, _ settings: LightBridge.Settings) {
        // Points as columns.
        (self.x, self.y) = (x.transposed, y.transposed)
        (count, dimension, epsilon) = (settings.components, x.columns, settings.epsilon)
    }

    private var size: Int { 1 + dimension + dimension * (dimension + 1) / 2 }

    func start(seed: Int) -> [Double] {
        let (d, n) = (dimension, y.columns)
        var stream = RandomStream(seed: seed, .bridge)
        var centres = [Int(stream.uniform() * Double(n))]
        var nearest = [Double](repeating: .infinity, count: n)
        let mean = (0..<d).map { i in (0..<n).reduce(0) { $0 + y[i, $1] } / Double(n) }
        let variance = (0..<d).map { i in (0..<n).reduce(0) { $0 + (y[i, $1] - mean[i]) * (y[i, $1] - mean[i]) } / Double(n) }
        while centres.count < count {
            for j in 0..<n {
                nearest[j] = min(
                    nearest[j], (0..<d).reduce(0) { $0 + (y[$1, j] - y[$1, centres.last!]) * (y[$1, j] - y[$1, centres.last!]) })
            }
            let total = nearest.reduce(0, +)
            var u = stream.uniform() * total
            centres.append(
                nearest.firstIndex { value in
                    u -= value
                    return u <= 0
                } ?? n - 1)
        }
        // εS about the spread of the cloud, but S no larger than one: x moves by S.
        let spread = max(variance.reduce(0, +) / Double(d), .leastNormalMagnitude)
        let shape = 0.5 * log(min(1, spread / epsilon))
        return centres.flatMap { c in
            var part = [-log(Double(count))] + (0..<d).map { count == 1 ? mean[$0] : y[$0, c] }
            for j in 0..<d { for i in j..<d { part.append(i == j ? shape : 0) } }
            return part
        }
    }

    func bridge(_ p: [Double]) -> LightBridge {
        LightBridge(
            epsilon: epsilon,
            components: (0..<count).map { k in
                let base = k * size
                var factor = Matrix(rows: dimension, columns: dimension), place = base + 1 + dimension
                for j in 0..<dimension {
                    for i in j..<dimension {
                        factor[i, j] = i == j ? exp(p[place]) : p[place]
                        place += 1
                    }
                }
                return .init(logWeight: p[base], centre: Array(p[base + 1..<base + 1 + dimension]), factor: factor)
            })
    }

    func parameters(_ bridge: LightBridge) -> [Double] {
        bridge.components.flatMap { component in
            [component.logWeight] + component.centre
                + (0..<dimension).flatMap { j in
                    (j..<dimension).map { $0 == j ? log(component.factor[$0, j]) : component.factor[$0, j] }
                }
        }
    }

    /// Nil where a factor is out of range.
    func value(_ p: [Double]) -> (value: Double, gradient: [Double])? {
        let bridge = bridge(p), (n, m, d) = (x.columns, y.columns, dimension)
        let parts = bridge.components
        guard parts.allSatisfy({ part in (0..<d).allSatisfy { part.factor[$0, $0] > 1e-150 && part.factor[$0, $0] < 1e150 } })
        else { return nil }
        /// For each component: Lᵀx and L⁻¹(y − r), and the logarithms.
        let terms = Threads.compute(count) { k -> (lx: Matrix, z: Matrix, logX: [Double], logY: [Double]) in
            let part = parts[k], lx = part.factor.ᵀ * x
            var z = Matrix(rows: d, columns: m) { y[$0, $1] - part.centre[$0] }
            z.solveLeftTransposed(upper: part.factor.transposed)
            let logX = (0..<n).map { j in
                var sum = 0.0
                for i in 0..<d { sum += lx[i, j] * lx[i, j] / 2 + part.centre[i] * x[i, j] }
                return part.logWeight + sum / epsilon
            }
            var logDeterminant = 0.0
            for i in 0..<d { logDeterminant += log(part.factor[i, i]) + 0.5 * log(2 * .pi * epsilon) }
            let logY = (0..<m).map { j in
                part.logWeight - logDeterminant - (0..<d).reduce(0) { $0 + z[$1, j] * z[$1, j] } / (2 * epsilon)
            }
            return (lx, z, logX, logY)
        }
        var (rowsX, rowsY) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: m))
        for j in 0..<n { rowsX[j] = logSum(terms.map { $0.logX[j] }) }
        for j in 0..<m { rowsY[j] = logSum(terms.map { $0.logY[j] }) }
        let value = rowsX.reduce(0, +) / Double(n) - rowsY.reduce(0, +) / Double(m)
        guard value.isFinite else { return nil }
        let (sumsX, sumsY) = (rowsX, rowsY)
        let gradients = Threads.compute(count) { k -> [Double] in
            let term = terms[k], factor = parts[k].factor
            let w = (0..<n).map { exp(term.logX[$0] - sumsX[$0]) / Double(n) }
            let ρ = (0..<m).map { exp(term.logY[$0] - sumsY[$0]) / Double(m) }
            var (wx, ρz, wlx) = (x, term.z, term.lx)
            wx.scaleColumns(by: w)
            ρz.scaleColumns(by: ρ)
            wlx.scaleColumns(by: w)
            /// U = L⁻ᵀz: S⁻¹(y − r) = L⁻ᵀz.
            var inverse = Matrix.identity(d)
            inverse.solveLeftTransposed(upper: factor.transposed)
            let turned = inverse.transposed
            let pull = turned * ρz.rowSums
            let push = wx.rowSums
            // d ln c = ½ d(xᵀLLᵀx)/ε: x(Lᵀx)ᵀ/ε;  d ln v: −L⁻ᵀ + L⁻ᵀz zᵀ... /ε, both in L.
            var gradient = Matrix.product(.plain(x), wlx.ᵀ, scale: 1 / epsilon)
            let moment = Matrix.product(.plain(ρz), term.z.ᵀ), total = ρ.reduce(0, +)
            gradient.add(turned * moment, scale: -1 / epsilon)
            gradient.add(turned, scale: total)
            var result = [w.reduce(0, +) - total]
            for i in 0..<d { result.append((push[i] - pull[i]) / epsilon) }
            for j in 0..<d { for i in j..<d { result.append(gradient[i, j] * (i == j ? factor[i, i] : 1)) } }
            return result
        }
        return (value, gradients.flatMap(\.self))
    }
}

extension Matrix {
    fileprivate var rowSums: [Double] {
        var sums = [Double](repeating: 0, count: rows)
        for j in 0..<columns { for i in 0..<rows { sums[i] += self[i, j] } }
        return sums
    }

    fileprivate static func * (a: Matrix, x: [Double]) -> [Double] { a.product(x) }
}
