extension ObservableLayout {
    /// Root mean square, over losses and recorded times, of the relative errors of their variances; variances a ten-thousandth of the largest
    /// are not looked at. Zero if there are none.
    ///
    /// - Parameters:
    ///   - variance: one number for each of the layout, in any unit; `errors` in the same.
    public func relativeErrorOfLosses(variance: [Double], errors: [Double]) -> Double {
        let squares = entries.filter(\.observable.isLoss).flatMap { entry -> [Double] in
            let visible = 1e-4 * (variance[entry.range].max() ?? 0)
            return entry.range.filter { variance[$0] > visible }.map { i in
                let relative = errors[i] / variance[i]
                return relative * relative
            }
        }
        return squares.isEmpty ? 0 : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
}
