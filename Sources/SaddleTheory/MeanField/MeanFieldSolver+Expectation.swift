import SaddleModels
import SaddleNumerics

extension MeanFieldSolver {
    /// Seconds that a prediction will take, by one solution with few sites and without corrections, about a hundredth of the
    /// work, and, with an accuracy, by one pair of narrow networks; nil if none of a few numbers of sites suffices.
    package var expectedSeconds: Double? {
        for divisor in [4, 2, 1] {
            var pilot = settings
            (pilot.sites, pilot.replicas, pilot.directions, pilot.recordsKernels) = (settings.sites / divisor, 1, 0, false)
            (pilot.accuracy, pilot.method, pilot.observables) = (nil, .auto, nil)
            if pilot.sites < 50 { continue }
            guard let seconds = seconds(of: { _ = try MeanFieldSolver(experiment, settings: pilot).predict() }) else { continue }
            guard let accuracy = settings.accuracy else {
                return parallel(seconds * Self.growth(divisor), solutions: settings.replicas + settings.directions)
            }
            // Half the sites must suffice as well.
            let solution = seconds * Self.growth(divisor == 1 ? 2 : divisor)
            let networks = NarrowNetworks(self)
            let pair = SaddleNumerics.seconds(of: { _ = try networks.pair(0, width: NarrowNetworks.firstWidth) { false } })
            let pairs = Double(MeanFieldWork.expectedNetworks(accuracy))
            // The two halves of a solution take less time than it does.
            let coarse = min(settings.replicas, Self.coarseSolutions)
            return parallel(solution, solutions: settings.replicas + coarse) + parallel(pair ?? 0) * pairs
        }
        return networkSeconds
    }

    /// What to say where narrow networks turn out too narrow: the next width, and what it takes.
    func widening(_ width: Int, _ accuracy: Double) -> String {
        let text =
            "Networks of width \(width / 2) do not follow the series in 1/N closely enough, or single ones stray: going on with "
            + "width \(width)"
        guard let pair = SaddleNumerics.seconds(of: { _ = try NarrowNetworks(self).pair(0, width: width) { false } }) else {
            return text + "."
        }
        let seconds = parallel(pair) * Double(MeanFieldWork.expectedNetworks(accuracy))
        return text + ", about \(NumberText.duration(seconds: rounded(seconds, digits: 2))) more."
    }

    /// The same where bases fill all sites and the limit is extrapolated, by networks that take a few steps.
    private var networkSeconds: Double? {
        guard let accuracy = settings.accuracy, settings.statedSites == nil else { return nil }
        let (beginning, share) = experiment.beginning
        var pilot = settings
        pilot.recordsKernels = false
        let networks = NarrowNetworks(MeanFieldSolver(beginning, settings: pilot))
        func pair(_ width: Int) -> Double {
            share * (SaddleNumerics.seconds(of: { _ = try networks.pair(0, width: width) { false } }) ?? 0)
        }
        return parallel(pair(NarrowNetworks.limitWidth(experiment)), solutions: MeanFieldWork.limitPairs(settings))
            + parallel(pair(NarrowNetworks.firstWidth)) * Double(MeanFieldWork.expectedNetworks(accuracy))
    }

    private func parallel(_ seconds: Double, solutions: Int = .max) -> Double {
        let count = Double(solutions), threads = Double(Threads.count)
        return solutions == .max ? seconds / threads : seconds * count / min(threads, count)
    }

    /// Time of a solution over that of one with a fraction of its sites: measured between 6 and 14 for a quarter.
    private static func growth(_ divisor: Int) -> Double { divisor == 4 ? 10 : divisor == 2 ? 3.2 : 1 }
}
