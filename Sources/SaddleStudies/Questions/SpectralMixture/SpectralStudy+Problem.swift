import SaddleModels
import SaddleTheory

extension SpectralStudy {
    /// What the study's process observes, with warnings about the data.
    ///
    /// - Throws: `StudyFileError`.
    func problem(_ study: Study) throws -> (problem: SpectralProblem, warnings: [String]) {
        if observed == .data { return try samples(study) }
        try study.checkMemory(observations: points, key: "spectral_mixture.points")
        let problem = SpectralProblem(
            amplitudes: amplitudes, frequencies: frequencies, points: points, observesSource: observed == .source, noise: noise,
            largestFrequency: largestFrequency)
        if observed == .source, spectrum.smoothness < 4 {
            throw study.problem(
                "spectral_mixture.spectrum",
                "'spectral_mixture.spectrum' is student_t_\(degrees!); Poisson's equation needs four derivatives of the "
                    + "kernel: expected gaussian, student_t_5 or student_t_7")
        }
        if !problem.observations.allSatisfy({ $0.values.allSatisfy(\.isFinite) && $0.noise.isFinite }) {
            throw study.problem(
                "spectral_mixture.frequencies",
                "the observed values, or their mean square, are not finite; expected smaller frequencies and amplitudes")
        }
        if problem.observations[0].values.allSatisfy({ $0 == 0 }) {
            throw study.problem(
                "spectral_mixture.frequencies",
                "the solution is zero at every point; expected a frequency and an amplitude that are not")
        }
        return (problem, [])
    }

    private func samples(_ study: Study) throws -> (problem: SpectralProblem, warnings: [String]) {
        if study.data.preprocess != .none {
            throw study.problem(
                "data.preprocess",
                "'data.preprocess' is \(study.data.preprocess.rawValue); frequencies are those of the inputs as they are: expected none"
            )
        }
        let loaded = try study.loadData()
        try study.checkMemory(observations: loaded.dataset.trainCount, key: "data.train")
        do {
            return (
                try SpectralProblem(loaded.dataset, noise: noise, largestFrequency: largestFrequency), loaded.warnings
            )
        } catch { throw study.problem("data.source", "\(error)") }
    }
}
