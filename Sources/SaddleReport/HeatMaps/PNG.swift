import SaddleNumerics

/// A picture of at most 256 colours as a PNG file.
public struct IndexedImage: Sendable {
    public let width: Int
    public let height: Int
    /// Row by row from the top, one palette index a pixel.
    public let pixels: [UInt8]
    public let palette: [RGB]

    public init(width: Int, height: Int, pixels: [UInt8], palette: [RGB]) {
        precondition(width > 0 && height > 0 && pixels.count == width * height, "\(pixels.count) pixels for \(width) × \(height)")
        precondition((1...256).contains(palette.count), "palette of \(palette.count) colours")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.palette = palette
    }

    /// Every pixel repeated `factor` times in both directions.
    package func enlarged(by factor: Int) -> IndexedImage {
        guard factor > 1 else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(pixels.count * factor * factor)
        for y in 0..<height {
            let row = pixels[y * width..<(y + 1) * width].flatMap { repeatElement($0, count: factor) }
            for _ in 0..<factor { result += row }
        }
        return IndexedImage(width: width * factor, height: height * factor, pixels: result, palette: palette)
    }

    /// The file: signature, header, palette, the compressed pixels, end (PNG specification).
    public func png() -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += Self.chunk("IHDR", Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, 3, 0, 0, 0])
        file += Self.chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] })
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for y in 0..<height {
            rows.append(0)  // no filter
            rows += pixels[y * width..<(y + 1) * width]
        }
        file += Self.chunk("IDAT", Deflate.zlib(rows))
        return file + Self.chunk("IEND", [])
    }

    /// The file as the text of a `data:` address.
    public var dataAddress: String { "data:image/png;base64," + Self.base64(png()) }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        return bigEndian(UInt32(content.count)) + body + bigEndian(Deflate.checksum(body))
    }

    private static func bigEndian(_ n: UInt32) -> [UInt8] {
        [UInt8(n >> 24), UInt8(n >> 16 & 0xFF), UInt8(n >> 8 & 0xFF), UInt8(n & 0xFF)]
    }

    package static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for i in stride(from: 0, to: bytes.count, by: 3) {
            let (a, b, c) = (bytes[i], i + 1 < bytes.count ? bytes[i + 1] : 0, i + 2 < bytes.count ? bytes[i + 2] : 0)
            text.append(alphabet[Int(a >> 2)])
            text.append(alphabet[Int((a & 3) << 4 | b >> 4)])
            text.append(i + 1 < bytes.count ? alphabet[Int((b & 15) << 2 | c >> 6)] : UInt8(ascii: "="))
            text.append(i + 2 < bytes.count ? alphabet[Int(c & 63)] : UInt8(ascii: "="))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
