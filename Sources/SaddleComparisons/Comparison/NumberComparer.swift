import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Compares a prediction with an ensemble of one width, one quantity at a time.
struct NumberComparer: Sendable {
    /// What is compared: all numbers of an observable, or a single scalar whose variance the adjoint knows.
    enum Quantity: Sendable {
        case means(ObservableLayout.Entry)
        case variances(ObservableLayout.Entry)
        case scalar(ObservableSlice, ScalarVariance, positions: [Int])
    }

    /// Differences below this fraction of an observable's size are not visible to anybody, and carry no weight.
    static let visible = 1e-3
    /// The same for variances: a spread of a hundredth of the largest.
    private static let visibleVariance = 1e-4

    let prediction: MeanFieldPrediction
    let ensemble: EnsembleStatistics
    /// In the order in which they are compared.
    let quantities: [Quantity]
    /// In how many ways the numbers of each observable vary at one time.
    private let modes: [Observable: Double]
    private let siteBias, biasTruncation, varianceTruncation: [Double]

    init(_ prediction: MeanFieldPrediction, _ ensemble: EnsembleStatistics, modes: [Observable: Double]) {
        self.prediction = prediction
        self.ensemble = ensemble
        self.modes = modes
        let hasCorrections = !prediction.variance.isEmpty
        siteBias = prediction.meanSiteBias
        biasTruncation = prediction.biasTruncation
        varianceTruncation = prediction.varianceTruncation
        // A single network has no variance.
        let hasVariances = ensemble.networks > 1
        quantities =
            prediction.layout.entries.flatMap { entry -> [Quantity] in
                [.means(entry)] + (hasCorrections && hasVariances ? [.variances(entry)] : [])
            }
            + prediction.scalars.compactMap { scalar in
                guard !hasCorrections && hasVariances, let slice = ObservableSlice(name: scalar.name),
                    let positions = prediction.layout.positions(of: slice), positions.count == scalar.variance.count
                else { return nil }
                return .scalar(slice, scalar, positions: positions)
            }
    }

    var width: Int { ensemble.width }
    var hasCorrections: Bool { !prediction.variance.isEmpty }

    func numbers(_ quantity: Quantity) -> ComparedNumbers {
        switch quantity {
        case .means(let entry):
            ComparedNumbers(.init(entry.observable), .mean, width: width, UniquePlaces(entry), meanColumns(entry))
        case .variances(let entry):
            ComparedNumbers(.init(entry.observable), .variance, width: width, UniquePlaces(entry), varianceColumns(entry))
        case .scalar(let slice, let scalar, let positions):
            ComparedNumbers(
                slice, .variance, width: width, UniquePlaces(times: positions.count), scalarColumns(slice, scalar, positions))
        }
    }

    private func meanColumns(_ entry: ObservableLayout.Entry) -> MeanColumns {
        func shared(_ errors: [Double], samples: Int) -> SharedErrors {
            SharedErrors(
                Array(errors[entry.range]), scale: Array(ensemble.variance[entry.range]), stride: entry.stride,
                degreesOfFreedom: Double(max(samples - 1, 1)), modes: modes[entry.observable] ?? 1)
        }
        return MeanColumns(
            prediction: prediction, ensemble: ensemble, first: entry.range.lowerBound,
            size: rootMeanSquare(prediction.mean[entry.range]), hasCorrections: hasCorrections,
            limit: shared(prediction.meanError, samples: prediction.solutions),
            measured: hasCorrections ? nil : shared(ensemble.meanError, samples: ensemble.networks),
            shift: hasCorrections ? shared(prediction.biasError, samples: prediction.biasSamples) : nil,
            siteBias: siteBias, biasTruncation: biasTruncation)
    }

    private func varianceColumns(_ entry: ObservableLayout.Entry) -> VarianceColumns {
        // The largest, over times, of the mean over an observable's numbers.
        let largest = (0..<entry.times).map { time in
            prediction.variance[entry.range(at: time)].reduce(0, +) / Double(entry.stride)
        }.max()
        return VarianceColumns(
            prediction: prediction, ensemble: ensemble, truncation: varianceTruncation,
            law: VarianceLaw(
                size: rootMeanSquare(prediction.mean[entry.range]), visible: Self.visibleVariance * (largest ?? 0)))
    }

    private func scalarColumns(_ slice: ObservableSlice, _ scalar: ScalarVariance, _ positions: [Int]) -> ScalarColumns {
        let predicted = scalar.variance.map(\.mean)
        // Relative errors of neighbouring times are alike.
        let shared = SharedErrors(
            scalar.errors, scale: predicted.map { $0 * $0 }, stride: 1,
            degreesOfFreedom: Double(max(prediction.solutions - 1, 1)),
            modes: slice.index.isEmpty ? modes[slice.observable] ?? 1 : 1)
        let size = rootMeanSquare(positions.map { prediction.mean[$0] })
        return ScalarColumns(
            ensemble: ensemble, positions: positions, predicted: predicted, errors: shared.errors,
            law: VarianceLaw(size: size, visible: Self.visibleVariance * (predicted.max() ?? 0)))
    }
}

/// How one number of a quantity is compared.
protocol NumberLaw: Sendable {
    func number(at i: Int) -> ComparedNumber
}

/// The mean over networks against `f∞ + b/N`; without corrections, against `f∞`.
private struct MeanColumns: NumberLaw {
    let prediction: MeanFieldPrediction
    let ensemble: EnsembleStatistics
    /// Position of the observable's first number, from which shared errors count.
    let first: Int
    let size: Double
    let hasCorrections: Bool
    let limit: SharedErrors
    let measured, shift: SharedErrors?
    let siteBias, biasTruncation: [Double]

    func number(at i: Int) -> ComparedNumber {
        let n = Double(ensemble.width), networks = Double(ensemble.networks)
        var sum = UncertaintySum()
        sum.add(limit.errors[i - first], limit.degreesOfFreedom)
        if let measured {
            sum.add(measured.errors[i - first], measured.degreesOfFreedom)
        } else {
            let own = Uncertainty(error: ensemble.meanError[i], degreesOfFreedom: max(networks - 1, 1)).steadied(
                by: (prediction.variance[i] / n / networks).squareRoot(),
                degreesOfFreedom: Double(max(prediction.varianceSamples - 1, 1)))
            sum.add(own.error, own.degreesOfFreedom)
        }
        if sum.largest > 0 { sum.add(NumberComparer.visible * size) }
        var value = prediction.mean[i]
        if let shift {
            value += prediction.bias[i] / n
            sum.add(shift.errors[i - first] / n, shift.degreesOfFreedom)
        }
        sum.add(siteBias[i])
        // Both truncation errors are of the same bases. They are pooled over an observable, so known as well as an error can be.
        sum.add(prediction.meanTruncation[i] + (hasCorrections ? biasTruncation[i] / n : 0))
        let law = MeanLaw(sum, size: size)
        return ComparedNumber(
            predicted: value, measured: ensemble.mean[i], error: law.error, score: law.score(ensemble.mean[i] - value))
    }
}

/// N times the variance over networks against the prediction's.
private struct VarianceColumns: NumberLaw {
    let prediction: MeanFieldPrediction
    let ensemble: EnsembleStatistics
    let truncation: [Double]
    let law: VarianceLaw

    func number(at i: Int) -> ComparedNumber {
        let (sampling, left) = (prediction.varianceError[i], truncation[i])
        return law.number(
            predicted: VarianceLaw.Side(
                prediction.variance[i], error: (sampling * sampling + left * left).squareRoot(),
                samples: Double(max(prediction.varianceSamples - 1, 1))),
            measured: ensemble.scaledVariance(i))
    }
}

/// N times the variance of a single scalar, from the adjoint, at every time.
private struct ScalarColumns: NumberLaw {
    let ensemble: EnsembleStatistics
    let positions: [Int]
    let predicted, errors: [Double]
    let law: VarianceLaw

    func number(at t: Int) -> ComparedNumber {
        law.number(
            predicted: VarianceLaw.Side(predicted[t], error: errors[t], samples: .infinity),
            measured: ensemble.scaledVariance(positions[t]))
    }
}

extension VarianceLaw {
    fileprivate func number(predicted: Side, measured: Side) -> ComparedNumber {
        ComparedNumber(
            predicted: predicted.variance, measured: measured.variance,
            error: (predicted.error * predicted.error + measured.error * measured.error).squareRoot(),
            score: score(predicted: predicted, measured: measured))
    }
}

extension EnsembleStatistics {
    fileprivate func scaledVariance(_ i: Int) -> VarianceLaw.Side {
        let n = Double(width)
        return .init(n * variance[i], error: n * varianceError[i], samples: Double(max(networks - 1, 1)))
    }
}
