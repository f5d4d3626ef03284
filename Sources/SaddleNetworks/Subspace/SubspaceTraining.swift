import SaddleModels
import SaddleNumerics

/// Plain descent of one network in a random subspace through its initial weights, θ = θ₀ + Px with x = 0 at first.
///
/// The learning rate is that of the training times λ_max(A)/λ_max(PᵀAP), A the Gauss–Newton part of the Hessian at θ₀: the same share of what is
/// stable as direct training has. Source: Li, Farkhoor, Liu, Yosinski (2018).
public struct SubspaceTraining: Sendable {
    /// The training loss around the initial weights.
    public let surface: LossSurface
    private let training: Training
    /// λ_max(A)
    private let sharpness: Double
    private let seed: Int

    /// - Throws: where Lanczos's eigenvalues do not converge.
    public init(_ network: FiniteNetwork, _ data: Dataset, _ training: Training, seed: Int) throws {
        surface = LossSurface(network, inputs: data.trainInputs, labels: data.trainLabels, loss: training.loss)
        (self.training, self.seed) = (training, seed)
        var stream = RandomStream(seed: seed, .probe, 3)
        sharpness = try Lanczos.largestEigenvalue(
            of: surface.operator(.gaussNewton), start: stream.normals(rows: surface.parameterCount, columns: 1), tolerance: 1e-3)
    }

    /// The training loss after the last step; of direct training where there is no subspace.
    ///
    /// - Throws: ``Divergence``, `CancellationError`; where eigenvalues do not converge.
    public func loss(in subspace: RandomSubspace?, shouldStop: () -> Bool = { false }) throws -> Double {
        var (θ, factor) = (surface.parameters, 1.0)
        if let subspace {
            var stream = RandomStream(seed: seed, .probe, 4)
            let own = try Lanczos.largestEigenvalue(
                of: Seen(surface: surface, subspace: subspace), start: stream.normals(rows: subspace.dimension, columns: 1),
                tolerance: 1e-3)
            factor = sharpness / own
        }
        var (first, rate) = (Double.infinity, 0.0)
        func checked(_ loss: Double, _ step: Int) throws -> Double {
            guard loss.isFinite, loss < 1e6 * (1 + first) else {
                throw Divergence(network: 0, width: surface.network.width, step: step, learningRate: rate)
            }
            return loss
        }
        for step in 0..<training.steps {
            if shouldStop() { throw CancellationError() }
            let (loss, gradient) = surface.valueAndGradient(at: θ)
            _ = try checked(loss, step)
            if step == 0 { first = loss }
            rate = factor * training.rate(at: step)
            let move = subspace.map { $0.apply($0.pullBack(gradient)) } ?? gradient
            for i in θ.indices { θ[i] -= rate * move[i] }
        }
        return try checked(surface.value(at: θ), training.steps)
    }

    /// PᵀAP
    private struct Seen: LinearOperator {
        let surface: LossSurface
        let subspace: RandomSubspace
        var rows: Int { subspace.dimension }
        var columns: Int { subspace.dimension }

        func apply(_ x: Matrix) -> Matrix {
            let n = surface.parameterCount, d = subspace.dimension
            let directions = Matrix(
                rows: n, columns: x.columns,
                elements: (0..<x.columns).flatMap { subspace.apply(Array(x.elements[$0 * d..<($0 + 1) * d])) })
            let product = surface.gaussNewtonProduct(directions)
            return Matrix(
                rows: d, columns: x.columns,
                elements: (0..<x.columns).flatMap { subspace.pullBack(Array(product.elements[$0 * n..<($0 + 1) * n])) })
        }
    }
}
