import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Comparisons that draw and judge in one go.
extension CalibrationCase {
    /// Every check but that of whole studies, at the smallest sizes that it accepts and at usual ones.
    public static func topics() throws -> [CalibrationCase] { try checks() + sampled() }

    private static func sampled() throws -> [CalibrationCase] {
        func whole(_ name: String, _ check: @escaping @Sendable (_ seed: Int) throws -> Check) -> CalibrationCase {
            CalibrationCase(name) { seed in
                let verdict = try check(seed).verdict
                return { _ in verdict }
            }
        }
        func spectrum(_ name: String, _ model: RandomMatrixModel, size: Int, matrices: Int) -> CalibrationCase {
            whole("spectrum, \(name), \(matrices) matrices of order \(size)") { seed in
                model.isPlanar
                    ? try PlanarComparison(model, size: size, matrices: matrices, seed: seed).check
                    : try SpectrumComparison(model, size: size, half: size / 2, matrices: matrices, seed: seed).check
            }
        }
        func gas(chains: Int, sweeps: Int) -> CalibrationCase {
            whole("gas, \(chains) chains of \(sweeps) sweeps") { seed in
                try GasComparison(RadialCoulombGas(charges: 5), chains: chains, sweeps: sweeps, seed: seed).check
            }
        }
        var (spiked, elliptic) = (RandomMatrixModel(), RandomMatrixModel())
        (spiked.ensemble, spiked.spikes, spiked.ratios) = (.spiked, [3], [0.4])
        (elliptic.ensemble, elliptic.symmetry) = (.elliptic, 0.3)
        return try [
            learningCurve(repeats: 4), learningCurve(repeats: 40),
            spectrum("Wishart", RandomMatrixModel(), size: 20, matrices: 4),
            spectrum("Wishart", RandomMatrixModel(), size: 40, matrices: 40), spectrum("spiked", spiked, size: 40, matrices: 4),
            spectrum("elliptic", elliptic, size: 20, matrices: 4), gas(chains: 8, sweeps: 10), gas(chains: 32, sweeps: 200),
            whole("width-error, 10 draws") { seed in
                try NeuronComparison(GaussianTarget(dimension: 1, scale: 1), radius: 2, widths: [4, 16], draws: 10, seed: seed)
                    .check
            },
        ]
    }

    private static func learningCurve(repeats: Int) throws -> CalibrationCase {
        var settings = LearningCurveSettings()
        (settings.dimension, settings.samples, settings.width) = (20, 15, 10)
        (settings.initialVariance, settings.time) = (0.3, 60)
        let theory = try LearningCurveSurvey(settings.task(), last: settings.time, training: settings.training(rate:))
        return CalibrationCase("learning-curve, \(repeats) repeats") { seed in
            let ensembles = try LearningCurveCheck.ensembles(theory, repeats: repeats, seed: seed)
            let verdict = try LearningCurveCheck(theory, ensembles).check.verdict
            return { _ in verdict }
        }
    }
}
