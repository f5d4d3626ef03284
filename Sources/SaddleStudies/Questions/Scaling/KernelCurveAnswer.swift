import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `saddle predict scaling` on data: the learning curve of kernel regression predicted from the kernel's spectrum, beside the measured one.
struct KernelCurveAnswer: Sendable {
    let settings: ScalingStudy
    let name: String
    let pool: Int
    let outputs: Int
    let curve: KernelCurve
    let warnings: [String]

    init(_ settings: ScalingStudy, _ context: QuestionRunner.Context) throws {
        let study = context.study
        let loaded = try study.loadData(), data = loaded.dataset.pooled
        try study.checkKernelMemory(data)
        try Self.checkInputs(data, settings, study)
        let kernel = try study.infiniteKernels(data, width: study.simulate?.widths.max())[settings.kernel].train
        (self.settings, name, pool, outputs) = (settings, data.name, data.trainCount, data.outputCount)
        warnings = loaded.warnings
        let samples = try Self.sizes(settings, pool: pool, study)
        let diagonal = (0..<pool).reduce(0) { $0 + kernel[$1, $1] } / Double(pool)
        do {
            curve = try KernelCurve(
                kernel: kernel, targets: data.trainLabels, ridge: settings.ridge * diagonal, samples: samples,
                draws: settings.draws,
                seed: settings.seed, progress: context.progress, shouldStop: context.shouldStop)
        } catch let error as KernelCurve.Singular {
            throw study.problem(
                "scaling.ridge",
                "'scaling.ridge' is \(settings.ridge), and the kernel matrix of \(error.samples) samples is singular (too smooth a kernel, or "
                    + "samples that agree); expected a larger ridge, such as \(max(10 * settings.ridge, 1e-6))")
        }
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
