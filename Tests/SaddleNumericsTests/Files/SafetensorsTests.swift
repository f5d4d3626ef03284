import SaddleNumerics
import Testing
import TestSupport

/// `.safetensors` files are read to the last bit whatever their types; lengths, offsets and names that lie are refused in words.
/// Oracle: a file of the safetensors library.
struct SafetensorsTests {
    private func read(_ bytes: [UInt8]) throws -> Safetensors { try Safetensors(bytes, file: "x.safetensors") }

    @Test func readsEveryType() throws {
        let file = try read(ArrayFixtures.bytes("safetensors"))
        for type in ["F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8"] {
            let shift = type.hasPrefix("U") ? 0.0 : 2.0
            let array = try file.stored(type)
            #expect(try array.tensor() == Tensor(shape: [2, 3], elements: (0..<6).map { Double($0) - shift }), "\(type)")
            #expect(array.isInteger == !type.contains("F") && array.name == "x.safetensors, array '\(type)'")
        }
        #expect(try file.stored("BOOL").tensor() == Tensor(shape: [3], elements: [1, 0, 1]))
        #expect(try file.stored("brain").tensor().elements == ArrayFixtures.brain)
        #expect(try file.header("brain").description == "4, bfloat16")
        #expect(try file.stored("scalar").tensor() == Tensor(shape: [], elements: [7.5]))
        #expect(try file.stored("empty").tensor() == Tensor(shape: [0, 3], elements: []))
        #expect(try file.stored("quote \" \\ é 🐍").tensor().elements == [5])
        #expect(file.names.count == 17 && !file.names.contains("__metadata__"))
        #expect(errorText { _ = try file.stored("y") }?.hasPrefix("x.safetensors: no array 'y'; it holds ") == true)
    }

    @Test func everyTruncationIsAnError() {
        let whole = ArrayFixtures.bytes("safetensors")
        for count in whole.indices {
            #expect(errorText { _ = try read(Array(whole[..<count])) }?.hasPrefix("x.safetensors: ") == true, "cut to \(count)")
        }
        #expect(errorText { _ = try read(whole + [0]) }?.contains("too long: its arrays need ") == true)
    }

    @Test func noFlippedByteCrashes() {
        let whole = ArrayFixtures.bytes("safetensors")
        for i in whole.indices.prefix(1600) {
            for flip: UInt8 in [0x01, 0x02, 0x10, 0x80] {
                var bytes = whole
                bytes[i] ^= flip
                guard let file = try? read(bytes) else { continue }
                for name in file.names { _ = try? file.stored(name).tensor() }
            }
        }
    }

    @Test(arguments: [
        (
            "{\"x\": {\"dtype\": \"F8_E4M3\", \"shape\": [8], \"data_offsets\": [0, 8]}}",
            "elements of type 'F8_E4M3' are not read"
        ),
        (
            "{\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [0, 8]}}",
            "too long: shape [4] needs 4 bytes, there are 8"
        ),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [4, 8]}}", "array 'x' begins at byte 4"),
        (
            "{\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [0, 4]}}",
            "too long: its arrays need 4 bytes, there are 8"
        ),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [16], \"data_offsets\": [0, 16]}}", "truncated: its arrays need 16 bytes"),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [8, 4]}}", "two ascending data_offsets"),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [-4], \"data_offsets\": [0, 8]}}", "expected a size, found '-4'"),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [9223372036854775807, 4], \"data_offsets\": [0, 8]}}", "impossible shape"),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [8]}}", "the header must give dtype, shape and two ascending data_offsets"),
        ("{\"x\": {\"dtype\": \"U8\", \"shape\": [8], \"data_offsets\": [0, 8]}} {", "expected nothing more"),
        (
            "{\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [0, 4]}, "
                + "\"x\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [4, 8]}}", "two arrays are named 'x'"
        ),
        (
            "{\"x\": {\"dtype\": \"U8\", \"shape\": [6], \"data_offsets\": [0, 6]}, "
                + "\"y\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [4, 8]}}", "array 'y' begins at byte 4"
        ),
        ("{\"x\": [1, 2]}", "expected '{'"), ("{\"x\\u12\": {}}", "four hexadecimal digits"),
        ("{\"\\ud800\": {}}", "a character"),
        ("[]", "not a .safetensors file"),
    ])
    func whatLies(_ header: String, _ words: String) {
        let text = errorText { _ = try read(ArrayBytes.safetensors(header, [UInt8](repeating: 1, count: 8))) }
        #expect(text?.contains(words) == true, "\(text ?? "no error")")
    }

    /// A length of the header that nothing has is refused before anything is allocated.
    @Test func impossibleLengths() {
        for length in [UInt64(1) << 39, 100_000_001, 1 << 20] {
            let bytes = (0..<8).map { UInt8(length >> (8 * $0) & 255) } + Array("{}".utf8)
            #expect(errorText { _ = try read(bytes) }?.hasPrefix("x.safetensors: ") == true)
        }
    }
}
