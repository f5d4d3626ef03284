import SaddleNumerics
import SaddleReport
import Testing

/// Shows that pictures are valid PNG files, read back by a decoder written from the specifications, with a bit-by-bit CRC and zlib's
/// inflation. Catches wrong lengths, byte orders and checksums, which browsers answer with an empty picture, and pictures that are not compressed.
@Suite struct PNGTests {
    @Test func checksumsOfKnownTexts() {
        // Check values of the CRC catalogue and of RFC 1950's Adler-32, which ends a stream.
        #expect(Deflate.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Deflate.zlib(Array("Wikipedia".utf8)).suffix(4) == [0x11, 0xE6, 0x03, 0x98])
        #expect(Deflate.zlib([]).suffix(4) == [0, 0, 0, 1])
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64(_ text: String, _ code: String) {  // RFC 4648, section 10
        #expect(IndexedImage.base64(Array(text.utf8)) == code)
    }

    @Test(arguments: [(1, 1), (3, 2), (256, 254), (254, 257), (300, 500)])
    func roundTrip(width: Int, height: Int) throws {
        let pixels = (0..<width * height).map { i -> UInt8 in UInt8((7 * i + i / 13) % 200) }
        let palette = (0..<200).map { RGB(UInt32($0 * 83)) }
        let file = IndexedImage(width: width, height: height, pixels: pixels, palette: palette).png()
        let decoded = try decode(file, pixels)
        #expect(decoded.width == width && decoded.height == height)
        #expect(decoded.pixels == pixels)
        // The pattern repeats.
        if pixels.count > 1000 { #expect(file.count < pixels.count / 5) }
        #expect(decoded.palette == palette.flatMap { [$0.red, $0.green, $0.blue] })
    }

    struct Broken: Error { let what: String }

    private func decode(_ file: [UInt8], _ pixels: [UInt8]) throws -> (width: Int, height: Int, pixels: [UInt8], palette: [UInt8])
    {
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Broken(what: "signature") }
        var at = 8, chunks: [(String, [UInt8])] = []
        while at < file.count {
            let length = number(file[at..<at + 4])
            let body = file[at + 4..<at + 8 + length]
            var crc: UInt32 = 0xFFFF_FFFF
            for byte in body {
                for bit in 0..<8 {
                    let isOdd = (crc ^ UInt32(byte >> UInt8(bit))) & 1 == 1
                    crc = isOdd ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1
                }
            }
            guard number(file[at + 8 + length..<at + 12 + length]) == Int(~crc) else { throw Broken(what: "CRC") }
            chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            at += 12 + length
        }
        guard chunks.map(\.0) == ["IHDR", "PLTE", "IDAT", "IEND"], chunks[0].1.count == 13,
            Array(chunks[0].1[8...]) == [8, 3, 0, 0, 0]
        else { throw Broken(what: "chunks") }
        let (width, height) = (number(chunks[0].1[0..<4]), number(chunks[0].1[4..<8]))
        let stream = chunks[2].1
        guard stream[0] & 15 == 8, number(stream[0..<2]) % 31 == 0 else { throw Broken(what: "zlib header") }
        // The same stream as a gzip file: another header, and at the end CRC and length instead of Adler-32.
        func littleEndian(_ n: UInt32) -> [UInt8] { (0..<4).map { UInt8(n >> (8 * $0) & 0xFF) } }
        let expected = (0..<height).flatMap { y in [0] + pixels[y * width..<(y + 1) * width] }
        let end = littleEndian(Deflate.checksum(expected)) + littleEndian(UInt32(expected.count))
        let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        let rows = try Gzip.inflate(header + stream[2..<stream.count - 4] + end, file: "picture")
        var (a, b) = (1, 0)
        for byte in rows {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        guard number(stream.suffix(4)) == b * 65536 + a else { throw Broken(what: "Adler") }
        guard rows.count == (width + 1) * height else { throw Broken(what: "rows") }
        return (width, height, (0..<height).flatMap { y in rows[y * (width + 1) + 1..<(y + 1) * (width + 1)] }, chunks[1].1)
    }
}
