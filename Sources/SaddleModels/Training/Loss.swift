import SaddleNumerics

/// The loss of one sample, ℓ(f, y), averaged over samples.
public enum Loss: String, Sendable, CaseIterable {
    /// ℓ = ½‖f − y‖²
    case squared
    /// One output: ℓ = log(1 + e^{−yf}) with y = ±1. Several: ℓ = −Σ_c y_c log softmax(f)_c with y one-hot.
    case crossEntropy = "cross_entropy"

    /// Δ = −∂ℓ/∂f, samples × outputs.
    public func errors(outputs f: Matrix, labels y: Matrix) -> Matrix {
        var result = Matrix(rows: f.rows, columns: f.columns)
        errors(outputs: f, labels: y, into: &result)
        return result
    }

    /// The same into a matrix of the same shape.
    public func errors(outputs f: Matrix, labels y: Matrix, into result: inout Matrix) {
        check(f, y)
        check(result, y)
        switch self {
        case .squared:
            for i in f.elements.indices { result.elements[i] = y.elements[i] - f.elements[i] }
        case .crossEntropy where f.columns == 1:
            for i in f.elements.indices {
                result.elements[i] = y.elements[i] * Self.sigmoid(-y.elements[i] * f.elements[i])
            }
        case .crossEntropy:
            for i in 0..<f.rows {
                let logNormalizer = Self.logSumExp(f, row: i)
                for c in 0..<f.columns { result[i, c] = y[i, c] - Self.exponential(f[i, c] - logNormalizer) }
            }
        }
    }

    /// Jᵀ·`direction` with J = ∂Δ/∂f, sample by sample (J is minus the Hessian of ℓ, hence symmetric).
    public func errorsPullback(of direction: Matrix, outputs f: Matrix, labels y: Matrix) -> Matrix {
        check(f, y)
        switch self {
        case .squared:
            return Matrix(rows: f.rows, columns: f.columns) { -direction[$0, $1] }
        case .crossEntropy where f.columns == 1:
            return Matrix(rows: f.rows, columns: 1) { i, _ in
                -direction[i, 0] * Self.sigmoid(f[i, 0]) * Self.sigmoid(-f[i, 0])
            }
        case .crossEntropy:
            var result = Matrix(rows: f.rows, columns: f.columns)
            for i in 0..<f.rows {
                let logNormalizer = Self.logSumExp(f, row: i)
                let p = (0..<f.columns).map { Self.exponential(f[i, $0] - logNormalizer) }
                let mean = (0..<f.columns).reduce(0) { $0 + p[$1] * direction[i, $1] }
                for c in 0..<f.columns { result[i, c] = -p[c] * (direction[i, c] - mean) }
            }
            return result
        }
    }

    /// (1/P) Σ_μ ℓ(f_μ, y_μ)
    public func mean(outputs f: Matrix, labels y: Matrix) -> Double {
        check(f, y)
        var sum = 0.0
        for i in 0..<f.rows {
            switch self {
            case .squared:
                for c in 0..<f.columns { sum += 0.5 * (f[i, c] - y[i, c]) * (f[i, c] - y[i, c]) }
            case .crossEntropy where f.columns == 1:
                sum += Self.softplus(-y[i, 0] * f[i, 0])
            case .crossEntropy:
                let logNormalizer = Self.logSumExp(f, row: i)
                for c in 0..<f.columns { sum += y[i, c] * (logNormalizer - f[i, c]) }
            }
        }
        return sum / Double(f.rows)
    }

    private func check(_ f: Matrix, _ y: Matrix) {
        precondition(f.rows == y.rows && f.columns == y.columns, "\(f.rows)×\(f.columns) outputs, \(y.rows)×\(y.columns) labels")
    }
}
