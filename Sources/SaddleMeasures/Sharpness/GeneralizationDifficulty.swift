import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The information, in bits, that a learner must bring along beside n samples to reach an error rate: a task's difficulty.
///
/// The hypotheses are functions on C spheres of dimension m and radius R, one for each class, with C − 1 outputs and frequencies up to M = 2πR/δ; those of
/// eigenvalue K(K + m − 1) = M² and below number E. Training fixes n(C − 1) of the 2C(C − 1)E coefficients, the others are to be known to the precision
/// that the error rate ε needs:
///
///     bits = (2C(C−1)E − n(C−1)) (log₂ b + log₂(C−1) + ½ log₂ C + log₂ K − (1/m) log₂ n − log₂ ε + log₂ c)
///     K = ½(√((m−1)² + 4M²) − (m−1)),   E = binom(m+K, m) + binom(m+K−1, m),   c = √(m/6) (2π^{(m+1)/2} C/Γ((m+1)/2))^{1/m}
///
/// with outputs of size b = 1. What it assumes: inputs on a sphere of that dimension, a target no finer than the smallest distance δ between classes, coefficients all equally
/// likely. It compares tasks (their powers of ten), and says nothing of any one learner. Source: Boopathy and others 2023, with the factors of their public program.
public struct GeneralizationDifficulty: Sendable {
    /// What the number depends on.
    public struct Task: Sendable, Equatable {
        /// n
        public var samples: Double
        /// C
        public var classes: Double
        /// m
        public var dimension: Double
        /// R, the largest norm of an input.
        public var radius: Double
        /// δ, the smallest distance between two classes.
        public var resolution: Double
        /// ε
        public var errorRate: Double

        /// Six numbers, all positive; ``GeneralizationDifficulty/init(_:)`` says what else they must be.
        public init(
            samples: Double, classes: Double, dimension: Double, radius: Double, resolution: Double, errorRate: Double
        ) {
            (self.samples, self.classes, self.dimension) = (samples, classes, dimension)
            (self.radius, self.resolution, self.errorRate) = (radius, resolution, errorRate)
        }
    }

    /// What the number is of.
    public let task: Task
    /// M, K
    public let largestFrequency: Double
    /// K, the largest degree of a harmonic.
    public let degree: Double
    /// log₁₀ E
    public let logFunctions: Double
    /// Bits for each coefficient.
    public let bitsEach: Double
    /// log₁₀ of the bits; nil where samples fix more coefficients than there are, or each needs no bit: then nothing has to be brought along.
    public let logBits: Double?

    /// 10 to the power of ``logBits``; infinite where that is beyond the range of numbers.
    public var bits: Double? { logBits.map { pow(10, $0) } }

    /// - Precondition: all positive, two classes at least, m at least 1.
    public init(_ task: Task) {
        precondition(
            task.samples > 0 && task.classes >= 2 && task.dimension >= 1 && task.radius > 0 && task.resolution > 0
                && task.errorRate > 0,
            "\(task)")
        self.task = task
        let m = task.dimension, c = task.classes, outputs = c - 1
        let frequency = 2 * Double.pi * task.radius / task.resolution
        let k = (((m - 1) * (m - 1) + 4 * frequency * frequency).squareRoot() - (m - 1)) / 2
        func logBinomial(_ a: Double, _ b: Double) -> Double { lgamma(a + 1) - lgamma(b + 1) - lgamma(a - b + 1) }
        let (first, second) = (logBinomial(m + k, m), logBinomial(m + k - 1, m))
        let logE = first + log1p(exp(second - first))
        let logC = 0.5 * log(m / 6) + (log(2) + (m + 1) / 2 * log(Double.pi) + log(c) - lgamma((m + 1) / 2)) / m
        (largestFrequency, degree, logFunctions) = (frequency, k, logE / log(10))
        bitsEach = (log(outputs) + 0.5 * log(c) + log(k) - log(task.samples) / m - log(task.errorRate) + logC) / log(2)
        // log(2C(C−1)E − n(C−1)), which may be far beyond the range of numbers.
        let whole = log(2 * c * outputs) + logE, fixed = log(task.samples * outputs)
        logBits = whole > fixed && bitsEach > 0 ? (whole + log1p(-exp(fixed - whole)) + log(bitsEach)) / log(10) : nil
    }

    /// The same with one input changed.
    public func changing(_ change: (inout Task) -> Void) -> GeneralizationDifficulty {
        var task = task
        change(&task)
        return GeneralizationDifficulty(task)
    }
}

extension GeneralizationDifficulty {
    /// The same of the authors' toy of a pole that is balanced from T observations of two angles each:
    ///
    ///     bits = (2(2π/δ)^{2T} π^T/T! − n)(log₂(4π²/√3) + ½ log₂ T − log₂ δ − log₂ n/(2T) − log₂ ε)
    public static func poleBits(observations t: Int, samples n: Double, resolution: Double, errorRate: Double) -> Double {
        let t = Double(t)
        let count = 2 * pow(2 * .pi / resolution, 2 * t) * pow(.pi, t) / tgamma(t + 1) - n
        return count
            * (log2(4 * .pi * .pi / 3.0.squareRoot()) + 0.5 * log2(t) - log2(resolution) - log2(n) / (2 * t) - log2(errorRate))
    }
}
