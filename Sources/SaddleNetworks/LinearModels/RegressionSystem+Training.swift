import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where along its way a student is looked at.
public enum RegressionAxis: Sendable, Equatable {
    /// Times of gradient flow, or whole steps, ascending.
    case training(RegressionTraining, times: [Double])
    /// Minima of half the mean of squares plus ridge·|w − w₀|²/2.
    case ridges([Double])

    /// Number of places.
    public var count: Int {
        switch self {
        case .training(_, let times): times.count
        case .ridges(let ridges): ridges.count
        }
    }
    var training: RegressionTraining? { if case .training(let training, _) = self { training } else { nil } }
}

extension RegressionSystem {
    /// Weights at each place of the axis, one column each, of a student with features φ (P × n), in the eigenvectors of φᵀφ/P.
    ///
    ///     w = w₀ + V p(g) VᵀΦᵀ(y − Φw₀)/P,   p = (1 − q)/g
    ///
    /// with real recursions for steps, mode by mode.
    func trained(_ φ: Matrix, _ y: Matrix, from start: [Double], _ axis: RegressionAxis) throws -> Matrix {
        let (p, n) = (φ.rows, φ.columns)
        let w₀ = Matrix(rows: n, columns: 1, elements: start)
        var residual = y
        residual.add(φ * w₀, scale: -1)
        // Of the two Gram matrices the smaller one.
        let isWide = n > p
        let gram = isWide ? Matrix.product(.plain(φ), φ.ᵀ, scale: 1 / Double(p)) : φ.gram(scale: 1 / Double(p))
        let (values, vectors) = try gram.symmetricEigen()
        let pull = isWide ? residual : φ.ᵀ * residual
        let modes = vectors.ᵀ * pull
        // Eigenvalues below zero are rounding.
        let responses = Self.responses(values.map { max($0, 0) }, axis)
        var scaled = Matrix(rows: values.count, columns: axis.count)
        for t in 0..<axis.count {
            for k in values.indices { scaled[k, t] = responses[t][k] * modes[k, 0] / Double(p) }
        }
        var w = vectors * scaled
        if isWide { w = φ.ᵀ * w }
        for t in 0..<axis.count { for i in 0..<n { w[i, t] += start[i] } }
        return w
    }

    /// p(g) for each place of the axis and each eigenvalue.
    static func responses(_ values: [Double], _ axis: RegressionAxis) -> [[Double]] {
        switch axis {
        case .ridges(let ridges):
            return ridges.map { λ in values.map { g in g + λ > 0 ? 1 / (g + λ) : 0 } }
        case .training(let training, let times):
            guard let optimizer = training.optimizer else {
                return times.map { t in values.map { g in g * t > 1e-8 ? -expm1(-g * t) / g : t } }
            }
            var (c, u) = ([Double](repeating: 0, count: values.count), [Double](repeating: 0, count: values.count))
            var (results, step): ([[Double]], Int) = ([], 0)
            for time in times {
                while step < Int(time) {
                    for k in values.indices {
                        let gradient = values[k] * c[k] - 1
                        u[k] = optimizer.momentum * u[k] + gradient
                        c[k] -= optimizer.rate * (optimizer.usesNesterov ? optimizer.momentum * u[k] + gradient : u[k])
                    }
                    step += 1
                }
                results.append(c)
            }
            return results
        }
    }

    /// Weights at each step of `times`, by steps on batches that `next` makes: features (n × B, one sample a column) and labels.
    func stepped(
        from start: [Double], optimizer: RegressionOptimizer, times: [Double], _ next: () -> (φ: Matrix, y: [Double])
    ) -> Matrix {
        let n = start.count
        var (w, u) = (start, [Double](repeating: 0, count: n))
        var columns: [Double] = []
        var step = 0
        for time in times {
            while step < Int(time) {
                let (φ, y) = next()
                var residual = φ.ᵀ * Matrix(rows: n, columns: 1, elements: w)
                for i in y.indices { residual[i, 0] -= y[i] }
                let gradient = Matrix.product(.plain(φ), .plain(residual), scale: 1 / Double(y.count)).elements
                for i in 0..<n {
                    u[i] = optimizer.momentum * u[i] + gradient[i]
                    w[i] -= optimizer.rate * (optimizer.usesNesterov ? optimizer.momentum * u[i] + gradient[i] : u[i])
                }
                step += 1
            }
            columns += w
        }
        return Matrix(rows: n, columns: times.count, elements: columns)
    }
}
