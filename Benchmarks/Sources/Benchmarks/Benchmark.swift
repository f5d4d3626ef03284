/// Something to be timed: a name, what it shows, and a body that measures one or more cases.
///
/// To add one, write a file with a static property like `Benchmark.elementwise` and list it in `all`.
struct Benchmark: Sendable {
    let name: String
    let summary: String
    let run: @Sendable (Recorder) throws -> Void

    /// Every benchmark, in the order in which they run.
    static let all: [Benchmark] = [
        .elementwise, .training, .ensembles, .sweep, .scaling, .small, .corrections, .kernels, .empirical, .matvec, .curves,
        .lazy,
        .calibration, .studyCalibration,
    ]
}
