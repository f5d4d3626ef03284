import SaddleModels
import SaddleNumerics

extension FiniteNetwork {
    /// φ(hˡ) of the hidden layers l = 1 … L at inputs with one sample a row: samples × units, or units · positions, position by position.
    ///
    /// - Precondition: as for ``outputs(for:)``.
    public func features(for inputs: Matrix) -> [Matrix] {
        let x = graph.entering(NetworkMatrix<Double>(network.entering(inputs).transposed))
        var fields = Fields<Double>(
            graph, width: width, outputCount: outputCount, samples: inputs.rows, isForwardOnly: true)
        fields.forward(Parameters(self), x)
        fields.requireVariation()
        return fields.features.map { $0.doubles.transposed }
    }
}
