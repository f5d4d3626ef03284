import Foundation
import SaddleNumerics
import Testing
import TestSupport

/// gzip files of one or several members are read; damage is noticed. Oracle: bytes made by Python's gzip module.
struct GzipTests {
    /// `gzip.compress(b"hello ") + gzip.compress(b"world")`
    static let helloWorld = Array(
        Data(base64Encoded: "H4sIAAAAAAACA8tIzcnJVwAA9vmB7QYAAAAfiwgAAAAAAAIDK88vykkBAEMRdzoFAAAA")!)

    @Test func readsAllMembers() throws {
        let bytes = Self.helloWorld
        #expect(String(decoding: try Gzip.inflate(bytes, file: "x"), as: UTF8.self) == "hello world")
        #expect(try Gzip.inflate(bytes + [0, 0, 0], file: "x").count == 11)
        #expect(errorText { _ = try Gzip.inflate(bytes + [1, 2], file: "x") } == "x: 2 bytes after the end of the gzip data")
        #expect(errorText { _ = try Gzip.inflate([1, 2], file: "x") } == "x: not a gzip file")
    }

    @Test func everyTruncationIsAnErrorExceptBetweenMembers() {
        for count in Self.helloWorld.indices {
            let output = try? Gzip.inflate(Array(Self.helloWorld[..<count]), file: "x")
            #expect(output == (count == 26 ? Array("hello ".utf8) : nil), "cut to \(count)")
        }
    }

    /// Only what means nothing may change without notice.
    @Test func flippedBytesAreNoticedOrHarmless() {
        var harmless: Set<Int> = []
        for i in Self.helloWorld.indices {
            for flip: UInt8 in [0x01, 0x10, 0xff] {
                var bytes = Self.helloWorld
                bytes[i] ^= flip
                guard let output = try? Gzip.inflate(bytes, file: "x") else { continue }
                harmless.insert(i)
                #expect(output == Array("hello world".utf8))
            }
        }
        // Of both members: flags, time and system; bits behind the end of the compressed data.
        #expect(harmless == Set(Array(3...9) + [17] + Array(29...35) + [42]), "\(harmless.sorted())")
    }
}
