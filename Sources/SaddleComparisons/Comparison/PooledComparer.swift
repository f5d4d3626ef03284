#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Pools the numbers of each observable over times and samples, at every width, with the errors that such sums have: from the panel
/// (``ObservablePanel``) of single networks and single solutions.
struct PooledComparer {
    let prediction: MeanFieldPrediction
    let ensembles: [EnsembleStatistics]
    /// What theory says of the width of each ensemble.
    private let predictions: [MeanFieldPrediction]
    private let panel: ObservablePanel
    private let mean, bias: [Double]
    /// Truncation errors of limit and N·bias.
    private let meanTruncation, biasTruncation: [Double]
    private let siteBias: [Double]

    init(_ prediction: MeanFieldPrediction, _ ensembles: [EnsembleStatistics]) {
        self.prediction = prediction
        self.ensembles = ensembles
        predictions = ensembles.map { prediction.atWidth($0.width) }
        panel = ObservablePanel(prediction.layout)
        (mean, bias) = prediction.values(of: panel)
        meanTruncation = panel.values(of: prediction.meanTruncation)
        siteBias = panel.values(of: prediction.meanSiteBias)
        let none = mean.map { _ in 0.0 }
        biasTruncation = prediction.bias.isEmpty ? none : panel.values(of: prediction.biasTruncation)
    }

    private var hasCorrections: Bool { !prediction.panels.halves.isEmpty }

    /// In how many ways the numbers of each observable vary at one time: the median over the times of the panel.
    var modes: [Observable: Double] {
        let rows = hasCorrections ? prediction.panels.halves : ensembles.max { $0.networks < $1.networks }?.panel ?? []
        return Dictionary(
            uniqueKeysWithValues: panel.parts.map { part in
                // A scalar has no neighbours but the other times.
                if part.stride == 1 { return (part.observable, max(SampledModes(rows, columns: part.range).count, 1)) }
                let counts = (0..<part.times).map { t -> Double in
                    let start = part.range.lowerBound + t * part.stride
                    return SampledModes(rows, columns: start..<start + part.stride).count
                }.sorted()
                return (part.observable, max(counts.isEmpty ? 1 : counts[counts.count / 2], 1))
            })
    }

    var numbers: [PooledNumber] {
        // A single network has no spread, and its mean no error.
        guard !ensembles.isEmpty, ensembles.allSatisfy({ $0.networks > 1 }), !prediction.panels.solutions.isEmpty else {
            return []
        }
        let sizes = panel.parts.compactMap(size)
        return sizes + (hasCorrections ? panel.parts.compactMap(variance) : [])
    }

    /// The factor by which the measured means differ from the predicted ones, by least squares.
    private func size(_ part: ObservablePanel.Part) -> PooledNumber? {
        let scale = part.range.reduce(0) { $0 + mean[$1] * mean[$1] }
        guard scale > 0 else { return nil }
        // Σ uᵢ xᵢ is 1 for x = the limit.
        let u = part.range.map { mean[$0] / scale }
        func project(_ row: [Double]) -> Double { zip(u, part.range).reduce(0) { $0 + $1.0 * row[$1.1] } }
        let shift = hasCorrections ? project(bias) : 0
        let widths = zip(ensembles, predictions).map { ensemble, prediction -> JointDeviation.Measured in
            let (n, networks) = (Double(ensemble.width), Double(ensemble.networks))
            let measured = Estimate(ensemble.panel.map(project))
            var own = Uncertainty(error: measured.standardError, degreesOfFreedom: max(networks - 1, 1))
            if hasCorrections {
                // √(N·variance) of the factor over networks.
                let halves = Estimate(prediction.panels.halves.map(project))
                let spread = halves.standardError * Double(halves.count).squareRoot()
                own = own.steadied(by: spread / (n * networks).squareRoot(), degreesOfFreedom: Double(halves.count - 1))
            }
            return .init(
                size: ensemble.width, deviation: measured.mean - 1 - shift / n, error: own, weight: n * networks)
        }
        let limits = hasCorrections ? prediction.panels.limits : prediction.panels.solutions
        var theory = [
            (error: Uncertainty(Estimate(limits.map(project))), power: 0.0), (Uncertainty(error: NumberComparer.visible), 0),
        ]
        if hasCorrections { theory.append((Uncertainty(Estimate(prediction.panels.shifts.map(project))), 1)) }
        // What is left out has one sign in all numbers, at worst.
        func truncation(_ errors: [Double]) -> Uncertainty {
            Uncertainty(error: zip(u, part.range).reduce(0) { $0 + abs($1.0) * errors[$1.1] })
        }
        theory += [(truncation(meanTruncation), 0), (truncation(biasTruncation), 1)]
        // Directions give limits without the bias of a finite number of sites.
        if prediction.networks > 0 { theory.append((truncation(siteBias), 0)) }
        return PooledNumber(
            .init(part.observable), .size, JointDeviation(means: widths, theory: theory, hasShift: hasCorrections))
    }

    private func variance(_ part: ObservablePanel.Part) -> PooledNumber? {
        let scale = part.range.reduce(0) { $0 + mean[$1] * mean[$1] }
        let limit = SampledModes(prediction.panels.halves, columns: part.range)
        let rounding = MeanLaw.rounding * MeanLaw.rounding * scale
        guard limit.totalVariance > rounding else { return nil }
        let widths = zip(ensembles, predictions).compactMap { ensemble, theory -> JointDeviation.MeasuredVariance? in
            let measured = SampledModes(ensemble.panel, columns: part.range)
            guard measured.totalVariance > rounding else { return nil }
            // Of losses alone there is a next term, which differs between widths.
            let predicted = part.observable.isLoss ? SampledModes(theory.panels.halves, columns: part.range) : limit
            // Few networks cannot tell in how many ways they vary; the halves can.
            let modes = measured.isReliable ? min(measured.count, predicted.count) : predicted.count
            return .init(
                size: ensemble.width, ratio: Double(ensemble.width) * measured.totalVariance / predicted.totalVariance,
                freedom: Double(ensemble.networks - 1) * modes, truncation: truncation(theory, part))
        }
        guard widths.count == ensembles.count else { return nil }
        return PooledNumber(
            .init(part.observable), .variance,
            JointDeviation(variances: widths, predictedFreedom: Double(limit.samples - 1) * limit.count))
    }

    /// Of the sum of N·variances, relative to it.
    private func truncation(_ theory: MeanFieldPrediction, _ part: ObservablePanel.Part) -> Double {
        func sum(_ values: [Double]) -> Double { part.range.reduce(0) { $0 + values[panel.positions[$1]] } }
        let variance = sum(theory.variance)
        return variance > 0 ? sum(theory.varianceTruncation) / variance : 0
    }
}

/// All numbers of one observable in one, at every width: what many small deviations of the same sign add up to.
struct PooledNumber {
    let quantity: ObservableSlice
    let statistic: PooledComparison.Statistic
    let joint: JointDeviation

    init(_ quantity: ObservableSlice, _ statistic: PooledComparison.Statistic, _ joint: JointDeviation) {
        (self.quantity, self.statistic, self.joint) = (quantity, statistic, joint)
    }

    func result(_ limit: ScoreLimit) -> PooledComparison {
        PooledComparison(
            quantity: quantity, statistic: statistic,
            values: joint.values.map {
                let value = joint.isLogarithmic ? exp($0.deviation) : statistic == .size ? 1 + $0.deviation : $0.deviation
                return .init(
                    width: $0.size, value: rounded(value), error: rounded(joint.isLogarithmic ? value * $0.error : $0.error),
                    score: $0.score.map { rounded($0, digits: 3) }, visible: joint.visible($0, limit).map { rounded($0) })
            })
    }
}

extension MeanFieldPrediction {
    /// Limit and N·bias of the numbers of a panel; the limit without the bias of solutions with matched noise, where directions tell.
    func values(of panel: ObservablePanel) -> (limit: [Double], bias: [Double]) {
        let limits = panels.limits
        let mean =
            limits.isEmpty
            ? panel.values(of: self.mean)
            : limits[0].indices.map { i in limits.reduce(0) { $0 + $1[i] } / Double(limits.count) }
        return (mean, bias.isEmpty ? mean.map { _ in 0 } : panel.values(of: bias))
    }
}
