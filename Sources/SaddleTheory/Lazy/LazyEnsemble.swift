import SaddleNumerics

/// The spread of outputs over random initialisations in the limit of infinite width, exactly, at any time of training.
///
///     fₜ(x) = f₀(x) + Θ(x, X)Aₜ(y − f₀(X)),      f₀ ~ N(0, NNGP)
///
/// is linear in the initial outputs, so it is Gaussian with the mean of ``LazyTraining`` and the covariance of
/// f₀(x) − Θ(x, X)Aₜf₀(X). Lee et al. 2019, equations 15 and 16. A centred network has f₀ = 0 and no spread.
public struct LazyEnsemble: Sendable {
    /// Variances, and if asked for covariances, of one output at one time; all outputs have the same and are independent.
    public struct Spread: Sendable {
        /// The time that the spread is at.
        public let time: LazyTime
        /// At each of the P training and Q test points.
        public let trainVariances, testVariances: [Double]
        /// Q × Q, if all pairs of test points were given.
        public let testCovariance: Matrix?
    }

    private let training: LazyTraining
    /// VᵀF, P × rank.
    private let trainModes: Matrix
    /// Θ(x, X)V, Q × P.
    private let crossModes: Matrix
    private let test: GaussianProcess.Conditioned

    /// - Parameters:
    ///   - initial: The process of outputs at initialisation at the training points.
    ///   - initialCross: NNGP(test, train), Q × P.
    ///   - initialTest: NNGP at the test points: variances, or all pairs for covariances.
    ///   - cross: Θ(test, train), Q × P.
    /// - Throws: ``GaussianProcessError`` if the kernels contradict each other.
    /// - Complexity: P³ + P²Q here, the same again for each time.
    public init(
        training: LazyTraining, initial: GaussianProcess, initialCross: Matrix, initialTest: PointKernel, cross: Matrix
    ) throws(GaussianProcessError) {
        precondition(
            initial.order == training.spectrum.order && cross.rows == initialCross.rows,
            "\(initial.order) and \(training.spectrum.order) training points, \(initialCross.rows) and \(cross.rows) test points"
        )
        self.training = training
        test = try initial.conditioned(cross: initialCross, test: initialTest)
        trainModes = training.spectrum.vectors.ᵀ * initial.factor
        crossModes = cross * training.spectrum.vectors
    }

    /// The spread at the given times.
    ///
    /// - Throws: ``LazyError``, as ``LazyTraining/responses(at:)``.
    public func spreads(at times: [LazyTime]) throws -> [Spread] {
        try zip(times, training.responses(at: times)).map { time, response in
            var remaining = trainModes
            remaining.scaleRows(by: response.residuals)
            let train = training.spectrum.vectors * remaining
            var learnt = trainModes
            learnt.scaleRows(by: response.coefficients)
            var loadings = test.loadings
            loadings.add(.plain(crossModes), .plain(learnt), scale: -1)
            var covariance = test.covariance
            covariance?.add(.plain(loadings), loadings.ᵀ)
            return Spread(
                time: time, trainVariances: train.rowSquares,
                testVariances: zip(loadings.rowSquares, test.variances).map { $0 + $1 }, testCovariance: covariance)
        }
    }
}
