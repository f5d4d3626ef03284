import SaddleNumerics

/// Correlation and response of a process at all pairs of times: the closed description of dynamical mean field theory.
public struct TwoTime: Sendable, Equatable {
    /// Ascending, from 0.
    public let times: [Double]
    /// C(tᵢ, tⱼ) = (1/N) Σₖ E xₖ(tᵢ)xₖ(tⱼ), symmetric.
    public let correlation: Matrix
    /// R(tᵢ, tⱼ) = (1/N) Σₖ E ∂xₖ(tᵢ)/∂hₖ(tⱼ) for a kick hₖ to unit k at time tⱼ: zero for i < j, 1 on the diagonal.
    public let response: Matrix

    /// Matrices are times × times.
    public init(times: [Double], correlation: Matrix, response: Matrix) {
        let n = times.count
        for matrix in [correlation, response] {
            precondition(matrix.rows == n && matrix.columns == n, "\(matrix.rows)×\(matrix.columns) values at \(n) times")
        }
        self.times = times
        self.correlation = correlation
        self.response = response
    }

    /// C(t, t)
    public var variance: [Double] { times.indices.map { correlation[$0, $0] } }
    /// R(t, 0)
    public var responseToStart: [Double] { times.indices.map { response[$0, 0] } }

    /// The same at some of the times.
    public func selecting(_ chosen: [Int]) -> TwoTime {
        TwoTime(
            times: chosen.map { times[$0] }, correlation: correlation.selectingRows(chosen).selectingColumns(chosen),
            response: response.selectingRows(chosen).selectingColumns(chosen))
    }
}
