import Numerics
import SaddleModels

/// What the choice of batches adds: a Volterra equation in the loss.
///
/// A gradient from B samples has the covariance b·ℒ·K̂, with K̂ the covariance of the features of the samples, ℒ the loss on the population of
/// batches, and b the relative variance (P − B)/(B(P − 1)), or 1/B for fresh samples. With h_τ what is left of a kick after τ steps
///
///     ℒ(t) = ℒ₀(t) + b Σ_{s<t} ℒ(s)·tr K̂²h²_{t−1−s},   test(t) = test₀(t) + b Σ_{s<t} ℒ(s)·tr Σ Aᵀh²K̂A
///
/// Traces are contour integrals, so the memory of each node of the contour is a recursion of three numbers, and no sum over the past is
/// made. Fresh samples without momentum: the exact second moment of Gaussian inputs, 1 − 2ηz + η²(1 + 1/B)z², replaces (1 − ηz)², so that
/// the curve is exact at any dimension if N = ∞. Else this is the leading order of D, P → ∞ with B/D fixed.
///
/// Sources: Paquette, Lee, Pedregosa, Paquette 2021; Bordelon and Pehlevan 2021 (equation 6).
///
/// - Complexity: O(steps × nodes).
struct BatchNoise {
    private let curve: LearningCurve
    private let optimizer: RegressionOptimizer
    /// b
    private let variance: Double
    /// Weights of tr K̂²·: −zd dz/2πi, and of the test loss: κd dz/2πi.
    private let trainWeights, testWeights: [Complex<Double>]

    init(_ curve: LearningCurve) {
        self.curve = curve
        optimizer = curve.training.optimizer!
        variance = curve.training.batchVariance(samples: curve.task.samples)
        let (contour, nodes) = (curve.contour, curve.nodes)
        trainWeights = nodes.indices.map { -contour.weights[$0] * contour.nodes[$0] * nodes[$0].degrees }
        testWeights = nodes.indices.map { contour.weights[$0] * nodes[$0].outer * nodes[$0].degrees }
    }

    /// b Σ_τ tr K̂²h_τ² at a learning rate not above that of the curve: how much of its own loss the noise brings back.
    ///
    /// The sum of squares of h, a recursion of order two, in closed form.
    func gain(rate: Double) -> Double {
        var optimizer = optimizer
        optimizer.rate = rate
        var sum = 0.0
        for (z, weight) in zip(curve.contour.nodes, trainWeights) {
            let step = RegressionFilter.Step(optimizer, z)
            if curve.filter.excess > 0 {
                let x = z.multiplied(by: rate)
                // η²/(1 − F), with F = 1 − 2x + x²(1 + b) and x = ηz
                sum += 2 * (weight.multiplied(by: rate) / (z * (2 - x.multiplied(by: 1 + variance)))).real
                continue
            }
            let (trace, determinant) = (step.trace, step.determinant)
            let first = Complex(-rate * optimizer.gradientGain)
            let (h₁, _) = step.applied(first, 1)
            let rest = h₁ - trace * first
            let numerator = (first * first + rest * rest) * (1 + determinant) + (first * rest * trace).multiplied(by: 2)
            let denominator = (1 - determinant) * ((1 + determinant) * (1 + determinant) - trace * trace)
            sum += 2 * (weight * numerator / denominator).real
        }
        return variance * sum
    }

    func checkStability() throws(RegressionError) {
        let gain = gain(rate: optimizer.rate)
        if !(gain < 1) {
            throw .unstableNoise(rate: optimizer.rate, gain: gain, limit: root(below: optimizer.rate))
        }
    }

    /// The rate up to that of the curve at which the gain is 1; nil if it is less there.
    var largestStableRate: Double? { gain(rate: optimizer.rate) < 1 ? nil : root(below: optimizer.rate) }

    /// Where the gain is 1.
    private func root(below rate: Double) -> Double {
        var (low, high) = (0.0, rate)
        for _ in 0..<30 {
            let middle = (low + high) / 2
            if gain(rate: middle) < 1 { low = middle } else { high = middle }
        }
        return low
    }

    /// Adds the noise of the batches to losses without it, at ascending or other steps.
    func losses(_ sources: [LossSources], at steps: [Int]) -> [RegressionLosses] {
        let (contour, n) = (curve.contour, curve.nodes.count)
        let density = zip(curve.trainingDensity, contour.weights).map(*)
        let kicks = (
            vv: variance * optimizer.rate * optimizer.rate * optimizer.gradientGain * optimizer.gradientGain,
            vu: -variance * optimizer.rate * optimizer.gradientGain, uu: variance
        )
        let maps = contour.nodes.map { RegressionFilter.Step(optimizer, $0) }
        // F − (1 − ηz)²
        let excess = contour.nodes.map { z in
            (z * z).multiplied(by: optimizer.rate * optimizer.rate * curve.filter.excess)
        }
        // What is left of the start, (q, u), as second moments; and the memory of the noise.
        var (mean, noise) = ([Second](repeating: Second(1), count: n), [Second](repeating: Second(0), count: n))
        var found: [Int: (train: Double, noise: Double)] = [:]
        let wanted = Set(steps)
        for t in 0...(steps.max() ?? 0) {
            var (start, memory) = (0.0, 0.0)
            for i in 0..<n {
                start += (density[i] * mean[i].vv).real
                memory += (trainWeights[i] * noise[i].vv).real
            }
            let loss = 2 * (start + memory)
            if wanted.contains(t) {
                let test = zip(testWeights, noise).reduce(0) { $0 + 2 * ($1.0 * $1.1.vv).real }
                found[t] = (loss, test)
            }
            for i in 0..<n {
                mean[i].advance(maps[i], excess[i])
                noise[i].advance(maps[i], excess[i])
                noise[i].vv += Complex(kicks.vv * loss)
                noise[i].vu += Complex(kicks.vu * loss)
                noise[i].uu += Complex(kicks.uu * loss)
            }
        }
        return zip(sources, steps).map { sources, t in
            var sources = sources
            let (train, noise) = found[t]!
            // Of fresh samples the loss is that of the test points, with their noise.
            sources.batches = curve.training.isOnePass ? train - curve.task.noise - sources.total : noise
            return RegressionLosses(train: train, sources: sources)
        }
    }

    /// Second moments of (v, u) at a node.
    private struct Second {
        var vv, vu, uu: Complex<Double>

        init(_ start: Double) { (vv, vu, uu) = (Complex(start), .zero, .zero) }

        /// S ← T S Tᵀ, and `excess` times the old vv.
        @inline(__always)
        mutating func advance(_ t: RegressionFilter.Step, _ excess: Complex<Double>) {
            let (av, au) = (t.a * vv + t.b * vu, t.a * vu + t.b * uu)
            let (cv, cu) = (t.c * vv + t.d * vu, t.c * vu + t.d * uu)
            vv = av * t.a + au * t.b + excess * vv
            vu = av * t.c + au * t.d
            uu = cv * t.c + cu * t.d
        }
    }
}
