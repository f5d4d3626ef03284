/// Where a function of one variable with one minimum in [low, high] is smallest, by golden sections to `tolerance` of the interval.
///
/// Near a minimum a function is flat: the argument cannot be had better than to the square root of the values' accuracy.
public func minimum<E: Error>(
    of function: (Double) throws(E) -> Double, from low: Double, to high: Double, tolerance: Double = 1e-8
) throws(E) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (low, high)
    var (x1, x2) = (b - ratio * (b - a), a + ratio * (b - a))
    var (f1, f2) = (try function(x1), try function(x2))
    while b - a > tolerance * (high - low) {
        if f1 <= f2 {
            (b, x2, f2) = (x2, x1, f1)
            x1 = b - ratio * (b - a)
            f1 = try function(x1)
        } else {
            (a, x1, f1) = (x1, x2, f2)
            x2 = a + ratio * (b - a)
            f2 = try function(x2)
        }
    }
    return (a + b) / 2
}
