import SaddleModels
import SaddleNumerics

/// Trajectories of many random matrices of one size, at recorded times.
///
/// Of each matrix, averaged over units and trajectories: C(t, t′) = x·x′/N and P(t, t′) = δx·δx′/N at all pairs of recorded times t ≥ t′, and the
/// response R(t) = δx(0)·δx(t)/N, whose mean over random signs δx(0) is (1/N) tr ∂x(t)/∂x(0). Matrices enter in the order of their
/// index: the result does not depend on the number of threads.
public struct RandomDynamicsEnsemble: Sendable {
    /// N, units.
    public let size: Int
    /// Recorded times, ascending from 0.
    public let times: [Double]
    private let estimates: [Estimate]

    /// - Parameters:
    ///   - times: ascending, the first 0.
    ///   - trajectories: of each matrix.
    ///   - longestStep: of the integrator; nil for one that keeps its error below 1e-4.
    ///   - shouldStop: asked before every matrix, from any thread.
    /// - Throws: `CancellationError` when stopped.
    public init(
        _ model: RandomDynamics, size: Int, matrices: Int, times: [Double], trajectories: Int = 4, longestStep: Double? = nil,
        seed: Int, progress: ProgressHandler? = nil, shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        precondition(matrices >= 2 && times.first == 0 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times \(times)")
        self.size = size
        self.times = times
        let h = longestStep ?? RandomDynamicsRun.longestStep(model)
        let count = times.count, pairs = count * (count + 1) / 2
        let moments = try Threads.reduceInOrder(0..<matrices, into: StreamingMoments(dimension: 2 * pairs + count)) { index in
            if shouldStop() { throw CancellationError() }
            let random = RandomStream(seed: seed, .disorder, size, index)
            var run = RandomDynamicsRun(model, size: size, trajectories: trajectories, random)
            var states = [run.state]
            for (start, end) in zip(times, times.dropFirst()) {
                let steps = max(1, Int(((end - start) / h).rounded(.up)))
                run.advance(steps: steps, h: (end - start) / Double(steps))
                states.append(run.state)
            }
            return Self.products(states, trajectories)
        } commit: { moments, index, values in
            moments.add(try values.get())
            progress?(Double(index + 1), Double(matrices))
            return true
        }
        estimates = zip(moments.mean, moments.meanError).map { Estimate(mean: $0, standardError: $1, count: matrices) }
    }

    /// Steps of the integrator to the last of the times.
    public static func stepCount(_ model: RandomDynamics, duration: Double) -> Double {
        duration / RandomDynamicsRun.longestStep(model)
    }

    /// C for t ≥ t′ row by row, P likewise, then R.
    private static func products(_ states: [Matrix], _ trajectories: Int) -> [Double] {
        let n = states[0].rows, half = n * trajectories
        func product(_ a: Matrix, _ b: Matrix, from start: Int) -> Double {
            var sum = 0.0
            for i in start..<start + half { sum += a.elements[i] * b.elements[i] }
            return sum / Double(half)
        }
        func triangle(from start: Int) -> [Double] {
            states.indices.flatMap { i in (0...i).map { product(states[i], states[$0], from: start) } }
        }
        return triangle(from: 0) + triangle(from: half) + states.map { product($0, states[0], from: half) }
    }

    /// C(times[i], times[j])
    public func correlation(_ i: Int, _ j: Int) -> Estimate { estimates[place(i, j)] }
    /// P(times[i], times[j])
    public func perturbation(_ i: Int, _ j: Int) -> Estimate { estimates[times.count * (times.count + 1) / 2 + place(i, j)] }
    /// R(times[i], 0)
    public func response(_ i: Int) -> Estimate { estimates[times.count * (times.count + 1) + i] }

    private func place(_ i: Int, _ j: Int) -> Int { max(i, j) * (max(i, j) + 1) / 2 + min(i, j) }
}
