#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RandomStream {
    /// The next number uniform on (0, 1): never 0 or 1.
    public mutating func uniform() -> Double { (Double(word() >> 12) + 0.5) * 0x1p-52 }

    /// The next standard normal.
    public mutating func normal() -> Double {
        var value = 0.0
        withUnsafeMutablePointer(to: &value) { fillNormals(UnsafeMutableBufferPointer(start: $0, count: 1)) }
        return value
    }

    /// The next number with density x^{shape−1}e^{−x}/Γ(shape).
    ///
    /// By rejection from the cube of a normal. Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
    public mutating func gamma(shape: Double) -> Double {
        precondition(shape > 0, "gamma variable of shape \(shape)")
        if shape < 1 { return gamma(shape: shape + 1) * pow(uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            if log(uniform()) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
        }
    }
}
