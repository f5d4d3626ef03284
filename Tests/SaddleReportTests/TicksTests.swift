import Foundation
import SaddleReport
import Testing

/// Laws of good ticks, on many ranges. Catches ticks outside the axis, uneven or odd steps, labels that do not say the
/// tick's number or are equal to their neighbour's, and axes without labels.
@Suite struct TicksTests {
    static let ranges: [ClosedRange<Double>] = [
        0...1, -1...1, 0...0.3, 0.1...0.7, 3...3.001, -1e-7...4e-7, 0...123_456, 1e9...1.0001e9, -250 ... -249, 0...9.999999,
        1e-300...2e-300,
    ]

    @Test(arguments: ranges, [3, 5, 8])
    func linear(range: ClosedRange<Double>, count: Int) throws {
        let ticks = Ticks(.linear, in: range, atMost: count)
        let values = ticks.labels.map(\.value)
        let length = range.upperBound - range.lowerBound
        #expect(values.count <= count)
        // The steps grow by 2, 2.5, 2: at least a third of what is allowed remains.
        #expect(values.count >= max(1, count / 3))
        #expect(values.allSatisfy { $0 >= range.lowerBound - 1e-8 * length && $0 <= range.upperBound + 1e-8 * length })
        #expect(Set(ticks.labels.map(\.text)).count == values.count)
        guard values.count > 1 else { return }
        let step = values[1] - values[0]
        for (a, b) in zip(values, values.dropFirst()) { #expect(abs(b - a - step) <= 1e-6 * step + 8 * abs(b) * .ulpOfOne) }
        // Steps are 1, 2 or 5 times a power of ten; the difference of large ticks knows them only to their rounding.
        let exponent = floor(log10(step) + 1e-6)
        let mantissa = step / pow(10, exponent)
        let doubt = 1e-6 + 8 * values.map(abs).max()! * .ulpOfOne / step
        #expect([1, 2, 5].contains { abs(mantissa - $0) <= doubt * 10 }, "step \(step)")
    }

    /// The label read back as a number is the tick.
    @Test(arguments: ranges)
    func labelsSayTheirNumber(range: ClosedRange<Double>) throws {
        for label in Ticks(.linear, in: range, atMost: 6).labels {
            let value = try #require(Self.read(label.text), "label \(label.text)")
            let length = range.upperBound - range.lowerBound
            #expect(
                abs(value - label.value) <= 1e-9 * length + 4 * abs(label.value) * .ulpOfOne, "\(label.text) for \(label.value)")
        }
    }

    @Test(arguments: [1.0...1000, 0.02...70, 1e-12...1e5, 0.3...0.9, 64...256, 2...3, 1e-9...3e-9, 5...5.1])
    func logarithmic(range: ClosedRange<Double>) throws {
        let ticks = Ticks(.logarithmic, in: range, atMost: 6)
        #expect((2...6).contains(ticks.labels.count), "\(ticks.labels)")
        for value in ticks.labels.map(\.value) + ticks.minor {
            #expect(value >= range.lowerBound * (1 - 1e-8) && value <= range.upperBound * (1 + 1e-8))
        }
        #expect(Set(ticks.minor).isDisjoint(with: ticks.labels.map(\.value)))
        for label in ticks.labels {
            let value = try #require(Self.read(label.text))
            #expect(abs(value / label.value - 1) < 1e-9, "\(label.text) for \(label.value)")
        }
    }

    @Test func fromZero() {
        #expect(
            Ticks(.logarithmicFromZero, in: 0...250, atMost: 10).labels.map(\.text) == [
                "0", "1", "2", "5", "10", "20", "50", "100", "200",
            ])
        #expect(
            Ticks(.logarithmicFromZero, in: 0...20_000, atMost: 7).labels.map(\.text) == ["0", "1", "10", "100", "1000", "10⁴"])
        #expect(Ticks(.logarithmicFromZero, in: 0...1, atMost: 7).labels.first?.text == "0")
    }

    /// Reads "−1.5·10⁻³", "10⁴", "0.25".
    static func read(_ text: String) -> Double? {
        let plain = text.replacingOccurrences(of: "−", with: "-")
        let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        func exponent(_ s: Substring) -> Double? {
            Double(String(s.map { $0 == "⁻" ? "-" : superscripts.firstIndex(of: $0).map { Character(String($0)) } ?? "x" }))
        }
        if plain.hasPrefix("10"), plain.count > 2, let e = exponent(plain.dropFirst(2)) { return pow(10, e) }
        let parts = plain.components(separatedBy: "·10")
        guard let mantissa = Double(parts[0]) else { return nil }
        if parts.count == 1 { return mantissa }
        return parts[1].isEmpty ? mantissa * 10 : exponent(parts[1][...]).map { mantissa * pow(10, $0) }
    }
}
