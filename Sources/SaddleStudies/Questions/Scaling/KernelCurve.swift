import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict scaling` on data: the learning curve of kernel regression predicted from the kernel's spectrum, beside the measured one.
struct KernelCurve: Sendable {
    struct Row: Sendable {
        let prediction: KernelLearningCurve.Point
        /// As if the pool were unlimited.
        let fresh: KernelLearningCurve.Point
        /// From the whole kernel matrix.
        let resolved: Double
        let measured: Estimate?
    }

    let settings: ScalingStudy
    let name: String
    let pool: Int
    let outputs: Int
    let task: KernelTask
    let rows: [Row]
    /// λ_k ~ k^{−a} and Σ_{j>k} u_j² ~ k^{−(b−1)} over the ranks in the middle.
    let capacity, tail: Double
    let ranks: ClosedRange<Int>
    let fit: ScalingFit?
    let warnings: [String]

    init(_ settings: ScalingStudy, _ context: QuestionRunner.Context) throws {
        let study = context.study
        let loaded = try study.loadData(), data = loaded.dataset.pooled
        try study.checkKernelMemory(data)
        let n = data.trainCount
        try Self.checkInputs(data, settings, study)
        let kernel = try study.infiniteKernels(data, width: study.simulate?.widths.max())[settings.kernel].train
        let samples = try Self.sizes(settings, pool: n, study)
        let diagonal = (0..<n).reduce(0) { $0 + kernel[$1, $1] } / Double(n)
        let ridge = settings.ridge * diagonal
        let task = try KernelTask(kernel: kernel, targets: data.trainLabels)
        let finite = KernelLearningCurve(task, ridge: ridge, pool: Double(n)), fresh = KernelLearningCurve(task, ridge: ridge)
        let runs = KernelRegressionRuns(kernel: kernel, targets: data.trainLabels, ridge: ridge, seed: settings.seed)
        let sites = ResolvedLearningCurve(kernel: kernel, targets: data.trainLabels, task: task, ridge: ridge)
        let done = Counter()
        @Sendable func singular(_ count: Int) -> StudyFileError {
            study.problem(
                "scaling.ridge",
                "'scaling.ridge' is \(settings.ridge), and the kernel matrix of \(count) samples is singular (too smooth a kernel, or "
                    + "samples that agree); expected a larger ridge, such as \(max(10 * settings.ridge, 1e-6))")
        }
        let resolved = try Threads.map(samples.count) { k in
            if context.shouldStop() { throw CancellationError() }
            defer { context.progress(Double(done.increment()), Double(2 * samples.count)) }
            do { return try sites.loss(samples: Double(samples[k])) } catch is FactorizationError { throw singular(samples[k]) }
        }
        let measured = try samples.map { count -> [Double] in
            defer { context.progress(Double(done.increment()), Double(2 * samples.count)) }
            if settings.draws == 0 { return [] }
            do {
                return try runs.losses(samples: count, draws: settings.draws, stop: context.shouldStop)
            } catch is FactorizationError { throw singular(count) }
        }
        rows = try samples.indices.map { k in
            let count = Double(samples[k])
            return Row(
                prediction: try finite.point(samples: count), fresh: try fresh.point(samples: count), resolved: resolved[k],
                measured: measured[k].isEmpty ? nil : Estimate(measured[k]))
        }
        (self.settings, self.task, name, pool, outputs) = (settings, task, data.name, n, data.outputCount)
        warnings = loaded.warnings
        let table = try? LossTable(
            sizes: zip(samples, measured).flatMap { size, losses in losses.map { _ in Double(size) } },
            losses: measured.flatMap { $0 })
        fit = table.map { ScalingFit($0) }

        // In descending order; the last ranks of a finite pool lie too low.
        let λ = Array(task.spectrum.eigenvalues.reversed()), powers = Array(task.powers.reversed())
        ranks = min(10, max(n / 8, 1))...max(n / 4, 2)
        var remaining = powers.reduce(0, +)
        let tails = powers.map { power -> Double in
            remaining -= power
            return remaining
        }
        capacity = -Self.slope(ranks, λ)
        tail = -Self.slope(ranks, tails)
    }

    /// Training sets that hold an input twice have a singular kernel matrix.
    private static func checkInputs(_ data: Dataset, _ settings: ScalingStudy, _ study: Study) throws {
        if settings.ridge > 0 || settings.draws == 0 { return }
        let groups = EqualInputs(data.trainInputs).groups
        if groups.isEmpty { return }
        let examples = groups.map { $0.map(String.init).brief(4) }.map { "\($0)" }
        throw study.problem(
            "scaling.ridge",
            "'scaling.ridge' is 0, and \(groups.reduce(0) { $0 + $1.count }) of \(data.trainCount) samples have the same input as another, as "
                + "networks see them (samples, from 0, training before test: \(examples.prefix(5).joined(separator: "; "))"
                + "\(examples.count > 5 ? "; …" : "")): kernel matrices with both are singular; expected a positive ridge, such as 1e-6, "
                + "each input once, or scaling.draws: 0 for theory alone")
    }

    /// Of log y against log k for k-th values, log-spaced ranks.
    private static func slope(_ ranks: ClosedRange<Int>, _ values: [Double]) -> Double {
        let places = Set(logSpaced(from: Double(ranks.lowerBound), to: Double(ranks.upperBound), count: 30).map { Int($0) })
            .sorted()
        return localSlope(places.map(Double.init), places.map { values[$0 - 1] }, last: places.count)
    }

    private static func sizes(_ settings: ScalingStudy, pool: Int, _ study: Study) throws -> [Int] {
        if pool < 20 {
            throw study.problem("data", "'data' has \(pool) samples (train and test together); expected 20 or more to draw from")
        }
        guard let chosen = settings.samples else {
            let most = Double(pool) * 0.8
            return Set(logSpaced(from: min(10, most / 2), to: most, count: 10).map { Int($0) }).sorted()
        }
        if let bad = chosen.first(where: { $0 >= pool }) {
            throw study.problem(
                "scaling.samples",
                "'scaling.samples' has \(bad), and the pool (train and test together) has \(pool) samples; expected fewer, so that "
                    + "some are left to test on")
        }
        return chosen
    }
}

extension Dataset {
    /// All samples with labels as training samples.
    fileprivate var pooled: Dataset {
        if testCount == 0 { return self }
        return Dataset(
            trainInputs: hasTestLabels ? trainInputs.appendingRows(of: testInputs) : trainInputs,
            trainLabels: trainLabels.appendingRows(of: testLabels),
            testInputs: Matrix(rows: 0, columns: inputDimension), testLabels: Matrix(rows: 0, columns: outputCount), name: name,
            classNames: classNames, trainClasses: trainClasses + testClasses)
    }
}
