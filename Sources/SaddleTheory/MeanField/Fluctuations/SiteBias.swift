#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

/// The bias of order 1/S that solutions with matched noise have.
///
/// Directions give the limit in another way, without matching and without that bias: the mean over them of 2 q_whole − (q₁ + q₂)/2, good to
/// O(1/S²), with the sampling error √(V/(S·B)) of B networks of width S. What the two differ by beyond both sampling errors is bias;
/// single numbers do not tell it from noise, their mean square over all numbers of an observable at one time does:
///
///     β² = max(0, mean of (q − q′)² − e² − e′²)
///
/// β is stated as an error of each of them. Test outputs of ten digits: 0.7 % at S = 500, 1.4 % at S = 250.
struct SiteBias {
    /// β of every number, laid out as the observables.
    let errors: [Double]

    /// - Parameters:
    ///   - limit: the means over solutions with matched noise, and their standard errors.
    ///   - other: the same from directions.
    init(_ layout: ObservableLayout, limit: (mean: [Double], error: [Double]), other: (mean: [Double], error: [Double])) {
        var errors = [Double](repeating: 0, count: layout.count)
        for entry in layout.entries {
            // A scalar has no neighbours but the other times.
            let stride = entry.stride > 1 ? entry.stride : entry.range.count
            for start in Swift.stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: stride) {
                let range = start..<start + stride
                let square = range.reduce(0) { sum, i in
                    let difference = limit.mean[i] - other.mean[i]
                    return sum + difference * difference - limit.error[i] * limit.error[i] - other.error[i] * other.error[i]
                }
                // With one solution no error is known, and nothing to tell a bias from.
                guard square > 0 else { continue }
                let bias = (square / Double(stride)).squareRoot()
                for i in range { errors[i] = bias }
            }
        }
        self.errors = errors
    }
}
