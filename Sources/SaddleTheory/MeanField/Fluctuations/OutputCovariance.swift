import SaddleModels
import SaddleNumerics

/// N·covariance over initialisations between outputs at the last recorded time, with independent errors.
public struct OutputCovariance: Sendable {
    /// Test outputs; training outputs if there are no test samples.
    public let observable: Observable
    /// n × n for n places, sample · C + output of the first samples.
    public let values, samplingError, truncation: Matrix

    /// Both errors of each entry together.
    public var error: Matrix {
        Matrix(rows: values.rows, columns: values.rows) {
            (samplingError[$0, $1] * samplingError[$0, $1] + truncation[$0, $1] * truncation[$0, $1]).squareRoot()
        }
    }
}

extension MeanFieldPrediction {
    /// Between the outputs of the first samples, from halved solutions; nil without these.
    ///
    /// With deviations q of n halves, C_ij = Σ q_i q_j/(n − 1); its sampling error is that of the mean of products. Truncation changes a
    /// covariance by no more than the variances: √(T_i T_j).
    ///
    /// - Parameter limit: at most so many places, whole samples.
    public func outputCovariance(atMost limit: Int = 256) -> OutputCovariance? {
        let panel = ObservablePanel(layout)
        guard let final = panel.final, let entry = layout[final.observable], panels.halves.count > 2 else { return nil }
        let samples = min(panel.finalSamples, max(limit / entry.outputs, 1))
        let n = samples * entry.outputs, count = Double(panels.halves.count)
        let rows = panels.halves.map { $0[final.range].prefix(n) }
        let deviations = Matrix(rows: rows.count, columns: n) { rows[$0][rows[$0].startIndex + $1] }
        var squares = deviations
        squares.multiplyElements(by: deviations)
        let values = deviations.gram(scale: 1 / (count - 1))
        let products = squares.gram(scale: 1 / count)
        let first = entry.range(at: entry.times - 1).lowerBound
        let truncations = varianceTruncation[first..<first + n].map { $0.squareRoot() }
        return OutputCovariance(
            observable: final.observable, values: values,
            samplingError: Matrix(rows: n, columns: n) { i, j in
                let mean = values[i, j] * (count - 1) / count
                return (max(products[i, j] - mean * mean, 0) / (count - 1)).squareRoot()
            },
            truncation: Matrix(rows: n, columns: n) { i, j in
                let (a, b) = (truncations[i], truncations[j])
                return a.isFinite && b.isFinite ? a * b : .infinity
            })
    }
}
