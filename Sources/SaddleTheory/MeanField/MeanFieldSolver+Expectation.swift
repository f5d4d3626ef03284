import SaddleModels
import SaddleNumerics

extension MeanFieldSolver {
    /// Seconds that a prediction will take, by one solution with a quarter of the sites and without corrections, about a hundredth of the
    /// work; nil if there are too few sites for that.
    package var expectedSeconds: Double? {
        var pilot = settings
        (pilot.sites, pilot.replicas, pilot.directions, pilot.recordsKernels) = (settings.sites / 4, 1, 0, false)
        (pilot.method, pilot.observables) = (.auto, nil)
        guard pilot.sites >= 50, let seconds = seconds(of: { _ = try MeanFieldSolver(experiment, settings: pilot).predict() })
        else { return nil }
        let solutions = Double(settings.replicas + settings.directions)
        return seconds * Self.growth * solutions / min(Double(Threads.count), solutions)
    }

    /// Time of a solution over that of one with a quarter of the sites: measured between 6 and 14, as bases are short of sites or not.
    private static var growth: Double { 10 }
}
