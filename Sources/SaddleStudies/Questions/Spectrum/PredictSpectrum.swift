import SaddleNumerics

/// `saddle predict spectrum`: the limit of an ensemble of random matrices, how much sums over eigenvalues vary, and sampled matrices beside it.
enum PredictSpectrum: Question {
    static let verb = QuestionVerb.predict
    static let name = "spectrum"
    static let phrase = "spectra of random matrices"
    static let summary = "Eigenvalues of random matrices, beside sampled ones."
    static let discussion = """
        The limit of large matrices: density, edges, zeros, outliers and moments, and how much sums over eigenvalues vary \
        from matrix to matrix, which is the noise floor of anything measured on a spectrum. Matrices are drawn and compared.

        Ensembles: goe, gue, wishart (or mp), random-features, spiked, spiked-wigner, free-sum, ginibre, elliptic. The \
        population of a covariance is isotropic, power_law (k^−exponent), or a list of eigenvalues.
        """
    static let examples = [
        "", "--ensemble goe --size 1000 --matrices 20", "--ensemble mp --ratio 1", "--population power_law --exponent 1.5",
        "--population 1,3,7 --size 600 --ratio 0.1", "--ensemble random-features --ratio '[0.5, 2]'",
        "--ensemble spiked --spikes 3,1.2",
        "--ensemble free-sum --population '[-2, 2]' --addend wishart", "--ensemble elliptic --symmetry 0.5",
    ]
    static let sections = ["spectrum"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.spectrum ?? RandomMatrixStudy()
        try context.study.checkMemory(study)
        if study.model.isPlanar {
            return try PlanarComparison(
                study.model, size: study.size, matrices: study.matrices, seed: study.seed, progress: context.progress,
                shouldStop: context.shouldStop
            ).answer(study)
        }
        return try SpectrumComparison(
            study.model, size: study.size, half: halfSize(study, context.study), matrices: study.matrices, seed: study.seed,
            progress: context.progress, shouldStop: context.shouldStop
        ).answer(study)
    }

    /// A size of about half, in which listed eigenvalues occur equally often, too.
    private static func halfSize(_ study: RandomMatrixStudy, _ file: Study) throws -> Int {
        let spikes = study.model.usedSpikes.count
        guard 4 * spikes <= study.size else {
            throw file.problem(
                "spectrum.spikes", "'spectrum.spikes' has \(spikes) numbers for matrices of order \(study.size); expected a few")
        }
        guard case .values(let values) = study.model.population, ![.goe, .gue, .spikedWigner].contains(study.model.ensemble)
        else {
            return study.size / 2
        }
        guard study.size % values.count == 0, study.size >= 2 * values.count else {
            throw file.problem(
                "spectrum.size",
                "'spectrum.size' is \(study.size) for \(values.count) eigenvalues that occur equally often; expected a multiple of "
                    + "\(values.count), at least \(2 * values.count)")
        }
        return study.size / 2 / values.count * values.count
    }
}
