import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Comparison {
    /// Compares a prediction with ensembles of several widths.
    ///
    /// Compared are the mean over networks with `f∞ + b/N`, and N times the variance with the predicted one: number by number, and pooled
    /// over all numbers of an observable, which sees errors that are small and everywhere. Each difference becomes a standard normal value by the law of its
    /// error bars. Half of the false-alarm rate belongs to the single numbers, which are many, and half to the pooled ones, which are
    /// few; no |z| may exceed what the largest of so many independent ones does with that probability (Šidák's limit; correlation makes
    /// it conservative). What a difference means is told by its change with the width (``Explanation``).
    ///
    /// - Parameters:
    ///   - steps: the recorded steps.
    ///   - classes: of the test samples, or of the training samples if there are none; empty without classes.
    package static func make(
        prediction: MeanFieldPrediction, steps: [Int], ensembles: [EnsembleStatistics], classes: [Int] = [],
        falseAlarmRate: Double = 1e-3
    ) -> Comparison {
        let ensembles = ensembles.sorted { $0.width < $1.width }
        let pooling = PooledComparer(prediction, ensembles, classes: classes)
        let (pooled, modes) = (pooling.numbers(), pooling.modes)
        let widths = ensembles.map { WidthNumbers(NumberComparer(prediction: prediction, ensemble: $0, modes: modes)) }
        let numbers = widths.reduce(0) { $0 + $1.scored }
        let sums = pooled.reduce(0) { $0 + $1.values.count { $0.score != nil } }
        let judge = ComparisonJudge(
            widths: widths, pooled: pooled,
            threshold: Check.threshold(falseAlarmRate: sums > 0 ? falseAlarmRate / 2 : falseAlarmRate, numbers: numbers),
            pooledThreshold: Check.threshold(falseAlarmRate: falseAlarmRate / 2, numbers: sums))
        let accuracies = pooling.accuracies
        let results = widths.indices.map { i in
            widths[i].result(
                steps: steps, verdict: judge.widths[i].verdict, reasons: judge.widths[i].reasons, accuracy: accuracies[i])
        }
        return Comparison(
            verdict: judge.verdict, summary: judge.summary, falseAlarmRate: falseAlarmRate, numbers: numbers,
            threshold: judge.threshold, pooledThreshold: judge.pooledThreshold, widths: results,
            pooled: pooled.map { $0.result(judge.pooledThreshold) })
    }
}
