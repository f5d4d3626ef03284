/// a + bx + cx² + dx³
package enum CubicShape {
    package static func value(_ s: [Double], _ x: Double) -> Double { s[0] + x * (s[1] + x * (s[2] + x * s[3])) }

    /// The minimum between two ends, if there is one.
    package static func minimum(_ s: [Double], _ ends: (low: Double, high: Double)) -> Double? {
        let (b, c, d) = (s[1], 2 * s[2], 3 * s[3])
        let discriminant = c * c - 4 * d * b
        if discriminant < 0 { return nil }
        // The root of b + cx + dx² at which it rises, without cancellation.
        let root = discriminant.squareRoot()
        if !(root > 0) || (c <= 0 && d == 0) { return nil }
        let x = c > 0 ? -2 * b / (c + root) : (root - c) / (2 * d)
        return x > ends.low && x < ends.high ? x : nil
    }
}
