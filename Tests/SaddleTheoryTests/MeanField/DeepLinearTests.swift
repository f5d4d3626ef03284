import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Deep linear networks against the matrix equations of dynamical mean field theory in (t, s), one sample:
///
///     h = u + C z,   z = r + D h,   C = γ(Aˡ⁻¹ + ηΔΦˡ⁻¹),   D = γ(Bˡ + ηΔGˡ⁺¹)      (strictly lower triangular)
///
/// (Bordelon & Pehlevan 2022, deep linear section). The two share no code and no method: these equations have neither sites nor
/// bases. Catches errors in responses at any depth that one hidden layer hides.
@Suite struct DeepLinearTests {
    @Test(arguments: [2, 3, 4]) func againstMatrixEquations(layers: Int) throws {
        let (steps, η, γ) = (25, 0.02, 1.4)
        let experiment = ExactCasesTests.singleSample(.linear, layers: layers, richness: γ, steps: steps, rate: η)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 400, tolerance: 1e-22, directions: 0, replicas: 1))
        let solution = try solver.solve(replica: 0)
        let exact = LinearEquations(layers: layers, steps: steps, rate: η, richness: γ).solve()
        let f = solver.layout.tensor("train_output", of: solution.observables)!
        for t in 0...steps {
            expectClose(f[t, 0], exact.outputs[t], within: 1e-8)
            for layer in 1...layers {
                let features = solver.layout.tensor("feature_kernel_\(layer)", of: solution.observables)!
                let gradients = solver.layout.tensor("gradient_kernel_\(layer)", of: solution.observables)!
                expectClose(features[t, 0, 0], exact.features[layer][t, t], within: 1e-8)
                expectClose(gradients[t, 0, 0], exact.gradients[layer][t, t], within: 1e-8)
            }
        }
        #expect(exact.outputs[steps] > 0.5, "the network learns")
    }
}

/// The equations, solved by causal iteration.
private struct LinearEquations {
    let layers: Int, steps: Int
    let rate: Double, richness: Double

    func solve() -> (outputs: [Double], features: [Matrix], gradients: [Matrix]) {
        let n = steps + 1
        let ones = Matrix(rows: n, columns: n, repeating: 1), zero = Matrix(rows: n, columns: n)
        var Φ = [Matrix](repeating: ones, count: layers + 2), Γ = Φ
        var α = [Matrix](repeating: zero, count: layers + 2), β = α
        var f = [Double](repeating: 0, count: n)
        let sweeps = 2 * layers + 2  // enough to carry what is known at one time up and down through all layers
        for iteration in 0..<sweeps * n {
            let horizon = iteration / sweeps  // later times are left alone until the earlier ones stand still
            func learnt(_ kernel: Matrix, _ response: Matrix) -> Matrix {
                Matrix(rows: n, columns: n) { t, s in
                    s < t && t <= horizon ? richness * (response[t, s] + rate * (1 - f[s]) * kernel[t, s]) : 0
                }
            }
            for l in 1...layers {
                let ζ = learnt(Φ[l - 1], α[l - 1]), δ = learnt(Γ[l + 1], β[l])
                let forward = inverseOfIdentityMinus(ζ * δ), backward = inverseOfIdentityMinus(δ * ζ)
                let h = (forward, forward * ζ), z = (backward * δ, backward)  // coefficients of (u, r)
                func covariance(_ a: (Matrix, Matrix), _ b: (Matrix, Matrix)) -> Matrix {
                    var sum = a.0 * Φ[l - 1] * b.0.transposed
                    sum.add(a.1 * Γ[l + 1] * b.1.transposed)
                    return sum
                }
                let (features, gradients, cross) = (covariance(h, h), covariance(z, z), covariance(z, h))
                α[l] = h.1
                α[l].scale(by: 1 / richness)
                β[l - 1] = z.0
                β[l - 1].scale(by: 1 / richness)
                (Φ[l], Γ[l]) = (features, gradients)
                if l == layers { f = (0..<n).map { cross[$0, $0] / richness } }
            }
        }
        return (f, Φ, Γ)
    }

    /// (I − M)⁻¹ = Σ Mᵏ, a finite sum for strictly lower triangular M.
    private func inverseOfIdentityMinus(_ m: Matrix) -> Matrix {
        var sum = Matrix.identity(m.rows), power = sum
        for _ in 0..<m.rows {
            power = power * m
            sum.add(power)
        }
        return sum
    }
}
