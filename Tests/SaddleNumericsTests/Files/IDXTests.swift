import SaddleNumerics
import Testing
import TestSupport

/// IDX files of every type, and what is wrong with damaged ones. Oracle: bytes laid out by hand from the format's description.
struct IDXTests {
    private func read(_ bytes: [UInt8]) throws -> StoredArray { try IDX.stored(bytes[...], file: "x-idx") }

    @Test(
        arguments: [
            ([0x08, 5, 250], [5, 250]), ([0x09, 5, 250], [5, -6]), ([0x0b, 0, 1, 0xff, 0xfe], [1, -2]),
            ([0x0c, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff], [3, -1]), ([0x0d, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], [1, -2]),
            ([0x0e, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1, -2]),
        ] as [([UInt8], [Double])])
    func readsEveryType(_ bytes: [UInt8], _ expected: [Double]) throws {
        let file = try read([0, 0, bytes[0], 1, 0, 0, 0, 2] + bytes[1...])
        #expect(file.shape == [2])
        #expect(try file.elements(0..<2) == expected)
        #expect(try file.elements(1..<2) == [expected[1]])
        #expect(file.isInteger == (bytes[0] < 0x0d))
    }

    @Test func damageIsAnError() {
        let whole: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
        #expect(try! read(whole).shape == [2, 3])
        for count in whole.indices {
            #expect(errorText { _ = try read(Array(whole[..<count])) }?.hasPrefix("x-idx: ") == true, "cut to \(count)")
        }
        #expect(errorText { _ = try read(whole.dropLast()) } == "x-idx: truncated: shape [2, 3] needs 6 bytes, there are 5")
        #expect(errorText { _ = try read(whole + [0]) } == "x-idx: too long: shape [2, 3] needs 6 bytes, there are 7")
        for i in 0..<12 {
            for flip in 1...255 {
                var bytes = whole
                bytes[i] ^= UInt8(flip)
                _ = try? read(bytes)
            }
        }
    }
}
