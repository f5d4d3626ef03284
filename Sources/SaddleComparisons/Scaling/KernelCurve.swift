import SaddleMeasures
import SaddleNumerics
import SaddleTheory

/// The learning curve of kernel regression on a pool of samples, predicted from the kernel's spectrum and from the kernel matrix, beside
/// regressions on training sets that are drawn from the pool.
package struct KernelCurve: Sendable {
    package struct Row: Sendable {
        package let prediction: KernelLearningCurve.Point
        /// As if the pool were unlimited.
        package let fresh: KernelLearningCurve.Point
        /// From the whole kernel matrix.
        package let resolved: Double
        package let measured: Estimate?
    }

    package let task: KernelTask
    package let rows: [Row]
    /// λ_k ~ k^{−a} and Σ_{j>k} u_j² ~ k^{−(b−1)} over the ranks in the middle.
    package let capacity, tail: Double
    package let ranks: ClosedRange<Int>
    /// Of the measured losses.
    package let fit: ScalingFit?

    /// Without ridge a kernel matrix of so many samples is singular.
    package struct Singular: Error { package let samples: Int }

    /// - Parameters:
    ///   - kernel, targets: n × n and n × C, of the pool.
    ///   - ridge: added to the diagonal.
    ///   - samples: sizes of training sets, each below n.
    ///   - draws: training sets of each size; 0: theory alone.
    /// - Throws: ``Singular``; `CancellationError` when stopped.
    package init(
        kernel: Matrix, targets: Matrix, ridge: Double, samples: [Int], draws: Int, seed: Int,
        progress: @escaping ProgressHandler,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let n = kernel.rows
        let task = try KernelTask(kernel: kernel, targets: targets)
        let finite = KernelLearningCurve(task, ridge: ridge, pool: Double(n)), fresh = KernelLearningCurve(task, ridge: ridge)
        let runs = KernelRegressionRuns(kernel: kernel, targets: targets, ridge: ridge, seed: seed)
        let sites = ResolvedLearningCurve(kernel: kernel, targets: targets, task: task, ridge: ridge)
        let resolved: [Double]
        do {
            resolved = try sites.losses(
                samples: samples.map(Double.init), progress: { finished, _ in progress(finished, Double(2 * samples.count)) },
                shouldStop: shouldStop)
        } catch let error as ResolvedLearningCurve.Failure { throw Singular(samples: Int(error.samples)) }
        let done = Counter(samples.count)
        let measured = try samples.map { count -> [Double] in
            defer { progress(Double(done.increment()), Double(2 * samples.count)) }
            if draws == 0 { return [] }
            do {
                return try runs.losses(samples: count, draws: draws, stop: shouldStop)
            } catch is FactorizationError { throw Singular(samples: count) }
        }
        rows = try samples.indices.map { k in
            let count = Double(samples[k])
            return Row(
                prediction: try finite.point(samples: count), fresh: try fresh.point(samples: count), resolved: resolved[k],
                measured: measured[k].isEmpty ? nil : Estimate(measured[k]))
        }
        self.task = task
        let table = try? LossTable(
            sizes: zip(samples, measured).flatMap { size, losses in losses.map { _ in Double(size) } },
            losses: measured.flatMap { $0 })
        fit = table.map { ScalingFit($0) }

        // In descending order; the last ranks of a finite pool lie too low.
        let λ = Array(task.spectrum.eigenvalues.reversed())
        ranks = min(10, max(n / 8, 1))...max(n / 4, 2)
        var remaining = task.powers.reversed().reduce(0, +)
        let tails = task.powers.reversed().map { power -> Double in
            remaining -= power
            return remaining
        }
        capacity = -Self.slope(ranks, λ)
        tail = -Self.slope(ranks, tails)
    }

    /// Of log y against log k for k-th values, log-spaced ranks.
    private static func slope(_ ranks: ClosedRange<Int>, _ values: [Double]) -> Double {
        let places = Set(logSpaced(from: Double(ranks.lowerBound), to: Double(ranks.upperBound), count: 30).map { Int($0) })
            .sorted()
        return localSlope(places.map(Double.init), places.map { values[$0 - 1] }, last: places.count)
    }
}
