import SaddleModels
import SaddleNumerics

extension LossSurface {
    /// H, or one of its parts, as an operator on parameters.
    public struct Operator: LinearOperator {
        let surface: LossSurface
        let part: Part

        public var rows: Int { surface.parameterCount }
        public var columns: Int { surface.parameterCount }

        public func apply(_ x: Matrix) -> Matrix {
            switch part {
            case .whole: surface.hessianProduct(x)
            case .gaussNewton: surface.gaussNewtonProduct(x)
            case .residual: surface.hessianProduct(x).adding(surface.gaussNewtonProduct(x), scale: -1)
            }
        }
    }

    /// H, or one of the two that it is the sum of.
    public enum Part: String, Sendable, CaseIterable {
        /// H
        case whole
        /// A
        case gaussNewton
        /// R
        case residual
    }

    /// H or one of its parts, n × n, at the parameters of the network.
    public func `operator`(_ part: Part) -> Operator { Operator(surface: self, part: part) }

    /// HV, for directions as columns.
    public func hessianProduct(_ directions: Matrix) -> Matrix {
        joined(derivative(along: directions) { gradient(at: $0) }, directions)
    }

    /// AV = (s/P) Jᵀ ℓ″ JV.
    public func gaussNewtonProduct(_ directions: Matrix) -> Matrix {
        let changes = derivative(along: directions) { outputs(at: $0).elements }
        let f = outputs(at: centre)
        return joined(
            Threads.compute(changes.count) { c in
                guard !changes[c].isEmpty else { return [] }
                let change = Matrix(rows: samples, columns: outputCount, elements: changes[c])
                var curved = loss.errorsPullback(of: change, outputs: f, labels: labels)
                curved.scale(by: -1)
                return pullback(curved)
            }, directions)
    }

    /// The eigenvalues of A that do not vanish, descending: those of (1/P) ℓ″^½ Θ ℓ″^½ with the empirical tangent kernel of all outputs, exactly.
    ///
    /// - Parameter empirical: Θ of the network and these samples, as `TangentFields(network, inputs).tangentKernel()` gives it.
    /// - Throws: where eigenvalues do not converge.
    public func gaussNewtonEigenvalues(kernel empirical: Matrix) throws -> [Double] {
        var kernel = empirical
        let f = outputs(at: centre)
        if loss != .squared {
            // ℓ″^½, block by block: P·C × P·C.
            let size = outputCount
            var root = Matrix(rows: samples * size, columns: samples * size)
            for sample in 0..<samples {
                let block = Matrix(rows: size, columns: size) { i, j in
                    let unit = Matrix(rows: samples, columns: size) { $0 == sample && $1 == j ? 1 : 0 }
                    return -loss.errorsPullback(of: unit, outputs: f, labels: labels)[sample, i]
                }
                let (values, vectors) = try block.symmetricEigen()
                for i in 0..<size {
                    for j in 0..<size {
                        root[sample * size + i, sample * size + j] = (0..<size).reduce(0) {
                            $0 + vectors[i, $1] * max(values[$1], 0).squareRoot() * vectors[j, $1]
                        }
                    }
                }
            }
            kernel = root * kernel * root
        }
        kernel.scale(by: 1 / Double(samples))
        return try kernel.symmetricEigenvalues().reversed()
    }

    /// The uncentred second moment of the gradients of single samples, (s/P) Σ_μ ∇ℓ_μ ∇ℓ_μᵀ, in the units of H: its eigenvalues that do not vanish, descending,
    /// from the P × P products of gradients; and s|∇ℒ|².
    ///
    /// - Parameter kernel: Θ, as for ``gaussNewtonEigenvalues(kernel:)``.
    /// - Throws: where eigenvalues do not converge.
    public func gradientMoments(kernel: Matrix) throws -> (eigenvalues: [Double], squaredGradient: Double) {
        let errors = loss.errors(outputs: outputs(at: centre), labels: labels), size = outputCount
        let products = Matrix(rows: samples, columns: samples) { μ, ν in
            (0..<size).reduce(0) { sum, c in
                sum
                    + (0..<size).reduce(0) { $0 + errors[μ, c] * kernel[μ * size + c, ν * size + $1] * errors[ν, $1] }
            } / Double(samples)
        }
        // Θ holds s.
        return (try products.symmetricEigenvalues().reversed(), products.elements.reduce(0, +) / Double(samples))
    }

    private func joined(_ columns: [[Double]], _ directions: Matrix) -> Matrix {
        Matrix(
            rows: parameterCount, columns: directions.columns,
            elements: columns.flatMap { $0.isEmpty ? [Double](repeating: 0, count: parameterCount) : $0 })
    }
}

extension Matrix {
    fileprivate func adding(_ other: Matrix, scale: Double) -> Matrix {
        var sum = self
        sum.add(other, scale: scale)
        return sum
    }
}
