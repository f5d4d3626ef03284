import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Compares one observable of a prediction with an ensemble of one width, number by number.
struct NumberComparer {
    let prediction: MeanFieldPrediction
    let ensemble: EnsembleStatistics
    /// In how many ways the numbers of each observable vary at one time.
    let modes: [String: Double]

    /// Positions, in the flat vector, of the numbers to compare. A symmetric kernel counts each pair once.
    static func positions(_ entry: ObservableLayout.Entry) -> [Int] {
        guard entry.isKernel else { return Array(entry.range) }
        let (times, samples) = (entry.shape[0], entry.shape[1])
        var result: [Int] = []
        result.reserveCapacity(times * samples * (samples + 1) / 2)
        for t in 0..<times {
            for i in 0..<samples {
                let row = entry.range.lowerBound + (t * samples + i) * samples
                result.append(contentsOf: row + i..<row + samples)
            }
        }
        return result
    }

    /// The mean over networks against `f∞ + b/N`; without corrections, against `f∞`.
    func means(_ entry: ObservableLayout.Entry) -> [ComparedNumber] {
        let n = Double(ensemble.width)
        let (range, first) = (entry.range, entry.range.lowerBound)
        let size = rootMeanSquare(prediction.mean[range])
        func shared(_ errors: [Double], scale: [Double], samples: Int) -> SharedErrors {
            SharedErrors(
                Array(errors[range]), scale: Array(scale[range]), stride: entry.stride,
                degreesOfFreedom: Double(max(samples - 1, 1)), modes: modes[entry.name] ?? 1)
        }
        let limit = shared(prediction.meanError, scale: ensemble.variance, samples: prediction.solutions)
        let measured = shared(ensemble.meanError, scale: ensemble.variance, samples: ensemble.networks)
        let networks = Double(ensemble.networks)
        func measuredError(_ i: Int) -> Uncertainty {
            if !hasCorrections {
                return Uncertainty(error: measured.errors[i - first], degreesOfFreedom: measured.degreesOfFreedom)
            }
            return Uncertainty(error: ensemble.meanError[i], degreesOfFreedom: max(networks - 1, 1)).steadied(
                by: (prediction.variance[i] / n / networks).squareRoot(), degreesOfFreedom: Double(2 * prediction.directions - 1))
        }
        let shift =
            hasCorrections ? shared(prediction.biasError, scale: ensemble.variance, samples: prediction.directions) : nil
        let (truncation, shiftTruncation, siteBias) = (
            prediction.meanTruncation, prediction.biasTruncation, prediction.meanSiteBias
        )
        return Self.positions(entry).map { i in
            var parts = [
                Uncertainty(error: limit.errors[i - first], degreesOfFreedom: limit.degreesOfFreedom), measuredError(i),
            ]
            if parts.contains(where: { $0.error > 0 }) { parts.append(Uncertainty(error: ComparedNumber.visible * size)) }
            var value = prediction.mean[i]
            if let shift {
                value += prediction.bias[i] / n
                parts.append(.init(error: shift.errors[i - first] / n, degreesOfFreedom: shift.degreesOfFreedom))
            }
            parts.append(Uncertainty(error: siteBias[i]))
            // Both truncation errors are of the same bases. They are pooled over an observable, so known as well as an error can be.
            parts.append(Uncertainty(error: truncation[i] + (hasCorrections ? shiftTruncation[i] / n : 0)))
            return .mean(predicted: value, measured: ensemble.mean[i], size: size, uncertainties: parts)
        }
    }

    /// N times the variance over networks against the prediction's.
    func variances(_ entry: ObservableLayout.Entry) -> [ComparedNumber] {
        let n = Double(ensemble.width)
        let size = rootMeanSquare(prediction.mean[entry.range])
        let errors = prediction.varianceTotalError
        let largest = largest(prediction.variance[entry.range], stride: entry.stride)
        return Self.positions(entry).map { i in
            .variance(
                predicted: prediction.variance[i], error: errors[i],
                samples: Double(max(2 * prediction.directions - 1, 1)),
                measured: n * ensemble.variance[i], error: n * ensemble.varianceError[i],
                samples: Double(max(ensemble.networks - 1, 1)), size: size, largest: largest)
        }
    }

    /// The largest, over times, of the mean over an observable's numbers.
    private func largest(_ variances: ArraySlice<Double>, stride: Int) -> Double {
        Swift.stride(from: variances.startIndex, to: variances.endIndex, by: stride).map {
            variances[$0..<$0 + stride].reduce(0, +) / Double(stride)
        }.max() ?? 0
    }

    /// N times the variance of a single scalar at every time, from the adjoint; nil if the ensemble does not record it.
    func variances(_ scalar: ScalarVariance) -> [ComparedNumber]? {
        guard let positions = prediction.layout.positions(of: scalar.name), positions.count == scalar.variance.count else {
            return nil
        }
        let n = Double(ensemble.width)
        let predicted = scalar.variance.map(\.mean)
        // Relative errors of neighbouring times are alike.
        let shared = SharedErrors(
            scalar.errors, scale: predicted.map { $0 * $0 }, stride: 1,
            degreesOfFreedom: Double(max(prediction.solutions - 1, 1)), modes: modes[scalar.name] ?? 1)
        let size = rootMeanSquare(positions.map { prediction.mean[$0] })
        return positions.indices.map { t in
            .variance(
                predicted: predicted[t], error: shared.errors[t], samples: .infinity,
                measured: n * ensemble.variance[positions[t]], error: n * ensemble.varianceError[positions[t]],
                samples: Double(max(ensemble.networks - 1, 1)), size: size, largest: predicted.max() ?? 0)
        }
    }

    var hasCorrections: Bool { !prediction.variance.isEmpty }
    /// Whether both sides know variances: a single network has none.
    var hasVariances: Bool { hasCorrections && ensemble.networks > 1 }
}

extension ObservableLayout {
    /// Positions, one a time, of a scalar such as `test_loss`, `test_output[3]` or `test_output[3,1]`.
    func positions(of scalar: String) -> [Int]? {
        let parts = scalar.split { "[], ".contains($0) }.map(String.init)
        let indices = parts.dropFirst().compactMap { Int($0) }
        guard let first = parts.first, let entry = self[first], indices.count == entry.shape.count - 1,
            indices.count == parts.count - 1
        else { return nil }
        let offset = zip(indices, entry.shape.dropFirst()).reduce(0) { $0 * $1.1 + $1.0 }
        return (0..<entry.shape[0]).map { entry.range.lowerBound + $0 * entry.stride + offset }
    }
}

extension ObservableLayout.Entry {
    /// Whether the numbers of each time are a symmetric matrix over samples.
    package var isKernel: Bool { name.contains("kernel") }
    package var isLoss: Bool { name.hasSuffix("loss") }
    package var isOutput: Bool { name.hasSuffix("output") }
}

func rootMeanSquare(_ values: some Collection<Double>) -> Double {
    values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
