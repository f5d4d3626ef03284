import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A finite student and linear teacher: what is drawn, and the weights it is trained to.
///
/// `copies` of the system of a task side by side: every eigenvalue c times with a c-th of its energy, cP samples, cN features, batches c times as
/// large, initial weights with a c-th of their variance. The limit of many inputs is the same for all c, so that copies show what is left of size.
struct RegressionSystem: Sendable {
    let training: RegressionTraining?
    /// λ_k
    let eigenvalues: [Double]
    /// w*_k with random signs: the energy is that of the task in each draw.
    let amplitudes: [Double]
    let samples: Int
    /// Nil: the inputs are the features.
    let width: Int?
    let activation: FeatureActivation
    /// s: the standard deviation of a preactivation before it is scaled to 1.
    let scale: Double
    let noise, initialVariance: Double
    let batch: Int
    let seed: Int

    init(_ task: RegressionTask, _ training: RegressionTraining?, copies: Int, seed: Int) throws(RegressionSystemError) {
        guard task.spectrum.multiplicities.allSatisfy({ $0 == $0.rounded() }) else { throw .fractional("multiplicities") }
        guard task.samples == task.samples.rounded(), task.samples.isFinite else { throw .fractional("samples") }
        guard task.width == task.width.rounded(), task.width.isFinite || task.activation.isLinear else {
            throw .fractional("features")
        }
        var (eigenvalues, amplitudes): ([Double], [Double]) = ([], [])
        for (k, λ) in task.spectrum.eigenvalues.enumerated() {
            let count = Int(task.spectrum.multiplicities[k]) * copies
            eigenvalues += [Double](repeating: λ, count: count)
            let amplitude = λ > 0 ? (task.energies[k] / (λ * Double(count))).squareRoot() : 0
            amplitudes += [Double](repeating: amplitude, count: count)
        }
        (self.training, self.eigenvalues, self.amplitudes, self.seed) = (training, eigenvalues, amplitudes, seed)
        samples = Int(task.samples) * copies
        width = task.width.isFinite ? Int(task.width) * copies : nil
        activation = task.activation
        scale = (task.spectrum.trace / task.width).squareRoot()
        noise = task.noise
        initialVariance = task.initialVariance / Double(copies)
        batch =
            switch training {
            case .batches(_, let size), .onePass(_, let size): size * copies
            default: samples
            }
    }

    var dimension: Int { eigenvalues.count }
    /// Weights that are trained.
    var weights: Int { width ?? dimension }

    /// w*
    func teacher(_ replicate: Int) -> [Double] {
        var stream = RandomStream(seed: seed, .regressionTeacher, replicate)
        return zip(amplitudes, stream.signs(dimension)).map(*)
    }

    /// Inputs, one sample a row, and labels.
    func data(_ count: Int, _ teacher: [Double], inputs: inout RandomStream, noise stream: inout RandomStream) -> (
        x: Matrix, y: Matrix
    ) {
        let x: Matrix
        var y: Matrix
        (x, y) = labelled(inputs.normals(rows: count, columns: dimension), teacher)
        let ε = stream.normals(count)
        for i in 0..<count { y[i, 0] += noise.squareRoot() * ε[i] }
        return (x, y)
    }

    /// Σ^{1/2}z and w*·x of rows z.
    private func labelled(_ normals: Matrix, _ teacher: [Double]) -> (x: Matrix, y: Matrix) {
        var x = normals
        let count = x.rows
        x.elements.withUnsafeMutableBufferPointer { x in
            for j in 0..<dimension {
                let root = eigenvalues[j].squareRoot()
                for i in 0..<count { x[j * count + i] *= root }
            }
        }
        return (x, x * Matrix(rows: dimension, columns: 1, elements: teacher))
    }

    /// Inputs as the student sees them, one sample a row: x itself, or s[φ(xAᵀ/s) − μ₀].
    func seen(_ x: Matrix, _ projection: Matrix?) -> Matrix {
        guard let projection else { return x }
        if activation.isLinear { return x * projection }
        var φ = activation.activation(Matrix.product(.plain(x), .plain(projection), scale: 1 / scale))
        for i in φ.elements.indices { φ.elements[i] = scale * (φ.elements[i] - activation.mean) }
        return φ
    }

    /// Test inputs, one a row, and w*·x; nil for linear features, whose loss is known in the metric of Σ.
    func tests(_ replicate: Int, _ teacher: [Double]) -> (x: Matrix, y: Matrix)? {
        if activation.isLinear { return nil }
        var inputs = RandomStream(seed: seed, .regressionTests, replicate)
        let x = inputs.normals(rows: 4 * max(dimension, samples, weights), columns: dimension)
        return labelled(x, teacher)
    }

    /// Aᵀ (D × N), nil for inputs as they are, and the initial weights.
    func features(_ replicate: Int, _ index: Int) -> (projection: Matrix?, start: [Double]) {
        var stream = RandomStream(seed: seed, .regressionFeatures, replicate, index)
        var projection = width.map { stream.normals(rows: dimension, columns: $0) }
        projection?.scale(by: 1 / Double(weights).squareRoot())
        var initial = RandomStream(seed: seed, .regressionWeights, replicate, index)
        return (projection, initial.normals(weights).map { initialVariance.squareRoot() * $0 })
    }
}

/// Why a task has no finite system.
public enum RegressionSystemError: Error, Equatable, CustomStringConvertible {
    /// A number, named in words, that is infinite or not whole.
    case fractional(String)
    /// Fewer repeats than error bars need.
    case tooFew(replicates: Int)

    public var description: String {
        switch self {
        case .fractional(let what):
            "the number of \(what) is infinite or not whole; a finite system needs whole numbers (theory alone needs none)"
        case .tooFew(let replicates): "\(replicates) repeats; expected 4 or more, for error bars"
        }
    }
}
