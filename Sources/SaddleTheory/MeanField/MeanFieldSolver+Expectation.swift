import SaddleModels
import SaddleNumerics

extension MeanFieldSolver {
    /// Seconds that a prediction will take, by one solution with fewer sites and without corrections: a quarter, about a hundredth of the
    /// work, or, if so few sites do not suffice, half; nil if neither does.
    package var expectedSeconds: Double? {
        let solutions = Double(settings.replicas + settings.directions)
        for (divisor, growth) in Self.growths {
            var pilot = settings
            (pilot.sites, pilot.replicas, pilot.directions, pilot.recordsKernels) = (settings.sites / divisor, 1, 0, false)
            (pilot.method, pilot.observables) = (.auto, nil)
            if pilot.sites < 50 { continue }
            if let seconds = seconds(of: { _ = try MeanFieldSolver(experiment, settings: pilot).predict() }) {
                return seconds * growth * solutions / min(Double(Threads.count), solutions)
            }
        }
        return nil
    }

    /// Time of a solution over that of one with a fraction of its sites: measured between 6 and 14 for a quarter.
    private static var growths: [(divisor: Int, growth: Double)] { [(4, 10), (2, 3.2)] }
}
