import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Deep linear networks against the matrix equations of dynamical mean field theory in times and samples (t, μ; s, ν):
///
///     h = u + C z,   z = r + D h,   C = γ(Aˡ⁻¹ + (η/P) ΔΦˡ⁻¹),   D = γ(Bˡ + (η/P) ΔGˡ⁺¹)      (strictly lower triangular in time)
///
/// (Bordelon & Pehlevan 2022, deep linear section). The two share no code and no method: these equations have neither sites nor
/// bases. Catches errors in responses at any depth that one hidden layer hides, and directions of several samples that are dropped.
@Suite struct DeepLinearTests {
    @Test(arguments: [(2, 1), (3, 1), (4, 1), (2, 4), (3, 4)]) func againstMatrixEquations(layers: Int, samples: Int) throws {
        let (steps, γ) = (samples == 1 ? 25 : 10, 1.4)
        let η = samples == 1 ? 0.02 : 0.08
        let experiment = Self.experiment(layers: layers, samples: samples, richness: γ, steps: steps, rate: η)
        let solver = MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(
                sites: 500, tolerance: samples == 1 ? 1e-22 : 1e-18, directions: 0, replicas: 1,
                recordsTwoTime: true))
        let solution = try solver.solve(replica: 0)
        let exact = LinearEquations(experiment).solve()
        let f = solver.layout.tensor(.output(.train), of: solution.observables)!
        for t in 0...steps {
            for μ in 0..<samples {
                expectClose(f[t, μ], exact.outputs[t * samples + μ], within: 1e-8)
                for layer in 1...layers {
                    let features = solver.layout.tensor(.kernel(.feature, layer: layer), of: solution.observables)!
                    let gradients = solver.layout.tensor(.kernel(.gradient, layer: layer), of: solution.observables)!
                    let place = (t * samples + μ, t * samples)
                    expectClose(features[t, μ, 0], exact.features[layer][place.0, place.1], within: 1e-8)
                    expectClose(gradients[t, μ, 0], exact.gradients[layer][place.0, place.1], within: 1e-8)
                }
            }
        }
        // Between all times and samples; exchanged times are another matrix.
        let n = (steps + 1) * samples
        var largest = 0.0
        for layer in 1...layers {
            for row in 0..<n {
                for column in 0..<n {
                    let (t, μ) = row.quotientAndRemainder(dividingBy: samples)
                    let (s, ν) = column.quotientAndRemainder(dividingBy: samples)
                    let place = ((((layer - 1) * (steps + 1) + t) * (steps + 1) + s) * samples + μ) * samples + ν
                    let kernel = exact.features[layer]
                    expectClose(solution.twoTimeKernels[place], kernel[row, column], within: 1e-8)
                    largest = max(largest, abs(kernel[s * samples + μ, t * samples + ν] - kernel[row, column]))
                }
            }
        }
        #expect(samples == 1 || largest > 0.01, "exchanging times would change \(largest)")
        let loss = (0..<samples).reduce(0) { sum, μ in
            let error = exact.outputs[steps * samples + μ] - experiment.data.trainLabels[μ, 0]
            return sum + error * error
        }
        #expect(loss < 0.7 * Double(samples), "the network learns: \(loss)")
    }

    static func experiment(layers: Int, samples: Int, richness: Double, steps: Int, rate: Double) -> Experiment {
        var experiment = ExactCasesTests.singleSample(.linear, layers: layers, richness: richness, steps: steps, rate: rate)
        if samples > 1 {
            var stream = RandomStream(seed: 11, .test)
            experiment.data = Dataset(
                trainInputs: stream.normals(rows: samples, columns: 5),
                trainLabels: Matrix(rows: samples, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 },
                testInputs: Matrix(rows: 0, columns: 5), testLabels: Matrix(rows: 0, columns: 1))
        }
        return experiment
    }
}

/// The equations, solved by causal iteration; row t·P + μ belongs to time t and sample μ.
private struct LinearEquations {
    private let layers: Int, times: Int, samples: Int
    private let rate: Double, richness: Double
    private let inputs: Matrix, labels: [Double]

    init(_ experiment: Experiment) {
        layers = experiment.network.hiddenLayers
        times = experiment.training.steps + 1
        samples = experiment.data.trainCount
        rate = experiment.training.rate(at: 0) / Double(samples)
        richness = experiment.network.richness
        let x = experiment.data.trainInputs
        inputs = .product(.plain(x), x.ᵀ, scale: 1 / Double(x.columns))
        labels = experiment.data.trainLabels.elements
    }

    func solve() -> (outputs: [Double], features: [Matrix], gradients: [Matrix]) {
        let n = times * samples, p = samples
        let ones = Matrix(rows: n, columns: n, repeating: 1), zero = Matrix(rows: n, columns: n)
        var Φ = [Matrix](repeating: zero, count: layers + 2), Γ = [Matrix](repeating: ones, count: layers + 2)
        Φ[0] = Matrix(rows: n, columns: n) { inputs[$0 % p, $1 % p] }
        var α = [Matrix](repeating: zero, count: layers + 2), β = α
        var f = [Double](repeating: 0, count: n)
        let sweeps = 2 * layers + 2  // enough to carry what is known at one time up and down through all layers
        for iteration in 0..<sweeps * times {
            let horizon = iteration / sweeps  // later times are left alone until the earlier ones stand still
            func learnt(_ kernel: Matrix, _ response: Matrix) -> Matrix {
                Matrix(rows: n, columns: n) { t, s in
                    s / p < t / p && t / p <= horizon
                        ? richness * (response[t, s] + rate * (labels[s % p] - f[s]) * kernel[t, s]) : 0
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

    /// (I − M)⁻¹ = Σ Mᵏ, a finite sum for M strictly lower triangular in time.
    private func inverseOfIdentityMinus(_ m: Matrix) -> Matrix {
        var sum = Matrix.identity(m.rows), power = sum
        for _ in 0..<times {
            power = power * m
            sum.add(power)
        }
        return sum
    }
}
