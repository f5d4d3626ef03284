import SaddleModels
import SaddleNumerics

extension Ensemble {
    /// Seconds that training will take, by one network that records no kernels; nil if it fails.
    package var expectedSeconds: Double? {
        let pilot = EnsembleSettings(
            width: settings.width, networks: 1, seed: settings.seed, recordsKernels: false, precision: settings.precision)
        return seconds(of: { _ = try Ensemble(trainer.experiment, pilot).train() }).map {
            $0 * Double(settings.networks) / Double(min(Threads.count, settings.networks))
        }
    }
}
