import SaddleModels

extension MeanFieldPrediction {
    /// The same prediction of some of its observables alone.
    ///
    /// - Parameter smaller: entries that `layout` has too, with the same shapes.
    package func restricted(to smaller: ObservableLayout) -> MeanFieldPrediction {
        var places: [Int] = []
        for entry in smaller.entries {
            guard let own = layout[entry.observable], own.shape == entry.shape else {
                preconditionFailure("\(entry.name) is not in the prediction, or has another shape")
            }
            places += own.range
        }
        func taken(_ values: [Double]) -> [Double] { values.isEmpty ? [] : places.map { values[$0] } }
        var result = self
        result.layout = smaller
        (result.mean, result.meanError, result.meanTruncation) = (taken(mean), taken(meanError), taken(meanTruncation))
        (result.variance, result.varianceError) = (taken(variance), taken(varianceError))
        (result.bias, result.biasError) = (taken(bias), taken(biasError))
        result.meanSiteBias = taken(meanSiteBias)
        result.varianceTruncation = taken(varianceTruncation)
        result.biasTruncation = taken(biasTruncation)
        let new = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
        result.nextVariances = nextVariances.compactMap { term in
            new[term.place].map { NextVariance(place: $0, value: term.value, error: term.error) }
        }
        // What a panel keeps of an observable does not depend on the others.
        let columns = Dictionary(
            ObservablePanel(layout).positions.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = ObservablePanel(smaller).positions.map { columns[places[$0]]! }
        func rows(_ rows: [[Double]]) -> [[Double]] { rows.map { row in kept.map { row[$0] } } }
        result.panels = FluctuationPanels(
            solutions: rows(panels.solutions), halves: rows(panels.halves), shifts: rows(panels.shifts),
            limits: rows(panels.limits))
        return result
    }
}
