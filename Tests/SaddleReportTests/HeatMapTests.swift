import Foundation
import SaddleReport
import Testing

/// Colours stand for numbers in order, and large matrices are averaged fairly. Catches reversed scales, hidden NaNs,
/// blocks that miss rows, and colour maps whose lightness would mislead.
@Suite struct HeatMapTests {
    /// CIE lightness from sRGB.
    private func lightness(_ c: RGB) -> Double {
        func linear(_ byte: UInt8) -> Double {
            let x = Double(byte) / 255
            return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue)
    }

    @Test func lightnessFollowsTheNumbers() {
        let sequential = ColourScale.sequential(0, 1).palette.prefix(255).map(lightness)
        #expect(zip(sequential, sequential.dropFirst()).allSatisfy { $0 <= $1 + 5e-3 })
        #expect(sequential.last! - sequential.first! > 0.6)
        let diverging = ColourScale.diverging(upTo: 1).palette.prefix(255).map(lightness)
        let middle = diverging.firstIndex(of: diverging.max()!)!
        #expect(abs(middle - 127) <= 1)
        #expect(zip(diverging[..<middle], diverging[1...middle]).allSatisfy { $0 <= $1 + 5e-3 })
        #expect(zip(diverging[middle...], diverging[(middle + 1)...]).allSatisfy { $0 >= $1 - 5e-3 })
    }

    @Test func indices() {
        let scale = ColourScale.diverging(upTo: 2)
        #expect([-2, 0, 2, -5, 5, .nan].map(scale.index) == [0, 127, 254, 0, 254, 255])
        #expect(scale.palette.count == 256)
    }

    @Test func fittingScale() {
        #expect(ColourScale.fitting([-1, 0.5, 2]).isDiverging)
        #expect(!ColourScale.fitting([0.5, 2]).isDiverging)
        // A kernel's tiny negative entries are noise, not a second sign.
        #expect(!ColourScale.fitting([-0.001, 2]).isDiverging)
        let constant = ColourScale.fitting([3, 3])
        #expect(constant.low < 3 && constant.high > 3)
        #expect(ColourScale.fitting([Double.nan]).high == 1)
    }

    @Test func smallMatricesKeepTheirPixels() {
        let map = HeatMap("m", rows: 2, columns: 3, values: [0, 1, 2, 3, 4, 5], colours: .sequential(0, 5))
        #expect(map.image().pixels == [0, 51, 102, 152, 203, 254])
        #expect(map.unplaced == 0)
        let large = map.image().enlarged(by: 3)
        #expect(large.width == 9 && large.height == 6)
        for i in 0..<6 { for j in 0..<9 { #expect(large.pixels[i * 9 + j] == map.image().pixels[i / 3 * 3 + j / 3]) } }
    }

    /// Averages of a plane over equal blocks are the plane at the blocks' centres.
    @Test func largeMatricesAreAveraged() {
        let n = 1024
        let values = (0..<n * n).map { Double($0 / n + $0 % n) }
        let image = HeatMap("m", rows: n, columns: n, values: values, colours: .sequential(0, Double(2 * n - 2))).image()
        #expect(image.width == 256 && image.height == 256)
        for (i, j) in [(0, 0), (255, 255), (17, 200)] {
            let mean = Double(4 * i + 4 * j) + 3
            #expect(image.pixels[i * 256 + j] == UInt8((mean / Double(2 * n - 2) * 254).rounded()))
        }
    }

    @Test func odd1000() {
        let image = HeatMap(
            "m", rows: 1000, columns: 1000, values: [Double](repeating: 1, count: 1_000_000), colours: .sequential(0, 2)
        ).image()
        #expect(image.pixels.allSatisfy { $0 == 127 })
    }
}
