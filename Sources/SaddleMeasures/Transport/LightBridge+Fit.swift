import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LightBridge {
    /// A bridge fitted to two clouds.
    public struct Fit: Sendable {
        /// The bridge, in the units of the points.
        public let bridge: LightBridge
        /// mean ln c(x) − mean ln v(y), of the points that were fitted.
        public let loss: Double
        /// Quasi-Newton steps that were taken.
        public let steps: Int
        /// Why the minimisation ended.
        public let ending: LBFGS.Ending
    }

    /// How potentials are fitted.
    public struct Settings: Sendable {
        /// ε in the squared units of the points.
        public var epsilon: Double
        /// Ascending numbers of components, each of which begins where the one before it ended.
        public var components = [1, 2, 4, 8]
        /// Of each fit.
        public var maximalSteps = 1000
        /// Of the directions along which components are halved.
        public var seed = 1

        /// Potentials of 1, 2, 4 and 8 Gaussians.
        public init(epsilon: Double) { self.epsilon = epsilon }
    }

    /// The potentials with the least loss for two clouds, by quasi-Newton steps with exact gradients, in units in which a coordinate has variance one.
    ///
    /// One component begins at the mean and variance of the second cloud; more of them by halving components, so that the loss does not rise with their
    /// number. Means of the clouds should be near zero: the plan does not depend on them, the conditioning does.
    ///
    /// - Parameters:
    ///   - x, y: points as rows, of the same dimension.
    /// - Throws: what `shouldStop` asks for, as `CancellationError`.
    public static func fits(
        _ x: Matrix, _ y: Matrix, _ settings: Settings, shouldStop: () -> Bool = { false },
        progress: ProgressHandler = { _, _ in }
    ) throws -> [Fit] {
        precondition(
            x.columns == y.columns && x.rows > 1 && y.rows > 1, "\(x.rows)×\(x.columns) and \(y.rows)×\(y.columns) points")
        let scale = (meanSquare(x) + meanSquare(y)).squareRoot() / 2.0.squareRoot()
        precondition(scale > 0 && !settings.components.isEmpty && settings.components.min()! >= 1, "points without variance")
        func scaled(_ points: Matrix) -> Matrix {
            var result = points
            result.scale(by: 1 / scale)
            return result
        }
        let objective = BridgeLoss(scaled(x), scaled(y), epsilon: settings.epsilon / (scale * scale))
        var solver = LBFGS(), bridge = objective.start(), fits: [Fit] = []
        (solver.maximalSteps, solver.gradientTolerance, solver.valueTolerance) = (settings.maximalSteps, 1e-6, 1e-10)
        let total = Double(settings.components.count)
        for (place, count) in settings.components.enumerated() {
            bridge = bridge.splitting(to: count, seed: settings.seed)
            var evaluations = 0.0
            let found = try solver.minimize(from: objective.parameters(bridge)) { parameters in
                if shouldStop() { throw CancellationError() }
                evaluations += 1
                progress(Double(place) + min(evaluations / Double(settings.maximalSteps), 1), total)
                return objective.value(parameters)
            }!
            bridge = objective.bridge(found.point)
            fits.append(
                Fit(
                    bridge: bridge.scaled(by: scale, epsilon: settings.epsilon),
                    loss: found.value + Double(x.columns) * log(scale), steps: found.steps, ending: found.ending))
        }
        return fits
    }

    /// mean ln c(x) − mean ln v(y) of other points.
    public func loss(_ x: Matrix, _ y: Matrix) -> Double {
        let objective = BridgeLoss(x, y, epsilon: epsilon)
        return objective.value(objective.parameters(self))?.value ?? .infinity
    }

    private static func meanSquare(_ points: Matrix) -> Double {
        points.elements.reduce(0) { $0 + $1 * $1 } / Double(points.elements.count)
    }

    /// In units that are smaller by the factor.
    private func scaled(by factor: Double, epsilon: Double) -> LightBridge {
        LightBridge(
            epsilon: epsilon,
            components: components.map {
                .init(logWeight: $0.logWeight, centre: $0.centre.map { factor * $0 }, factor: $0.factor)
            })
    }

    /// Components in two halves that are shifted apart by one standard deviation in a random direction, those that were halved least often first.
    private func splitting(to count: Int, seed: Int) -> LightBridge {
        var parts = components
        while parts.count < count {
            var stream = RandomStream(seed: seed, .bridge, 2, parts.count)
            let part = parts.removeFirst(), direction = stream.normals(dimension)
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let shift = part.factor.product(direction.map { $0 * 0.5 * epsilon.squareRoot() / length })
            for sign in [1.0, -1] {
                var half = part
                half.logWeight -= log(2)
                for i in shift.indices { half.centre[i] += sign * shift[i] }
                parts.append(half)
            }
        }
        return LightBridge(epsilon: epsilon, components: parts)
    }
}

/// The loss and its gradient in (ln α, r, ln diag L and L below the diagonal) of each component.
struct BridgeLoss {
    private let x: Matrix, y: Matrix
    private let dimension: Int
    private let epsilon: Double

    init(_ x: Matrix, _ y: Matrix, epsilon: Double) {
        // Points as columns.
        (self.x, self.y, self.epsilon, dimension) = (x.transposed, y.transposed, epsilon, x.columns)
    }

    private var size: Int { 1 + dimension + dimension * (dimension + 1) / 2 }

    /// One component at the mean of the second cloud; εS about its spread, but S no larger than one: x moves by S.
    func start() -> LightBridge {
        let (d, n) = (dimension, y.columns)
        let mean = (0..<d).map { i in (0..<n).reduce(0) { $0 + y[i, $1] } / Double(n) }
        let spread = (0..<d).reduce(0) { sum, i in
            sum + (0..<n).reduce(0) { $0 + (y[i, $1] - mean[i]) * (y[i, $1] - mean[i]) } / Double(n * d)
        }
        let shape = min(1, max(spread / epsilon, 1e-12)).squareRoot()
        return LightBridge(
            epsilon: epsilon,
            components: [.init(logWeight: 0, centre: mean, factor: Matrix(rows: d, columns: d) { $0 == $1 ? shape : 0 })])
    }

    func bridge(_ p: [Double]) -> LightBridge {
        LightBridge(
            epsilon: epsilon,
            components: (0..<p.count / size).map { k in
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
        let bridge = bridge(p), (n, m, d) = (x.columns, y.columns, dimension), count = bridge.components.count
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
        for j in 0..<n { rowsX[j] = LightBridge.logSum(terms.map { $0.logX[j] }) }
        for j in 0..<m { rowsY[j] = LightBridge.logSum(terms.map { $0.logY[j] }) }
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
