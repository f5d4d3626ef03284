public struct RGB: Sendable, Equatable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    package init(_ hex: UInt32) { (red, green, blue) = (UInt8(hex >> 16 & 0xFF), UInt8(hex >> 8 & 0xFF), UInt8(hex & 0xFF)) }

    private init(_ red: Double, _ green: Double, _ blue: Double) {
        (self.red, self.green, self.blue) = (UInt8(red.rounded()), UInt8(green.rounded()), UInt8(blue.rounded()))
    }

    static func mixed(_ a: RGB, _ b: RGB, _ t: Double) -> RGB {
        func mix(_ x: UInt8, _ y: UInt8) -> Double { Double(x) + (Double(y) - Double(x)) * t }
        return RGB(mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue))
    }
}

/// Which colour stands for which number.
public struct ColourScale: Sendable {
    public let low: Double
    public let high: Double
    public let isDiverging: Bool

    /// From dark to light: for numbers of one sign.
    public static func sequential(_ low: Double, _ high: Double) -> ColourScale { ColourScale(low, high, isDiverging: false) }

    /// Blue below zero, orange above, pale at zero.
    public static func diverging(upTo largest: Double) -> ColourScale { ColourScale(-largest, largest, isDiverging: true) }

    /// Diverging around zero if both signs matter (the smaller side is above 2 % of the larger), else sequential.
    public static func fitting(_ values: [Double]) -> ColourScale { fitting([values]) }

    /// One for the numbers of several pictures.
    public static func fitting(_ parts: [[Double]]) -> ColourScale {
        let ranges = parts.compactMap(finiteRange)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else {
            return .sequential(0, 1)
        }
        if low < 0 && high > 0 && min(-low, high) > 0.02 * max(-low, high) { return .diverging(upTo: max(-low, high)) }
        if low == high { return .sequential(low - max(abs(low) * 0.1, 1e-300), high + max(abs(high) * 0.1, 1e-300)) }
        return .sequential(low, high)
    }

    /// From the least to the largest of the finite ones; nil if there are none.
    static func finiteRange(_ values: [Double]) -> ClosedRange<Double>? {
        values.withUnsafeBufferPointer { values in
            var (low, high) = (Double.infinity, -Double.infinity)
            for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
            return low <= high ? low...high : nil
        }
    }

    private init(_ low: Double, _ high: Double, isDiverging: Bool) {
        precondition(low < high, "empty range \(low) … \(high)")
        (self.low, self.high, self.isDiverging) = (low, high, isDiverging)
    }

    /// Index into ``palette``: 0 … 254, numbers beyond the range at its ends; 255 for what is not finite.
    package func index(of value: Double) -> UInt8 {
        guard value.isFinite else { return 255 }
        return UInt8((min(max((value - low) / (high - low), 0), 1) * 254).rounded())
    }

    /// 255 colours from low to high, then grey for numbers that are not finite.
    package var palette: [RGB] {
        let anchors: [UInt32] =
            isDiverging
            ? [0x0B3C73, 0x2A78B8, 0x8FC1E3, 0xF6F5F2, 0xF3B98A, 0xCF6420, 0x7A2D05]
            : [0x1B1B54, 0x2B4C8C, 0x23808E, 0x3DAE78, 0xA5D343, 0xFBEE5A]
        return (0..<255).map { i in
            let place = Double(i) / 254 * Double(anchors.count - 1)
            let k = min(Int(place), anchors.count - 2)
            return RGB.mixed(RGB(anchors[k]), RGB(anchors[k + 1]), place - Double(k))
        } + [RGB(0x9A9A9A)]
    }
}
