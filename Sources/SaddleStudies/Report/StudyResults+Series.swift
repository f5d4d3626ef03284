import SaddleModels
import SaddleNetworks
import SaddleTheory

extension StudyResults {
    /// A part of the prediction; nil where it was not computed.
    func theory(
        _ part: KeyPath<MeanFieldPrediction, [Double]>, _ observable: Observable, width: Int? = nil
    ) -> ObservableSeries? {
        guard let prediction = width.map({ prediction?.atWidth($0) }) ?? prediction, let entry = prediction.layout[observable]
        else { return nil }
        let values = prediction[keyPath: part]
        return values.isEmpty ? nil : ObservableSeries(entry, of: values)
    }

    /// Whole errors of a part of the prediction, of the numbers of one observable.
    func theoryErrors(_ error: (MeanFieldPrediction) -> (Int) -> Double, _ observable: Observable) -> ObservableSeries? {
        guard let prediction, let entry = prediction.layout[observable] else { return nil }
        let own = ObservableLayout([(observable, entry.shape)])[observable] ?? entry
        return ObservableSeries(own, of: entry.range.map(error(prediction)))
    }

    func measured(_ part: KeyPath<EnsembleStatistics, [Double]>, _ observable: Observable, _ width: Int) -> ObservableSeries? {
        guard let ensemble = ensembles.first(where: { $0.width == width }), let entry = ensembleLayout[observable] else {
            return nil
        }
        return ObservableSeries(entry, of: ensemble[keyPath: part])
    }
}
