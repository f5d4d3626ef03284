import SaddleModels
import SaddleNumerics

/// A two-layer network that learns the table of a group, with σ(z) = z², weight decay, and a readout that is ridge regression at every step.
///
///     F = σ(XW) − means,   V = (FᵀF + η)⁻¹FᵀỸ,   L = ½‖Ỹ − FV‖² + ½η‖V‖²
///     W ← W + ρ(Xᵀ[(R Vᵀ − means) ∘ σ′(XW)] − λW),   R = Ỹ − FV
///
/// which is descent on the least L over readouts. Stage I: random features, V ≈ FᵀỸ/η, R ≈ Ỹ: every node gets ỸỸᵀF. Stage II: nodes climb their energy on
/// their own. Stage III: what is learnt leaves R, like nodes repel each other and missing representations attract.
public struct GroupNetwork: Sendable {
    /// Size and training.
    public struct Settings: Sendable, Equatable {
        /// N, hidden nodes.
        public var width = 100
        /// η, ridge over the readout.
        public var ridge = 10.0
        /// λ
        public var decay = 1e-3
        /// ρ
        public var learningRate = 0.05
        /// The last step.
        public var steps = 1000

        /// The settings that the properties state.
        public init() {}
    }

    /// A network at a recorded step.
    public struct Record: Sendable {
        /// Number of updates before it.
        public let step: Int
        /// Mean over samples of |Ỹ − FV|².
        public let trainLoss, testLoss: Double
        /// Shares of samples whose largest output is the right one.
        public let trainAccuracy, testAccuracy: Double
        /// 2M × N
        public let weights: Matrix
    }

    /// One for each recorded step.
    public let records: [Record]

    /// - Parameter steps: recorded, ascending from 0.
    /// - Throws: ``GroupTrainingError``, `CancellationError` when stopped.
    public init(
        _ task: GroupTask, _ settings: Settings, steps: [Int], seed: Int, index: Int = 0, progress: ProgressHandler? = nil,
        shouldStop: () -> Bool = { false }
    ) throws {
        precondition(steps.first == 0, "records begin at step 0")
        let m = task.group.order, k = settings.width
        let train = Samples(task.group, task.seen), test = Samples(task.group, task.unseen)
        var stream = RandomStream(seed: seed, .groupWeights, m, index)
        var weights = stream.normals(rows: 2 * m, columns: k)
        weights.scale(by: 1 / Double(2 * m).squareRoot())
        var labels = train.oneHot
        let means = (0..<m).map { j in labels.elements[j * labels.rows..<(j + 1) * labels.rows].reduce(0, +) / Double(labels.rows)
        }
        for j in 0..<m { for i in 0..<labels.rows { labels[i, j] -= means[j] } }
        var records: [Record] = [], done = 0
        for step in steps {
            while true {
                if shouldStop() { throw CancellationError() }
                let fields = train.fields(weights)
                var features = fields
                features.multiplyElements(by: fields)
                let centre = Self.columnMeans(features)
                Self.subtract(centre, &features)
                // Numbers so large that rounding hides the ridge have diverged too.
                let solved = features.isFinite ? try? Self.ridge(features, labels, settings.ridge) : nil
                guard let readout = solved else {
                    throw GroupTrainingError.diverged(step: done, learningRate: settings.learningRate)
                }
                var rest = labels
                rest.add(.plain(features), .plain(readout), scale: -1)
                let squares = rest.elements.reduce(0) { $0 + $1 * $1 } / Double(rest.rows)
                guard squares.isFinite, weights.isFinite else {
                    throw GroupTrainingError.diverged(step: done, learningRate: settings.learningRate)
                }
                if done == step {
                    var unseen = (loss: 0.0, accuracy: 0.0)
                    if !test.labels.isEmpty {
                        let fields = test.fields(weights)
                        var features = fields
                        features.multiplyElements(by: fields)
                        Self.subtract(centre, &features)
                        unseen = test.score(features * readout, means)
                    }
                    let seen = train.score(features * readout, means)
                    records.append(
                        Record(
                            step: step, trainLoss: squares, testLoss: unseen.loss, trainAccuracy: seen.accuracy,
                            testAccuracy: unseen.accuracy, weights: weights))
                    break
                }
                var slopes = rest * readout.ᵀ
                Self.subtract(Self.columnMeans(slopes), &slopes)
                slopes.multiplyElements(by: fields)
                weights.scale(by: 1 - settings.learningRate * settings.decay)
                weights.add(train.gathered(slopes), scale: 2 * settings.learningRate)
                done += 1
                progress?(Double(done), Double(max(steps.last!, 1)))
            }
        }
        self.records = records
    }

    private static func ridge(_ features: Matrix, _ labels: Matrix, _ ridge: Double) throws -> Matrix {
        var gram = features.gram()
        for i in 0..<gram.rows { gram[i, i] += ridge }
        // V = (R⁻¹R⁻ᵀ) FᵀY
        let factor = try gram.cholesky()
        var right = (features.ᵀ * labels)
        right.solveLeftTransposed(upper: factor)
        var turned = right.transposed
        turned.solveRight(upperTransposed: factor)
        return turned.transposed
    }

    private static func columnMeans(_ x: Matrix) -> [Double] {
        (0..<x.columns).map { j in x.elements[j * x.rows..<(j + 1) * x.rows].reduce(0, +) / Double(max(x.rows, 1)) }
    }

    private static func subtract(_ means: [Double], _ x: inout Matrix) {
        let n = x.rows
        x.elements.withUnsafeMutableBufferPointer { x in
            for j in means.indices { for i in 0..<n { x[j * n + i] -= means[j] } }
        }
    }
}

/// Pairs of one group with the sparse products that one-hot inputs make.
private struct Samples {
    let order: Int
    let first, second, labels: [Int]

    init(_ group: FiniteGroup, _ pairs: [Int]) {
        order = group.order
        first = pairs.map { $0 / group.order }
        second = pairs.map { $0 % group.order }
        labels = pairs.map { group.table[$0] }
    }

    var oneHot: Matrix {
        var y = Matrix(rows: labels.count, columns: order)
        for (i, label) in labels.enumerated() { y[i, label] = 1 }
        return y
    }

    /// XW
    func fields(_ w: Matrix) -> Matrix {
        var z = Matrix(rows: labels.count, columns: w.columns)
        let n = labels.count, rows = w.rows
        z.elements.withUnsafeMutableBufferPointer { z in
            w.elements.withUnsafeBufferPointer { w in
                for j in 0..<(n > 0 ? z.count / n : 0) {
                    for i in 0..<n { z[j * n + i] = w[j * rows + first[i]] + w[j * rows + order + second[i]] }
                }
            }
        }
        return z
    }

    /// XᵀG
    func gathered(_ g: Matrix) -> Matrix {
        var result = Matrix(rows: 2 * order, columns: g.columns)
        let n = labels.count
        result.elements.withUnsafeMutableBufferPointer { r in
            g.elements.withUnsafeBufferPointer { g in
                for j in 0..<(g.count / max(n, 1)) {
                    for i in 0..<n {
                        r[2 * j * order + first[i]] += g[j * n + i]
                        r[(2 * j + 1) * order + second[i]] += g[j * n + i]
                    }
                }
            }
        }
        return result
    }

    /// Squares of what outputs miss of the one-hot labels, and how many largest outputs are right.
    func score(_ outputs: Matrix, _ means: [Double]) -> (loss: Double, accuracy: Double) {
        var (loss, right) = (0.0, 0)
        for i in labels.indices {
            var best = 0
            for h in 0..<order {
                let miss = outputs[i, h] + means[h] - (h == labels[i] ? 1 : 0)
                loss += miss * miss
                if outputs[i, h] + means[h] > outputs[i, best] + means[best] { best = h }
            }
            if best == labels[i] { right += 1 }
        }
        return (loss / Double(labels.count), Double(right) / Double(labels.count))
    }
}

/// Why a training on the table of a group has no result.
public enum GroupTrainingError: Error, Equatable, CustomStringConvertible {
    /// Weights, readout or loss are no longer finite after `step` updates, or so large that rounding hides the ridge.
    case diverged(step: Int, learningRate: Double)

    public var description: String {
        switch self {
        case .diverged(let step, let learningRate):
            "training diverged by step \(step) at the learning rate \(NumberText.short(learningRate)); lower it"
        }
    }
}
