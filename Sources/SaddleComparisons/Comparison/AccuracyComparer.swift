import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Compares the fraction of samples that networks classify correctly at the last recorded time.
///
/// Theory makes up networks of width N, f∞ + b/N + δ/√N with δ the fluctuation of one half, whose outputs vary together as those of real ones.
struct AccuracyComparer {
    /// Of each width; nil without classes or corrections.
    let results: [AccuracyComparison?]
    let numbers: [PooledNumber]

    /// Into how many groups solutions and networks, or directions, are split, whose scatter tells the errors of limit and bias.
    private static let groups = 8

    /// Both sides at one width.
    private struct Width {
        let width: Int
        let made, found: [Double]
        /// Of the mean predicted accuracy: from the fluctuations, and from limit and bias, each known from samples.
        let errors: [Uncertainty]
        var predicted: Estimate { Estimate(made) }
        var measured: Estimate { Estimate(found) }
    }

    /// - Parameter classes: of the samples; empty without.
    init(_ prediction: MeanFieldPrediction, _ ensembles: [EnsembleStatistics], classes: [Int]) {
        let panel = ObservablePanel(prediction.layout)
        guard let final = panel.final, !classes.isEmpty, !prediction.panels.halves.isEmpty,
            ensembles.allSatisfy({ $0.networks > 1 }), case .output(let set) = final.observable
        else {
            (results, numbers) = (ensembles.map { _ in nil }, [])
            return
        }
        let (mean, bias) = prediction.values(of: panel)
        let (start, panels) = (final.range.lowerBound, prediction.panels)
        let known = Array(classes.prefix(panel.finalSamples))
        func accuracy(_ value: (Int) -> Double) -> Double {
            Classification.accuracy(classes: known, outputs: final.stride / panel.finalSamples) { value(start + $0) }
        }
        func madeUp(_ width: Int, limit: [Double], shift: [Double]) -> [Double] {
            let n = Double(width), root = n.squareRoot()
            return panels.halves.map { half in accuracy { limit[$0] + shift[$0] / n + half[$0] / root } }
        }
        func errors(_ width: Int, _ made: [Double]) -> [Uncertainty] {
            func scatter(_ rows: [[Double]], _ made: ([Double]) -> [Double]) -> [Uncertainty] {
                let groups = min(Self.groups, rows.count), size = rows.count / max(groups, 1)
                guard groups > 1 else { return [] }
                let estimates = (0..<groups).map { g -> Double in
                    let group = rows[g * size..<(g + 1) * size]
                    let made = made(mean.indices.map { i in group.reduce(0) { $0 + $1[i] } / Double(size) })
                    return made.reduce(0, +) / Double(made.count)
                }
                return [Uncertainty(Estimate(estimates))]
            }
            return [Uncertainty(Estimate(made))] + scatter(panels.limits) { madeUp(width, limit: $0, shift: bias) }
                + scatter(panels.shifts) { madeUp(width, limit: mean, shift: $0) }
        }
        let widths = ensembles.map { ensemble in
            let made = madeUp(ensemble.width, limit: mean, shift: bias)
            return Width(
                width: ensemble.width, made: made, found: ensemble.panel.map { row in accuracy { row[$0] } },
                errors: errors(ensemble.width, made))
        }
        let limit = accuracy { mean[$0] }
        results = widths.map { AccuracyComparison($0.predicted, $0.measured, $0.errors, limit: limit, samples: known.count) }
        numbers = Self.pooled(.init(.accuracy(set)), widths, samples: known.count)
    }

    private static func pooled(_ quantity: ObservableSlice, _ widths: [Width], samples: Int) -> [PooledNumber] {
        guard let first = widths.first else { return [] }
        let measured = widths.map { width -> JointDeviation.Measured in
            let (predicted, measured) = (width.predicted, width.measured)
            // Few networks may have the same accuracy by chance, and no spread of their own.
            let spread = predicted.standardError * (Double(predicted.count) / Double(measured.count)).squareRoot()
            return .init(
                size: width.width, deviation: measured.mean - predicted.mean,
                error: Uncertainty(measured).steadied(by: spread, degreesOfFreedom: Double(predicted.count - 1)),
                weight: Double(measured.count))
        }
        // Errors of theory differ little between widths: the largest of each kind.
        let theory = first.errors.indices.compactMap { k in widths.map { $0.errors[k] }.max { $0.error < $1.error } }
        let means = PooledNumber(
            quantity, .accuracy,
            JointDeviation(
                means: measured,
                theory: (theory + [Uncertainty(error: NumberComparer.visible)]).map { (error: $0, power: 0.0) }, hasShift: true))
        // One sample more or less is no spread that a normal law describes.
        let step = 1 / Double(samples)
        var isVarying = true
        let spreads = widths.map { width -> JointDeviation.MeasuredVariance in
            let (a, b) = (
                SampledModes(width.made.map { [$0] }, columns: 0..<1), SampledModes(width.found.map { [$0] }, columns: 0..<1)
            )
            isVarying = isVarying && min(a.totalVariance, b.totalVariance) > step * step
            let modes = b.isReliable ? min(a.count, b.count, 1) : min(a.count, 1)
            return .init(
                size: width.width, ratio: b.totalVariance / a.totalVariance, freedom: Double(b.samples - 1) * modes)
        }
        guard isVarying else { return [means] }
        let freedom = Double(first.made.count - 1)
        return [
            means,
            PooledNumber(quantity, .variance, JointDeviation(variances: spreads, predictedFreedom: freedom)),
        ]
    }
}

extension AccuracyComparison {
    fileprivate init(_ predicted: Estimate, _ measured: Estimate, _ errors: [Uncertainty], limit: Double, samples: Int) {
        func spread(_ e: Estimate) -> Double { e.count > 1 ? rounded(e.standardError * Double(e.count).squareRoot()) : 0 }
        self.init(
            samples: samples, limit: rounded(limit), predictedMean: rounded(predicted.mean),
            predictedError: rounded(Uncertainty.combined(errors).error), predictedSpread: spread(predicted),
            measuredMean: rounded(measured.mean), measuredError: rounded(measured.count > 1 ? measured.standardError : 0),
            measuredSpread: spread(measured))
    }
}
