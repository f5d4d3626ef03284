import SaddleModels
import SaddleNumerics

extension Ensemble {
    /// Seconds that training will take, by one network that records no kernels, or by its first steps where it takes long; nil if it fails.
    package var expectedSeconds: Double? {
        let pilot = EnsembleSettings(
            width: settings.width, networks: 1, seed: settings.seed, recordsKernels: false, precision: settings.precision)
        let (beginning, share) = trainer.experiment.beginning
        guard var network = seconds(of: { _ = try Ensemble(beginning, pilot).train() }).map({ $0 * share }) else { return nil }
        if network < 0.5 {
            guard let whole = seconds(of: { _ = try Ensemble(trainer.experiment, pilot).train() }) else { return nil }
            network = whole
        }
        return network * Double(settings.networks) / Double(min(Threads.count, settings.networks))
    }
}
