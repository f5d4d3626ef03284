import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Pools the numbers of each observable over times and samples, at every width, with the errors that such sums have: from the panel
/// (``ObservablePanel``) of single networks and single solutions.
struct PooledComparer {
    let prediction: MeanFieldPrediction
    let ensembles: [EnsembleStatistics]
    /// Classes of the samples whose accuracy is compared; empty without.
    let classes: [Int]
    private let panel: ObservablePanel
    private let mean, bias: [Double]
    /// Truncation errors of limit, N·bias and N·variance.
    private let meanTruncation, biasTruncation, varianceTruncation: [Double]
    private let predictedVariance: [Double]

    init(_ prediction: MeanFieldPrediction, _ ensembles: [EnsembleStatistics], classes: [Int]) {
        self.prediction = prediction
        self.ensembles = ensembles
        panel = ObservablePanel(prediction.layout)
        // Without the bias of solutions with matched noise, where directions tell.
        let limits = prediction.panels.limits
        mean =
            limits.isEmpty
            ? panel.values(of: prediction.mean)
            : limits[0].indices.map { i in limits.reduce(0) { $0 + $1[i] } / Double(limits.count) }
        bias = prediction.bias.isEmpty ? mean.map { _ in 0 } : panel.values(of: prediction.bias)
        meanTruncation = panel.values(of: prediction.meanTruncation)
        let none = mean.map { _ in 0.0 }
        biasTruncation = prediction.bias.isEmpty ? none : panel.values(of: prediction.biasTruncation)
        varianceTruncation = prediction.variance.isEmpty ? none : panel.values(of: prediction.varianceTruncation)
        predictedVariance = prediction.variance.isEmpty ? none : panel.values(of: prediction.variance)
        self.classes = Array(classes.prefix(panel.finalSamples))
    }

    private var hasCorrections: Bool { !prediction.panels.halves.isEmpty }

    /// In how many ways the numbers of each observable vary at one time: the median over the times of the panel.
    var modes: [String: Double] {
        let rows = hasCorrections ? prediction.panels.halves : ensembles.max { $0.networks < $1.networks }?.panel ?? []
        return Dictionary(
            uniqueKeysWithValues: panel.parts.map { part in
                // A scalar has no neighbours but the other times.
                if part.stride == 1 { return (part.name, max(SampledModes(rows, columns: part.range).count, 1)) }
                let counts = (0..<part.times).map { t -> Double in
                    let start = part.range.lowerBound + t * part.stride
                    return SampledModes(rows, columns: start..<start + part.stride).count
                }.sorted()
                return (part.name, max(counts.isEmpty ? 1 : counts[counts.count / 2], 1))
            })
    }

    func numbers() -> [PooledNumber] {
        // A single network has no spread, and its mean no error.
        guard !ensembles.isEmpty, ensembles.allSatisfy({ $0.networks > 1 }), !prediction.panels.solutions.isEmpty else {
            return []
        }
        let sizes = panel.parts.compactMap(size)
        return sizes + (hasCorrections ? panel.parts.compactMap(variance) : []) + accuracyNumbers
    }

    /// The factor by which the measured means differ from the predicted ones, by least squares.
    private func size(_ part: ObservablePanel.Part) -> PooledNumber? {
        let scale = part.range.reduce(0) { $0 + mean[$1] * mean[$1] }
        guard scale > 0 else { return nil }
        // Σ uᵢ xᵢ is 1 for x = the limit.
        let u = part.range.map { mean[$0] / scale }
        func project(_ row: [Double]) -> Double { zip(u, part.range).reduce(0) { $0 + $1.0 * row[$1.1] } }
        let halves = Estimate(prediction.panels.halves.map(project))
        // N·variance of the factor over networks.
        let spread = hasCorrections ? halves.standardError * halves.standardError * Double(halves.count) : nil
        let shift = hasCorrections ? project(bias) : 0
        let widths = ensembles.map { ensemble in
            let (n, networks) = (Double(ensemble.width), Double(ensemble.networks))
            let measured = Estimate(ensemble.panel.map(project))
            var own = Uncertainty(error: measured.standardError, degreesOfFreedom: max(networks - 1, 1))
            if let spread {
                own = own.steadied(by: (spread / n / networks).squareRoot(), degreesOfFreedom: Double(halves.count - 1))
            }
            return (
                width: ensemble.width, deviation: measured.mean - 1 - shift / n, measured: own, weight: n * networks
            )
        }
        let limits = hasCorrections ? prediction.panels.limits : prediction.panels.solutions
        var theory = [(Uncertainty(Estimate(limits.map(project))), power: 0.0), (Uncertainty(error: ComparedNumber.visible), 0)]
        if hasCorrections { theory.append((Uncertainty(Estimate(prediction.panels.shifts.map(project))), 1)) }
        // What is left out has one sign in all numbers, at worst.
        func truncation(_ errors: [Double]) -> Uncertainty {
            Uncertainty(error: zip(u, part.range).reduce(0) { $0 + abs($1.0) * errors[$1.1] })
        }
        theory += [(truncation(meanTruncation), 0), (truncation(biasTruncation), 1)]
        return .sizes(part.name, widths, theory: theory, hasShift: hasCorrections)
    }

    private func variance(_ part: ObservablePanel.Part) -> PooledNumber? {
        let scale = part.range.reduce(0) { $0 + mean[$1] * mean[$1] }
        let predicted = SampledModes(prediction.panels.halves, columns: part.range)
        let rounding = ComparedNumber.rounding * ComparedNumber.rounding * scale
        guard predicted.totalVariance > rounding else { return nil }
        let widths = ensembles.compactMap { ensemble -> (width: Int, ratio: Double, freedom: Double)? in
            let measured = SampledModes(ensemble.panel, columns: part.range)
            guard measured.totalVariance > rounding else { return nil }
            // Few networks cannot tell in how many ways they vary; the halves can.
            let modes = measured.isReliable ? min(measured.count, predicted.count) : predicted.count
            return (
                ensemble.width, Double(ensemble.width) * measured.totalVariance / predicted.totalVariance,
                Double(ensemble.networks - 1) * modes
            )
        }
        guard widths.count == ensembles.count else { return nil }
        func sum(_ values: [Double]) -> Double { part.range.reduce(0) { $0 + values[$1] } }
        return .variances(
            part.name, widths, predictedFreedom: Double(predicted.samples - 1) * predicted.count,
            truncation: sum(predictedVariance) > 0 ? sum(varianceTruncation) / sum(predictedVariance) : 0)
    }
}

// MARK: - Accuracy

extension PooledComparer {
    /// Into how many groups the directions are split, whose scatter tells the error of limit and bias.
    private static let groups = 8

    /// Fraction of the samples that outputs classify correctly: by sign, or by the largest of several.
    private func accuracy(_ output: (Int) -> Double) -> Double {
        let count = panel.final!.stride / panel.finalSamples
        let right = classes.indices.count { sample in
            if count == 1 { return (output(sample) > 0 ? 0 : 1) == classes[sample] }
            return (0..<count).max { output(sample * count + $0) < output(sample * count + $1) } == classes[sample]
        }
        return Double(right) / Double(classes.count)
    }

    private func limitAccuracy(_ start: Int) -> Double { accuracy { mean[start + $0] } }

    /// Accuracies at width N of networks that theory makes up: f∞ + b/N + δ/√N, δ the fluctuation of one half.
    private func madeUp(_ width: Int, _ start: Int, limit: [Double], shift: [Double]) -> [Double] {
        let n = Double(width), root = n.squareRoot()
        return prediction.panels.halves.map { half in
            accuracy { limit[start + $0] + shift[start + $0] / n + half[start + $0] / root }
        }
    }

    /// Predicted and measured accuracies of each width; nil without classes or corrections.
    var accuracies: [AccuracyComparison?] {
        guard let final = panel.final, !classes.isEmpty, hasCorrections, ensembles.allSatisfy({ $0.networks > 1 }) else {
            return ensembles.map { _ in nil }
        }
        let start = final.range.lowerBound
        return ensembles.map { ensemble in
            let predicted = Estimate(madeUp(ensemble.width, start, limit: mean, shift: bias))
            let measured = Estimate(ensemble.panel.map { row in accuracy { row[start + $0] } })
            func spread(_ e: Estimate) -> Double { e.count > 1 ? e.standardError * Double(e.count).squareRoot() : 0 }
            return AccuracyComparison(
                samples: classes.count, limit: rounded(limitAccuracy(start)), predictedMean: rounded(predicted.mean),
                predictedError: rounded(Uncertainty.combined(accuracyErrors(ensemble.width, start, predicted)).error),
                predictedSpread: rounded(spread(predicted)), measuredMean: rounded(measured.mean),
                measuredError: rounded(measured.count > 1 ? measured.standardError : 0), measuredSpread: rounded(spread(measured))
            )
        }
    }

    /// Of the mean predicted accuracy: from the fluctuations, and from limit and bias, each known from samples.
    private func accuracyErrors(_ width: Int, _ start: Int, _ predicted: Estimate) -> [Uncertainty] {
        func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
        let panels = prediction.panels
        var parts = [Uncertainty(predicted)]
        let size = panels.shifts.count / Self.groups
        if size > 0 {
            let estimates = (0..<Self.groups).map { g -> Double in
                func average(_ rows: [[Double]]) -> [Double] {
                    let group = rows[g * size..<(g + 1) * size]
                    return self.mean.indices.map { i in group.reduce(0) { $0 + $1[i] } / Double(size) }
                }
                return mean(madeUp(width, start, limit: average(panels.limits), shift: average(panels.shifts)))
            }
            parts.append(Uncertainty(Estimate(estimates)))
        }
        return parts
    }

    private var accuracyNumbers: [PooledNumber] {
        guard let final = panel.final, !classes.isEmpty, hasCorrections, ensembles.allSatisfy({ $0.networks > 1 }) else {
            return []
        }
        let start = final.range.lowerBound
        let name = final.name.replacing("_output", with: "_accuracy")
        var (spreads, isVarying) = ([(width: Int, ratio: Double, freedom: Double)](), true)
        var (widths, errors) = ([(width: Int, deviation: Double, measured: Uncertainty, weight: Double)](), [[Uncertainty]]())
        // One sample more or less is no spread that a normal law describes.
        let step = 1 / Double(classes.count)
        for ensemble in ensembles {
            let made = madeUp(ensemble.width, start, limit: mean, shift: bias)
            let found = ensemble.panel.map { row in accuracy { row[start + $0] } }
            let (predicted, measured) = (Estimate(made), Estimate(found))
            // Few networks may have the same accuracy by chance, and no spread of their own.
            let spread = predicted.standardError * (Double(predicted.count) / Double(measured.count)).squareRoot()
            let own = Uncertainty(measured).steadied(by: spread, degreesOfFreedom: Double(predicted.count - 1))
            widths.append((ensemble.width, measured.mean - predicted.mean, own, Double(ensemble.networks)))
            errors.append(accuracyErrors(ensemble.width, start, predicted))
            let (a, b) = (SampledModes(made.map { [$0] }, columns: 0..<1), SampledModes(found.map { [$0] }, columns: 0..<1))
            isVarying = isVarying && min(a.totalVariance, b.totalVariance) > step * step
            let modes = b.isReliable ? min(a.count, b.count, 1) : min(a.count, 1)
            spreads.append((ensemble.width, b.totalVariance / a.totalVariance, Double(b.samples - 1) * modes))
        }
        // Errors of theory differ little between widths: the largest of each kind.
        let theory = errors[0].indices.map { k in (errors.map { $0[k] }.max { $0.error < $1.error }!, power: 0.0) }
        let means = PooledNumber.sizes(
            name, widths, theory: theory + [(Uncertainty(error: ComparedNumber.visible), 0)], statistic: .accuracy, hasShift: true
        )
        guard isVarying else { return [means] }
        return [
            means,
            .variances(name, spreads, predictedFreedom: Double(prediction.panels.halves.count - 1), truncation: 0),
        ]
    }
}
