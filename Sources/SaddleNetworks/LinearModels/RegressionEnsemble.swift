import SaddleModels
import SaddleNumerics

/// Trained finite students, and the averages that tell apart what each source of randomness does.
///
/// Each repeat draws a teacher, two data sets and two sets of features with initial weights, and trains the four students that they make.
/// Products of residuals v = w* − u in the metric of Σ (of w*·x − f on many test inputs if features are not linear) then have the means
///
///     same data and features        v_ij·v_ij: the loss
///     same data, other features     v_i1·v_i2: what averaging over features leaves
///     other data, same features     v_1j·v_2j
///     nothing in common             v_11·v_22: bias
///
/// Batches are drawn anew for each student. The independent check of the theory of learning curves.
public struct RegressionEnsemble: Sendable {
    /// Averages over repeats at one place of the axis.
    public struct Place: Sendable {
        /// E (y − f)² on the training data; on fresh samples, over the next batch.
        public let train: Estimate
        /// Mean products of the residuals of two students: the loss (`same`); features, data or nothing in common.
        public let same, sameFeatures, sameData, separate: Estimate
        /// The loss of the mean of two students that share data, features, or nothing: (same + shared)/2.
        public let meanOverFeatures, meanOverData, meanOverBoth: Estimate
    }

    /// One for each place of the axis.
    public let places: [Place]

    /// - Parameters:
    ///   - copies: How many times the system of the task is set side by side; the limit is the same.
    /// - Throws: ``RegressionSystemError``, `CancellationError` when stopped.
    /// - Complexity: four symmetric eigenproblems of order min(N, P) for each repeat, or all the steps.
    public init(
        _ task: RegressionTask, _ axis: RegressionAxis, copies: Int = 1, repeats: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        guard repeats >= 4 else { throw RegressionSystemError.tooFew(replicates: repeats) }
        let system = try RegressionSystem(task, axis.training, copies: copies, seed: seed)
        let count = Counter()
        let kinds = 8
        var moments = StreamingMoments(dimension: kinds * axis.count)
        let results = try Threads.map(repeats) { replicate -> [Double] in
            if shouldStop() { throw CancellationError() }
            let values = try system.repeated(replicate, axis, shouldStop: shouldStop)
            progress(Double(count.increment()), Double(repeats))
            return values
        }
        for values in results { moments.add(values) }
        let (mean, error) = (moments.mean, moments.meanError)
        places = (0..<axis.count).map { t in
            func estimate(_ kind: Int) -> Estimate {
                let i = t * kinds + kind
                return Estimate(mean: mean[i], standardError: error[i], count: repeats)
            }
            return Place(
                train: estimate(0), same: estimate(1), sameFeatures: estimate(2), sameData: estimate(3), separate: estimate(4),
                meanOverFeatures: estimate(5), meanOverData: estimate(6), meanOverBoth: estimate(7))
        }
    }
}

extension RegressionSystem {
    /// Eight numbers for each place: train, same, same features, same data, separate, and the three means of two.
    func repeated(_ replicate: Int, _ axis: RegressionAxis, shouldStop: () -> Bool) throws -> [Double] {
        let teacher = teacher(replicate)
        let sets = (0..<2).map { i -> (x: Matrix, y: Matrix)? in
            if axis.training?.isOnePass == true { return nil }
            var inputs = RandomStream(seed: seed, .regressionInputs, replicate, i)
            var noise = RandomStream(seed: seed, .regressionNoise, replicate, i)
            return data(samples, teacher, inputs: &inputs, noise: &noise)
        }
        let features = (0..<2).map { self.features(replicate, $0) }
        var train = [Double](repeating: 0, count: axis.count)
        let tests = tests(replicate, teacher)
        let seenTests = tests.map { tests in features.map { seen(tests.x, $0.projection) } }
        var residuals: [[Matrix]] = []
        for (i, set) in sets.enumerated() {
            var row: [Matrix] = []
            for (j, (projection, start)) in features.enumerated() {
                if shouldStop() { throw CancellationError() }
                let w: Matrix
                if let (x, y) = set {
                    let φ = seen(x, projection)
                    if case .training(.batches(let optimizer, _), let times) = axis {
                        var stream = RandomStream(seed: seed, .regressionBatches, replicate, i, j)
                        let columns = φ.transposed
                        var order = Array(0..<samples)
                        w = stepped(from: start, optimizer: optimizer, times: times) {
                            // The first B of a random order, by the first B swaps of Fisher and Yates.
                            for k in 0..<batch {
                                let other = k + Int(stream.word().multipliedFullWidth(by: UInt64(samples - k)).high)
                                order.swapAt(k, other)
                            }
                            return (columns.selectingColumns(order[..<batch]), order[..<batch].map { y[$0, 0] })
                        }
                    } else {
                        w = try trained(φ, y, from: start, axis)
                    }
                    let outputs = φ * w
                    for t in 0..<axis.count {
                        var sum = 0.0
                        for k in 0..<samples { sum += (y[k, 0] - outputs[k, t]) * (y[k, 0] - outputs[k, t]) }
                        train[t] += sum / Double(4 * samples)
                    }
                } else if case .training(.onePass(let optimizer, _), let times) = axis {
                    var inputs = RandomStream(seed: seed, .regressionInputs, replicate, i, j)
                    var noise = RandomStream(seed: seed, .regressionNoise, replicate, i, j)
                    w = stepped(from: start, optimizer: optimizer, times: times) {
                        let (x, y) = data(batch, teacher, inputs: &inputs, noise: &noise)
                        return (seen(x, projection).transposed, y.elements)
                    }
                } else {
                    preconditionFailure("an axis without data")
                }
                row.append(
                    tests.map { distances($0.y, seenTests![j] * w) } ?? distances(teacher, projection.map { $0 * w } ?? w))
            }
            residuals.append(row)
        }
        return (0..<axis.count).flatMap { t -> [Double] in
            func product(_ a: Matrix, _ b: Matrix) -> Double {
                (0..<a.rows).reduce(0) { $0 + a[$1, t] * b[$1, t] }
            }
            let v = residuals
            let same = (0..<4).reduce(0) { $0 + product(v[$1 / 2][$1 % 2], v[$1 / 2][$1 % 2]) } / 4
            let sameFeatures = (product(v[0][0], v[1][0]) + product(v[0][1], v[1][1])) / 2
            let sameData = (product(v[0][0], v[0][1]) + product(v[1][0], v[1][1])) / 2
            let separate = (product(v[0][0], v[1][1]) + product(v[0][1], v[1][0])) / 2
            let isOnePass = axis.training?.isOnePass == true
            return [
                isOnePass ? same + noise : train[t], same, sameFeatures, sameData, separate, (same + sameData) / 2,
                (same + sameFeatures) / 2, (same + separate) / 2,
            ]
        }
    }

    /// Residuals in the metric of Σ, one column for each place: rows √λ_k (w*_k − u_k).
    private func distances(_ teacher: [Double], _ u: Matrix) -> Matrix {
        var v = u
        for t in 0..<u.columns {
            for k in 0..<dimension { v[k, t] = eigenvalues[k].squareRoot() * (teacher[k] - u[k, t]) }
        }
        return v
    }

    /// Residuals on n test inputs, over √n: products of columns are means.
    private func distances(_ labels: Matrix, _ outputs: Matrix) -> Matrix {
        var v = outputs
        let share = 1 / Double(v.rows).squareRoot()
        for t in 0..<v.columns { for i in 0..<v.rows { v[i, t] = share * (labels[i, 0] - v[i, t]) } }
        return v
    }
}
