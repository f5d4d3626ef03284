import SaddleModels
import SaddleNumerics

/// A committee of N units with all its weights, trained on samples that stay or on fresh ones.
///
/// With φ(z) = z + εz²/2 the sum over units is a quadratic form, f(x) = α(w̄·x + (ε/2) xᵀMx) with M = WᵀW/N, and the gradient of
/// unit i is ⟨r x⟩ + ε⟨r xxᵀ⟩wᵢ, so that a step costs 2PD² + 2ND² multiplications in place of 2PND: exact, without a unit's preactivations.
public struct CommitteeNetwork: Sendable {
    /// Constants of the task, and the learning rate.
    public let task: CommitteeTask
    /// N × D
    public private(set) var weights: Matrix
    /// N × D
    public let initialWeights: Matrix
    private let initial: (mean: [Double], moment: Matrix)
    private var turned: Matrix
    private var moment: Matrix
    private var next: Matrix

    /// - Parameter weights: N × D.
    public init(_ task: CommitteeTask, weights: Matrix) {
        precondition(weights.columns == task.dimension && weights.rows > 0, "weights of another dimension")
        (self.task, self.weights, initialWeights) = (task, weights, weights)
        moment = weights.gram(scale: 1 / Double(weights.rows))
        initial = (Self.mean(weights), moment)
        turned = Matrix(rows: 0, columns: task.dimension)
        next = weights
    }

    /// A network with independent standard normal weights.
    public init(_ task: CommitteeTask, width: Int, seed: Int, index: Int) {
        var stream = RandomStream(seed: seed, .committeeWeights, width, index)
        self.init(task, weights: stream.normals(rows: width, columns: task.dimension))
    }

    /// N
    public var width: Int { weights.rows }
    /// w̄
    public var mean: [Double] { Self.mean(weights) }
    /// M
    public var secondMoment: Matrix { moment }

    /// |W − W₀|/|W₀|
    public var movement: Double {
        var moved = 0.0, size = 0.0
        for (now, before) in zip(weights.elements, initialWeights.elements) {
            moved += (now - before) * (now - before)
            size += before * before
        }
        return (moved / size).squareRoot()
    }

    /// f − y at inputs, one a row.
    public func residuals(_ inputs: Matrix, _ labels: [Double]) -> [Double] {
        var product = Matrix(rows: inputs.rows, columns: task.dimension)
        return residuals(inputs, labels, &product)
    }

    private func residuals(_ inputs: Matrix, _ labels: [Double], _ product: inout Matrix) -> [Double] {
        let p = inputs.rows
        var (mean, second) = (Self.mean(weights), moment)
        if task.isCentered {
            second.add(initial.moment, scale: -1)
            for j in mean.indices { mean[j] -= initial.mean[j] }
        }
        product.add(.plain(inputs), .plain(second), keeping: 0)
        var r = labels.map { -$0 }
        r.withUnsafeMutableBufferPointer { r in
            inputs.elements.withUnsafeBufferPointer { x in
                product.elements.withUnsafeBufferPointer { y in
                    for j in mean.indices {
                        let (first, half) = (task.alpha * mean[j], task.alpha * task.epsilon / 2)
                        for i in 0..<p { r[i] += x[j * p + i] * (first + half * y[j * p + i]) }
                    }
                }
            }
        }
        return r
    }

    /// One step on the mean of (f − y)² over the samples.
    ///
    /// - Returns: the loss before it.
    @discardableResult
    public mutating func step(_ inputs: Matrix, _ labels: [Double]) -> Double {
        let (p, d, n) = (inputs.rows, task.dimension, width)
        if turned.rows != p { turned = Matrix(rows: p, columns: d) }
        let r = residuals(inputs, labels, &turned)
        // ⟨r x⟩ and 1 − κε⟨r xxᵀ⟩
        turned.elements = inputs.elements
        turned.scaleRows(by: r.map { $0 / Double(p) })
        let κ = 2 * task.learningRate / task.alpha
        let shift = (0..<d).map { j in κ * turned.elements[j * p..<(j + 1) * p].reduce(0, +) }
        var map = Matrix.identity(d)
        map.add(turned.ᵀ, .plain(inputs), scale: -κ * task.epsilon)
        next.add(.plain(weights), .plain(map), keeping: 0)
        next.elements.withUnsafeMutableBufferPointer { w in
            for j in 0..<d { for i in 0..<n { w[j * n + i] -= shift[j] } }
        }
        swap(&weights, &next)
        moment = weights.gram(scale: 1 / Double(n))
        return r.reduce(0) { $0 + $1 * $1 } / Double(p)
    }

    private static func mean(_ weights: Matrix) -> [Double] {
        let n = weights.rows
        return (0..<weights.columns).map { j in weights.elements[j * n..<(j + 1) * n].reduce(0, +) / Double(n) }
    }
}
