#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A number with so many significant digits: short in text, still exact enough to draw.
public func rounded(_ x: Double, digits: Int = 6) -> Double {
    guard x.isFinite, x != 0 else { return x }
    // Negative powers of ten are not exact, so scale by a positive one in either direction.
    let power = digits - 1 - Int(log10(abs(x)).rounded(.down))
    let scale = (0..<abs(power)).reduce(1.0) { p, _ in p * 10 }
    guard scale.isFinite else { return x }
    return power >= 0 ? (x * scale).rounded() / scale : (x / scale).rounded() * scale
}

/// √ of the mean of squares; 0 of nothing.
@inlinable public func rootMeanSquare(_ values: some Collection<Double>) -> Double {
    values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
