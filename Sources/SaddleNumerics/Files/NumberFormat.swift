/// How one number is stored in a binary array file.
struct NumberFormat: Sendable, Equatable {
    /// `brain`: the upper half of a float32 (bfloat16).
    enum Kind { case float, brain, signed, unsigned, boolean }
    let kind: Kind
    /// Bytes a number: 2, 4 or 8 for floats, 2 for brain floats, 1, 2, 4 or 8 for integers, 1 for booleans.
    let size: Int
    let isBigEndian: Bool

    /// The numbers stored one after another; `bytes.count` is a multiple of `size`.
    ///
    /// - Throws: ``FileError/malformed(file:reason:)`` for an integer that no `Double` equals.
    func decode(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> [Double] {
        let decoded: [Double?]
        switch (kind, size) {
        case (.float, 8): return numbers(bytes) { (word: UInt64) in Double(bitPattern: word) }
        case (.float, 4): return numbers(bytes) { (word: UInt32) in Double(Float(bitPattern: word)) }
        case (.float, 2): return numbers(bytes) { (word: UInt16) in Self.half(word) }
        case (.brain, 2): return numbers(bytes) { (word: UInt16) in Double(Float(bitPattern: UInt32(word) << 16)) }
        case (.signed, 1): return numbers(bytes) { (word: Int8) in Double(word) }
        case (.signed, 2): return numbers(bytes) { (word: Int16) in Double(word) }
        case (.signed, 4): return numbers(bytes) { (word: Int32) in Double(word) }
        case (.unsigned, 1): return numbers(bytes) { (word: UInt8) in Double(word) }
        case (.unsigned, 2): return numbers(bytes) { (word: UInt16) in Double(word) }
        case (.unsigned, 4): return numbers(bytes) { (word: UInt32) in Double(word) }
        case (.boolean, 1): return numbers(bytes) { (word: UInt8) in word == 0 ? 0 : 1 }
        case (.signed, 8): decoded = numbers(bytes) { (word: Int64) in Double(exactly: word) }
        case (.unsigned, 8): decoded = numbers(bytes) { (word: UInt64) in Double(exactly: word) }
        default: preconditionFailure("\(kind) of \(size) bytes")
        }
        if let index = decoded.firstIndex(of: nil) {
            throw .malformed(file: file, reason: "element \(index) is an integer beyond 2^53 that float64 cannot hold exactly")
        }
        return decoded.map { $0! }
    }

    /// The value of a float16: sign, five bits of exponent, ten of significand. (Swift's own type is missing on some machines.)
    private static func half(_ word: UInt16) -> Double {
        let (exponent, significand) = (Int(word >> 10 & 31), Double(word & 1023))
        let size: Double =
            switch exponent {
            case 0: significand * 0x1p-24
            case 31: significand == 0 ? .infinity : .nan
            default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + significand * 0x1p-10)
            }
        return word >> 15 == 0 ? size : -size
    }

    private func numbers<Word: FixedWidthInteger, Number>(
        _ bytes: ArraySlice<UInt8>, _ number: (Word) -> Number
    ) -> [Number] {
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / size).map {
                let word = raw.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)
                return number(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
            }
        }
    }
}

extension Array where Element == Int {
    /// The number of elements of an array of this shape; nil if negative or beyond what an `Int` holds.
    var elementCount: Int? {
        reduce(1) { product, axis in
            guard let product, axis >= 0 else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: axis)
            return overflow ? nil : next
        }
    }
}
