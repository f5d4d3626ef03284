import Numerics
import SaddleNumerics

/// A Koopman operator on the span of some functions, from pairs of states: rows of Ψ before and after a step, Ψ′ ≈ ΨK.
///
/// With Ψ = USVᵀ cut to its rank, Z = ΨV = US and Z′ = Ψ′V, the operator is the r × r matrix of one of
///
///     exact                  K = Z⁺Z′                                        (biased by noise of the states: its eigenvalues shrink)
///     forward and backward   K = (K_f K_b⁻¹)^{1/2}, K_f = Z⁺Z′, K_b = Z′⁺Z   (Dawson, Hemati, Williams, Rowley 2016)
///     total least squares    K = (QᵀZ)⁻¹QᵀZ′, Q the first r left singular vectors of [Z Z′]   (Hemati, Rowley, Deem, Cattafesta 2017)
///
/// λ and w with Kw = λw are an eigenvalue and an eigenfunction φ = ψ(x)·Vw, which a step multiplies by λ up to the residual ‖(Z′ − λZ)w‖/‖Zw‖: of a pair that is none of the
/// dynamics it does not go to zero with more samples (Colbrook and Townsend 2024).
public struct KoopmanModel: Sendable {
    /// How K is fitted to the pairs; the type's own text has the formulas.
    public enum Method: String, Sendable, CaseIterable {
        /// Least squares forwards.
        case exact
        /// Geometric mean of the steps forwards and backwards, without the bias of noise.
        case forwardBackward = "forward-backward"
        /// Noise in the states before and after a step is treated alike.
        case totalLeastSquares = "total-least-squares"
    }

    /// How many directions of the functions are kept.
    public enum Rank: Sendable, Equatable {
        /// Singular values above this share of the largest.
        case tolerance(Double)
        /// So many, as far as singular values are above rounding.
        case count(Int)
        /// Gavish and Donoho's threshold with this noise; nil where it is not known.
        case threshold(noise: Double?)
    }

    /// Singular values of Ψ, all of them, and how many are kept.
    public let singularValues: [Double]
    /// r, directions that are kept.
    public let rank: Int
    /// Pairs M and functions.
    public let pairs, functions: Int
    /// Eigenvalues and eigenvectors of K in the kept directions.
    public let eigen: GeneralEigen
    /// By eigenvalue, as are the sizes of modes in the first state: |φ(x₀)| times the norm of what multiplies it in the states.
    public let residuals, amplitudes: [Double]
    /// K in the kept directions.
    public let matrix: Matrix
    private let scales: [Double]
    private let directions: Matrix
    private let readout: Matrix
    private let gram, product: Matrix

    /// - Parameters:
    ///   - states: before the step, which are read off the functions for forecasts.
    ///   - isScaled: whether every function is divided by its root mean square first; K has the same eigenvalues, and the rank is not decided by units.
    /// - Throws: ``FactorizationError``.
    public init(
        before: Matrix, after: Matrix, states: Matrix, method: Method = .exact, rank: Rank = .tolerance(1e-10),
        isScaled: Bool = true
    ) throws {
        precondition(
            before.rows == after.rows && before.columns == after.columns && states.rows == before.rows,
            "pairs of \(before.rows)×\(before.columns) and \(after.rows)×\(after.columns), \(states.rows) states")
        let (m, count) = (before.rows, before.columns)
        scales = (0..<count).map { j in
            let square = before.elements[j * m..<(j + 1) * m].reduce(0) { $0 + $1 * $1 } / Double(m)
            return isScaled && square > 0 ? 1 / square.squareRoot() : 1
        }
        var (psi, next) = (before, after)
        psi.scaleColumns(by: scales)
        next.scaleColumns(by: scales)
        let (left, values, right) = try psi.singularValueDecomposition()
        let kept: Int
        switch rank {
        case .tolerance(let share): kept = values.count { $0 > share * values[0] }
        case .count(let wanted): kept = min(wanted, values.count { $0 > 1e-14 * values[0] })
        case .threshold(let noise):
            let limit =
                try noise.map { HardThreshold.threshold(rows: m, columns: count, noise: $0) }
                ?? HardThreshold.threshold(rows: m, columns: count, singularValues: values)
            kept = values.count { $0 > limit }
        }
        (singularValues, self.rank, pairs, functions) = (values, kept, m, count)
        let u = left.leading(rows: m, columns: kept), s = Array(values.prefix(kept))
        directions = right.leading(rows: kept, columns: count).transposed
        let z = psi * directions, moved = next * directions
        var inverse = u.transposed
        inverse.scaleRows(by: s.map { 1 / $0 })
        readout = inverse * states
        let forward = inverse * moved
        switch method {
        case .exact: (eigen, matrix) = (try GeneralEigen(forward), forward)
        case .totalLeastSquares:
            var both = z
            both.appendColumns(of: moved)
            let q = try both.singularValueDecomposition().left.leading(rows: m, columns: kept)
            matrix = try (q.ᵀ * z).solving(q.ᵀ * moved)
            eigen = try GeneralEigen(matrix)
        case .forwardBackward: (eigen, matrix) = try Self.root(forward, Self.leastSquares(moved, z))
        }
        let (vectors, others) = (eigen.right, eigen.left)
        let parts = [z * vectors.real, z * vectors.imaginary, moved * vectors.real, moved * vectors.imaginary]
        let modes = (others.real.ᵀ * readout, others.imaginary.ᵀ * readout)
        var residuals: [Double] = [], amplitudes: [Double] = []
        for (k, value) in eigen.values.enumerated() {
            var (miss, size) = (0.0, 0.0)
            for i in 0..<m {
                let (now, then) = (Complex(parts[0][i, k], parts[1][i, k]), Complex(parts[2][i, k], parts[3][i, k]))
                miss += (then - value * now).lengthSquared
                size += now.lengthSquared
            }
            residuals.append((miss / size).squareRoot())
            let norm = (0..<states.columns).reduce(0.0) { $0 + modes.0[k, $1] * modes.0[k, $1] + modes.1[k, $1] * modes.1[k, $1] }
            amplitudes.append(Complex(parts[0][0, k], parts[1][0, k]).length * norm.squareRoot())
        }
        (self.residuals, self.amplitudes) = (residuals, amplitudes)
        var scaled = moved
        scaled.scaleColumns(by: s.map { 1 / $0 })
        (gram, product) = (scaled.gram(), u.ᵀ * scaled)
    }

    /// a⁺b
    private static func leastSquares(_ a: Matrix, _ b: Matrix) throws -> Matrix {
        var (left, values, right) = try a.singularValueDecomposition()
        let kept = values.count { $0 > 1e-14 * values[0] }
        left = left.leading(rows: left.rows, columns: kept)
        right = right.leading(rows: kept, columns: right.columns)
        var coefficients = left.ᵀ * b
        coefficients.scaleRows(by: values.prefix(kept).map { 1 / $0 })
        return right.ᵀ * coefficients
    }

    /// The root of K_f K_b⁻¹ whose eigenvalues are nearest to those of K_f on the same vectors.
    private static func root(_ forward: Matrix, _ backward: Matrix) throws -> (GeneralEigen, Matrix) {
        // K² has the same eigenvectors for λ and −λ, and then no root of its own.
        let values = try forward.eigenvalues(), largest = values.reduce(0) { max($0, $1.length) }
        for (i, a) in values.enumerated() {
            for b in values[..<i] where (a + b).length < 1e-6 * largest { throw KoopmanError.ambiguousRoot(b) }
        }
        // F B⁻¹ = ((Bᵀ)⁻¹Fᵀ)ᵀ
        let square = try backward.transposed.solving(forward.transposed).transposed
        let eigen = try GeneralEigen(square)
        let products = (forward * eigen.right.real, forward * eigen.right.imaginary)
        let matrix = eigen.mapping { k, value in
            // lᴴK_f w
            var near = Complex<Double>.zero
            for i in 0..<forward.rows {
                near +=
                    Complex(eigen.left.real[i, k], -eigen.left.imaginary[i, k]) * Complex(products.0[i, k], products.1[i, k])
            }
            let root = Complex.sqrt(value)
            return (root - near).length <= (root + near).length ? root : -root
        }
        return (try GeneralEigen(matrix), matrix)
    }

    /// The states one step later, from the functions of states, one a row.
    public func next(_ functions: Matrix) -> Matrix {
        var scaled = functions
        scaled.scaleColumns(by: scales)
        return scaled * directions * matrix * readout
    }

    /// States 1, 2, … `steps` steps after one, whose functions are given.
    public func forecast(from functions: Matrix, steps: Int) -> Matrix {
        precondition(functions.rows == 1 && functions.columns == scales.count, "\(functions.columns) functions")
        var row = functions
        row.scaleColumns(by: scales)
        var z = row * directions, all = Matrix(rows: steps, columns: readout.columns)
        for step in 0..<steps {
            z = z * matrix
            let state = z * readout
            for j in 0..<readout.columns { all[step, j] = state[0, j] }
        }
        return all
    }

    /// The least residual of any function of the span that z could be an eigenvalue of: the ε at which z enters the pseudospectrum.
    ///
    /// The root of the least eigenvalue of (Y − zU)ᴴ(Y − zU), Z = US and Z′ = YS; below 1e-8 it is rounding.
    public func pseudospectrum(_ z: Complex<Double>) throws -> Double {
        let r = rank, (a, b) = (z.real, z.imaginary)
        let real = Matrix(rows: r, columns: r) { i, j in
            gram[i, j] - a * (product[i, j] + product[j, i]) + (i == j ? z.lengthSquared : 0)
        }
        let embedded =
            b == 0
            ? real
            : Matrix(rows: 2 * r, columns: 2 * r) { i, j in
                if (i < r) == (j < r) { return real[i % r, j % r] }
                let value = b * (product[i % r, j % r] - product[j % r, i % r])
                return i < r ? -value : value
            }
        return abs(try embedded.symmetricEigenvalues()[0]).squareRoot()
    }
}
