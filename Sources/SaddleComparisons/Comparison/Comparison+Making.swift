import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

extension Comparison {
    /// Compares a prediction with ensembles of several widths.
    ///
    /// Compared are the mean over networks with `f∞ + b/N`, and N times the variance with the predicted one: number by number, and pooled
    /// over all numbers of an observable, which sees errors that are small and everywhere. Each difference becomes a standard normal value by the law of its
    /// error bars. Half of the false-alarm rate belongs to the single numbers, which are many, and half to the pooled ones, which are
    /// few (``ScoreLimit``). What a difference means is told by its change with the width (``DeviationCourse``).
    ///
    /// - Parameters:
    ///   - steps: the recorded steps.
    ///   - classes: of the test samples, or of the training samples if there are none; empty without classes.
    ///   - each: takes all numbers of a quantity at a width; kept are only summaries and the worst ones.
    package static func make<E: Error>(
        prediction: MeanFieldPrediction, steps: [Int], ensembles: [EnsembleStatistics], classes: [Int] = [],
        falseAlarmRate: Double = 1e-3, each: (ComparedNumbers) throws(E) -> Void
    ) throws(E) -> Comparison {
        let ensembles = ensembles.sorted { $0.width < $1.width }
        let pooling = PooledComparer(prediction, ensembles)
        let accuracies = AccuracyComparer(prediction, ensembles, classes: classes)
        let pooled = pooling.numbers + accuracies.numbers
        let modes = pooling.modes
        var widths: [WidthSummary] = []
        for ensemble in ensembles {
            widths.append(
                try WidthSummary(
                    NumberComparer(prediction.atWidth(ensemble.width), ensemble, modes: modes), steps: steps, each: each))
        }
        let numbers = widths.reduce(0) { $0 + $1.scored }
        let sums = pooled.reduce(0) { $0 + $1.joint.values.count { $0.score != nil } }
        let limit = ScoreLimit(falseAlarmRate: sums > 0 ? falseAlarmRate / 2 : falseAlarmRate, numbers: numbers)
        let pooledLimit = ScoreLimit(falseAlarmRate: falseAlarmRate / 2, numbers: sums)
        let judge = ComparisonJudge(widths: widths, pooled: pooled, limit: limit, pooledLimit: pooledLimit)
        return Comparison(
            verdict: judge.verdict, summary: judge.summary, falseAlarmRate: falseAlarmRate, numbers: numbers,
            threshold: limit.threshold, pooledThreshold: pooledLimit.threshold,
            widths: widths.indices.map {
                widths[$0].result(judge.widths[$0].verdict, judge.widths[$0].reasons, accuracies.results[$0])
            },
            pooled: pooled.map { $0.result(pooledLimit) })
    }

    package static func make(
        prediction: MeanFieldPrediction, steps: [Int], ensembles: [EnsembleStatistics], classes: [Int] = [],
        falseAlarmRate: Double = 1e-3
    ) -> Comparison {
        make(
            prediction: prediction, steps: steps, ensembles: ensembles, classes: classes, falseAlarmRate: falseAlarmRate
        ) { (_: ComparedNumbers) in }
    }
}
