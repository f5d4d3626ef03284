import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Activations in single precision beside those in double precision, which share no constants with them.
@Suite struct SinglePrecisionTests {
    static func single(_ phi: Activation, _ x: [Float]) -> (value: [Float], slope: [Float]) {
        var (value, slope) = (x, x)
        x.withUnsafeBufferPointer { x in
            value.withUnsafeMutableBufferPointer { value in
                slope.withUnsafeMutableBufferPointer { phi.apply(to: x, value: value, derivative: $0) }
            }
        }
        return (value, slope)
    }

    static let named = Activation.named.filter { $0.name != "linear" } + [.leakyReLU(slope: 0.3)]

    /// Within 4ε, absolutely or relative to x or φ where they grow, ε = 2⁻²³; a slope may be a product with x.
    @Test(arguments: named) func agreesWithDoublePrecision(_ phi: Activation) {
        let x = (0...4000).map { Float($0 - 2000) / 74 }
        let exact = Matrix(rows: x.count, columns: 1, elements: x.map(Double.init))
        let (value, slope) = Self.single(phi, x), (values, slopes) = (phi(exact).elements, phi.derivative(exact).elements)
        for i in x.indices {
            let scale = 4 * 0x1p-23 * max(1, abs(Double(x[i])))
            expectClose(Double(value[i]), values[i], within: max(scale, 4 * 0x1p-23 * abs(values[i])), "\(phi.name)(\(x[i]))")
            expectClose(Double(slope[i]), slopes[i], within: max(scale, 4 * 0x1p-23 * abs(slopes[i])), "\(phi.name)′(\(x[i]))")
        }
    }

    /// Where double precision has a limit single precision has the same one, not NaN.
    @Test(arguments: named) func tails(_ phi: Activation) {
        let x: [Float] = [-.infinity, -1e30, -1e4, -120, -50, 50, 85, 120, 1e4, 1e15, .infinity]
        let exact = Matrix(rows: x.count, columns: 1, elements: x.map(Double.init))
        let (value, slope) = Self.single(phi, x), (values, slopes) = (phi(exact).elements, phi.derivative(exact).elements)
        for i in x.indices {
            for (number, exact) in [(value[i], values[i]), (slope[i], slopes[i])] where !exact.isNaN {
                let expected = Float(exact)
                #expect(
                    number == expected || abs(number - expected) <= 1e-6 * max(1, abs(expected)),
                    "\(phi.name) at \(x[i]): \(number) for \(expected)")
            }
        }
    }

    /// Values alone are those with slopes.
    @Test(arguments: named) func valuesAlone(_ phi: Activation) {
        let x = (0..<133).map { Float($0 - 60) / 7 }
        var value = x
        x.withUnsafeBufferPointer { x in value.withUnsafeMutableBufferPointer { phi.apply(to: x, value: $0) } }
        #expect(value == Self.single(phi, x).value)
    }
}
