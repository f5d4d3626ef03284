import SaddleNumerics

/// A committee of nearly linear units that learns a quadratic target from few samples.
///
///     f(x) = (α/N) Σᵢ φ(wᵢ·x),   φ(z) = z + εz²/2,   y(x) = (β·x)²/2,   x ~ N(0, 1/D),   β, wᵢ ~ N(0, 1)
///
/// Descent in w on the mean of (f − y)² over P samples with the step ηN/α². ε is how much the units see of the target before they have learnt,
/// α how little they must move. Source: Kumar, Bordelon, Gershman, Pehlevan, "Grokking as the transition from lazy to rich training dynamics" (2023).
public struct CommitteeTask: Sendable, Equatable {
    /// D
    public var dimension: Int
    /// P; in online training those of each step.
    public var samples: Int
    /// α
    public var alpha: Double
    /// ε
    public var epsilon: Double
    /// η
    public var learningRate: Double
    /// Whether the initial output is subtracted.
    public var isCentered: Bool

    /// The task with these constants.
    ///
    /// - Precondition: all numbers are positive.
    public init(
        dimension: Int = 30, samples: Int = 165, alpha: Double = 1, epsilon: Double = 0.25, learningRate: Double = 1,
        isCentered: Bool = false
    ) {
        precondition(dimension > 0 && samples > 0 && alpha > 0 && epsilon > 0 && learningRate > 0, "a task of size 0")
        (self.dimension, self.samples, self.alpha, self.epsilon) = (dimension, samples, alpha, epsilon)
        (self.learningRate, self.isCentered) = (learningRate, isCentered)
    }

    /// One target and its training samples.
    public struct Draw: Sendable {
        /// β
        public let direction: [Double]
        /// P × D
        public let inputs: Matrix
        /// y
        public let labels: [Double]

        /// A draw of one's own; labels are those of the target.
        ///
        /// - Parameters:
        ///   - direction: β, D numbers.
        ///   - inputs: P × D.
        public init(direction: [Double], inputs: Matrix) {
            (self.direction, self.inputs) = (direction, inputs)
            labels = CommitteeTask.labels(of: inputs, direction)
        }

        /// |β|²
        public var squaredNorm: Double { direction.reduce(0) { $0 + $1 * $1 } }
        /// The mean of y over all inputs.
        public var meanLabel: Double { squaredNorm / Double(2 * direction.count) }
        /// The variance of y over all inputs.
        public var labelVariance: Double { 2 * meanLabel * meanLabel }
    }

    /// y = (β·x)²/2 of inputs, one a row.
    public static func labels(of inputs: Matrix, _ direction: [Double]) -> [Double] {
        let projections = inputs * Matrix(rows: direction.count, columns: 1, elements: direction)
        return projections.elements.map { $0 * $0 / 2 }
    }

    /// The draw of that number; more samples add to fewer ones.
    public func draw(seed: Int, _ index: Int = 0) -> Draw {
        var target = RandomStream(seed: seed, .committeeTarget, index)
        var stream = RandomStream(seed: seed, .committeeInputs, index)
        return Draw(direction: target.normals(dimension), inputs: inputs(samples, &stream))
    }

    /// count × D, with variance 1/D.
    public func inputs(_ count: Int, _ stream: inout RandomStream) -> Matrix {
        var x = stream.normals(rows: dimension, columns: count).transposed
        x.scale(by: 1 / Double(dimension).squareRoot())
        return x
    }

    /// Sensible if steps could no longer be stable: the largest η that training survives, to a factor of order 1.
    ///
    /// The curvature of the mean of squares is 2/P times the tangent kernel's largest eigenvalue, which after learning is that of
    /// M = 1 + (|β|²/αε) β̂β̂ᵀ: (1/D + ε²(3M_β + tr M)/D²)(1 + √(D/P))².
    public func stableLearningRate(squaredNorm: Double) -> Double {
        let d = Double(dimension), edge = 1 + (d / Double(samples)).squareRoot()
        let learnt = squaredNorm / (alpha * epsilon)
        return 1 / ((1 / d + epsilon * epsilon * (3 * learnt + d + learnt) / (d * d)) * edge * edge)
    }

    /// Whole steps from 0 to `last`, `count` of them log-spaced.
    public static func recordedSteps(last: Int, count: Int) -> [Int] {
        guard last > 0 else { return [0] }
        if last == 1 || count < 2 { return [0, last] }
        return Set([0] + logSpaced(from: 1, to: Double(last), count: count).map { Int($0.rounded()) }).sorted()
    }
}
