import SaddleNumerics

extension Network {
    /// Inputs as the first layer sees them, one sample a row: themselves or, with layer norm,
    ///
    ///     xᵢ ← (xᵢ − m)/s,   m = (1/D) Σᵢ xᵢ,   s² = (1/D) Σᵢ (xᵢ − m)²        so that |x|² = D
    ///
    /// without a constant added to s.
    ///
    /// - Precondition: with layer norm, no input has all components equal (``inputWithoutVariation(in:)``).
    public func entering(_ inputs: Matrix) -> Matrix {
        if !normalizesInputs { return inputs }
        var result = inputs
        for row in 0..<inputs.rows {
            let (mean, deviation) = Self.spread(inputs, row)
            precondition(deviation > 0, "input \(row) has all \(inputs.columns) components equal: layer norm divides by 0")
            for i in 0..<inputs.columns { result[row, i] = (inputs[row, i] - mean) / deviation }
        }
        return result
    }

    /// The first sample that layer norm cannot scale, because its components are all equal (up to rounding); nil if there is
    /// none or no layer norm.
    public func inputWithoutVariation(in inputs: Matrix) -> Int? {
        if !normalizesInputs { return nil }
        return (0..<inputs.rows).first { Self.spread(inputs, $0).deviation == 0 }
    }

    /// Mean and standard deviation of the components of one sample; the deviation is 0 where only rounding is left.
    private static func spread(_ inputs: Matrix, _ row: Int) -> (mean: Double, deviation: Double) {
        let d = Double(inputs.columns)
        let mean = (0..<inputs.columns).reduce(0) { $0 + inputs[row, $1] } / d
        let variance = (0..<inputs.columns).reduce(0) { $0 + (inputs[row, $1] - mean) * (inputs[row, $1] - mean) } / d
        let rounding = 16 * Double.ulpOfOne * abs(mean)
        return (mean, variance > rounding * rounding ? variance.squareRoot() : 0)
    }
}
