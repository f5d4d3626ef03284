#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

extension MeanFieldProgress {
    /// What is to be done next for an accuracy.
    enum Standing: Equatable {
        case unfinished, reached
        /// The next term of the series in 1/N is too large, or single networks stray too far: wider networks are needed.
        case tooNarrow
    }

    /// Networks of each width between two looks at what they say.
    static let block = 32

    /// What is made at most for an accuracy is this many over its square: four times what losses of networks take that vary like normal
    /// numbers with some excess.
    static let mostOverSquare = 12.0

    /// Whether networks so far suffice for a relative error of N·variance of losses and of the outputs' mean variance.
    func standing(_ accuracy: Double) -> Standing {
        if hasDiverged { return .tooNarrow }
        let most = Int(Self.mostOverSquare / (accuracy * accuracy))
        if networks.count == 0 || networks.count % Self.block > 0 && networks.count < most { return .unfinished }
        let terms = outputTerms
        if terms.contains(where: { $0.terms.rootMeanSquare(\.excess) > accuracy }) { return .tooNarrow }
        if networkWidth < NarrowNetworks.lastWidth && strays { return .tooNarrow }
        return relativeError(terms) <= accuracy ? .reached : .unfinished
    }

    /// Whether a few networks make most of the variance of losses. Its relative error times the root of their number is √(2 + κ) with an excess
    /// kurtosis κ of order 1/N; twice as many networks as are made at most would be needed, where twice the width needs a fraction of them.
    private var strays: Bool {
        let error = layout.relativeErrorOfLosses(variance: networks.variance, errors: networks.varianceError)
        return Double(networks.count) * error * error > 2 * Self.mostOverSquare
    }

    /// How many networks it takes by what those so far say, after each block of them; errors fall as the root of their number.
    func neededNetworks(_ accuracy: Double) -> Int? {
        guard networks.count > 0, networks.count % Self.block == 0 else { return nil }
        let ratio = relativeError / accuracy
        return max(networks.count, Int(min(Double(networks.count) * ratio * ratio, Self.mostOverSquare / (accuracy * accuracy))))
    }

    /// Relative error of N·variance, of the losses or of the outputs' mean variance, whichever is larger; root mean square over times.
    var relativeError: Double { relativeError(outputTerms) }

    private func relativeError(_ outputTerms: [(set: SampleSet, terms: [NextTerm])]) -> Double {
        outputTerms.map { set, terms in
            let outputs = terms.rootMeanSquare { hypot($0.sampling, $0.error) }
            guard let entry = layout[.loss(set)] else { return outputs }
            var (variance, errors) = (networks.variance, networks.varianceError)
            for i in variance.indices where !entry.range.contains(i) { variance[i] = 0 }
            for (time, term) in terms.enumerated() {
                for i in entry.range(at: time) { errors[i] = hypot(errors[i], variance[i] * term.error) }
            }
            return max(outputs, layout.relativeErrorOfLosses(variance: variance, errors: errors))
        }.max() ?? 0
    }

    private var outputTerms: [(set: SampleSet, terms: [NextTerm])] {
        SampleSet.allCases.filter { layout[.output($0)] != nil }.map { ($0, NextTerm.terms(of: .output($0), self)) }
    }

    /// One sample of the limit, 2q_n − q_{n/2}; half of what that adds to q_n is stated as an error for the terms that follow, like the bias of a
    /// finite number of sites.
    mutating func addToLimit(_ wide: [Double], _ narrow: [Double], _ losses: LimitLosses) {
        let limit = zip(wide, narrow).map { 2 * $0 - $1 }
        solutions.add(limit)
        outputs.append(losses.outputs(limit))
        panels.solutions.append(panel.values(of: limit))
        siteChanges.add(zip(wide, narrow).map { ($0 - $1) / 2 })
        changes.add([Double](repeating: 0, count: layout.count))
        ranks.add([Double](repeating: Double(limitWidth), count: rankShape.reduce(1, *)))
    }

    /// Begins again with networks of another width.
    mutating func beginNetworks(width: Int) {
        networkWidth = width
        networks = StreamingMoments(dimension: networks.dimension)
        narrower = networks
        networkLosses = StreamingMoments(dimension: networkLosses.dimension)
        narrowerLosses = networkLosses
        hasDiverged = false
        (panels.halves, panels.shifts) = ([], [])
    }

    mutating func add(_ wide: [Double], _ narrow: [Double], _ losses: LimitLosses) {
        let limit = losses.outputs(solutions.mean)
        func linearized(_ values: [Double]) -> [Double] {
            var result = values
            let lines = losses.linearized(ofOutputs: losses.outputs(values), around: limit)
            for (place, line) in zip(losses.places, lines) { result[place] = line }
            return result
        }
        let line = linearized(wide)
        networks.add(line)
        narrower.add(linearized(narrow))
        networkLosses.add(losses.places.map { wide[$0] })
        narrowerLosses.add(losses.places.map { narrow[$0] })
        panels.halves.append(panel.values(of: line))
        panels.shifts.append(panel.values(of: wide))
    }

    /// Corrections from networks of two widths n and n/2:
    ///
    ///     N·variance = n Var q_n/(1 + ε),      N·bias = n(E q_n − q∞)
    ///
    /// with ε the next term of the series, ``NextTerm``, one for all numbers of an observable at one time. Half of it is stated as an error, and
    /// of the bias what it is beyond sampling larger than that of half the width.
    func addNetworks(to prediction: inout MeanFieldPrediction, _ losses: LimitLosses) {
        let n = Double(networkWidth), count = layout.count
        var (variance, error, left) = (networks.variance, networks.varianceError, [Double](repeating: 0, count: count))
        var scale = [Double](repeating: n.squareRoot(), count: count)
        let own = OwnTerms(networks, narrower)
        for entry in layout.entries {
            for (time, term) in NextTerm.terms(of: entry.observable, self).enumerated() {
                let factor = n / (1 + term.value)
                for i in entry.range(at: time) {
                    variance[i] *= factor
                    error[i] *= factor
                    left[i] = variance[i] * hypot(term.error, own.error(i, beside: term))
                    scale[i] = factor.squareRoot()
                }
            }
        }
        // Of losses to first order around the limit also what is not known of that.
        for (place, slope) in zip(losses.places, losses.relativeSlopeErrors(outputs)) where variance[place] > 0 {
            left[place] = hypot(left[place], 2 * slope * variance[place])
        }
        prediction.variance = variance
        prediction.varianceError = error
        prediction.varianceTruncation = left
        prediction.nextVariances = nextVariances(losses)

        func bias(_ moments: StreamingMoments, _ lossMoments: StreamingMoments, width: Double) -> (
            mean: [Double], error: [Double]
        ) {
            var (mean, error) = (moments.mean, moments.meanError)
            for (k, place) in losses.places.enumerated() {
                (mean[place], error[place]) = (lossMoments.mean[k], lossMoments.meanError[k])
            }
            return (zip(mean, prediction.mean).map { width * ($0 - $1) }, error.map { width * $0 })
        }
        let wide = bias(networks, networkLosses, width: n), other = bias(narrower, narrowerLosses, width: n / 2)
        prediction.bias = wide.mean
        prediction.biasTruncation = SiteBias(layout, limit: wide, other: other).errors
        let limitError = prediction.meanError
        prediction.biasError = zip(wide.error, limitError).map { hypot($0, n * $1) }
        prediction.meanSiteBias = siteErrors(losses)
        (prediction.networks, prediction.networkWidth) = (networks.count, networkWidth)

        let scales = panel.values(of: scale), centre = panel.values(of: networks.mean), limit = panel.values(of: prediction.mean)
        prediction.panels = FluctuationPanels(
            solutions: panels.solutions,
            halves: panels.halves.map { row in row.indices.map { scales[$0] * (row[$0] - centre[$0]) } },
            shifts: panels.shifts.map { row in row.indices.map { n * (row[$0] - limit[$0]) } }, limits: panels.solutions)
    }

    /// The bias of order 1/S that solutions with matched noise have: half of what their halves have, hence the difference from these. Of one
    /// solution alone its scatter is not known, and the difference as it is counts.
    private func siteErrors(_ losses: LimitLosses) -> [Double] {
        let none = [Double](repeating: 0, count: layout.count)
        let sampling = siteChanges.count > 1 ? siteChanges.meanError : none
        var errors = SiteBias(layout, limit: (siteChanges.mean, sampling), other: (none, none)).errors
        // Of losses: what the bias of the outputs makes of the limit's, as it is, since what two halves leave of its noise is small.
        let outputs = losses.outputs(solutions.mean)
        let shifted = zip(outputs, losses.outputs(siteChanges.mean)).map { $0 + $1 }
        let differences = zip(losses.losses(ofOutputs: shifted), losses.losses(ofOutputs: outputs)).map { abs($0 - $1) }
        for (place, difference) in zip(losses.places, differences) { errors[place] = difference }
        return errors
    }
}

/// Next terms of single numbers.
private struct OwnTerms {
    // Moments compute whole arrays: taken once.
    private let wide, narrow, wideError, narrowError: [Double]

    init(_ networks: StreamingMoments, _ narrower: StreamingMoments) {
        (wide, narrow) = (networks.variance, narrower.variance)
        (wideError, narrowError) = (networks.varianceError, narrower.varianceError)
    }

    /// What one number's own term, B/A − 1, is beyond that of the total by more than twice its sampling error, as a relative error.
    func error(_ i: Int, beside term: NextTerm) -> Double {
        let (a, b) = (wide[i], narrow[i] / 2)
        guard a > 0, b > 0 else { return 0 }
        let sampling = b / a * hypot(wideError[i] / a, narrowError[i] / 2 / b)
        let difference = abs(b / a - 1 - term.value)
        return difference > 2 * sampling ? difference / min(1 + term.value, b / a) : 0
    }
}
