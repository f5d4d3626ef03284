import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Two hidden layers learning zeros from ones of the bundled digits.
func digitsExperiment(
    samples: Int, steps: Int, recorded: [Int], activation: Activation = .tanh, rate: Double = 0.5
) throws -> Experiment {
    let source = DataSource(source: "digits", classes: [0, 1], train: samples, test: 0)
    return Experiment(
        network: Network(hiddenLayers: 2, activation: activation), data: try source.load(loss: .squared).dataset,
        training: Training(steps: steps, learningRate: LearningRate(base: rate)), recordedSteps: recorded)
}

/// Least-squares slope of log y against log x.
func slope(_ points: [(Double, Double)]) -> Double {
    let (x, y) = (points.map { log($0.0) }, points.map { log($0.1) })
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    return covariance / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
}
