import SaddleNumerics
import Testing
import TestSupport

/// Six hundred made-up array files, each wrong in one way or two, are refused in words that name the file, or are what they say.
/// A crash, an allocation that a header asks for and the bytes do not fill, or an error of another kind would be caught.
struct MalformedArrayTests {
    private struct Maker {
        var stream = RandomStream(seed: 23, .test)

        mutating func below(_ count: Int) -> Int { Int(stream.word() % UInt64(count)) }
        mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

        private static let sizes = [0, 1, 2, 3, -1, -3, 1 << 20, 1 << 40, .max, .max / 2]
        private static let types = [
            "<f8", ">f4", "<f2", "|b1", "<i8", ">u2", "<U3", "|S2", "<c16", "|O", "<V2", "<f3", "U", "", "<i99999999999",
        ]

        /// A shape that is right for content of elements of `size` bytes in one of two cases; content then is trimmed to whole ones.
        mutating func shape(_ content: inout [UInt8], size: Int) -> [Int] {
            if below(2) == 0 { return (0..<below(4)).map { _ in pick(Self.sizes) } }
            content.removeLast(content.count % (2 * size))
            return [content.count / (2 * size), 2]
        }

        mutating func content() -> [UInt8] {
            let nan: [UInt8] = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]
            let all = (0..<below(80)).map { _ in UInt8(truncatingIfNeeded: stream.word()) }
            return below(4) == 0 ? Array((nan + all).prefix(max(8, all.count))) : all
        }

        mutating func npy() -> [UInt8] {
            var (content, type) = (content(), pick(Self.types))
            let sizes = ["<f8": 8, ">f4": 4, "<f2": 2, "<i8": 8, ">u2": 2, "<U3": 12, "|S2": 2]
            let shape = shape(&content, size: sizes[type] ?? 1)
            if below(9) == 0 { type = "|b1" }
            let text = "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
            return ArrayBytes.npy(
                type, below(8) == 0 ? pick(["[2, 2]", "(2.5,)", "2", "(", "(99999999999999999999,)"]) : text, content,
                isFortran: below(2) == 0)
        }

        mutating func idx() -> [UInt8] {
            var content = content()
            let (type, size) = pick([(8, 1), (9, 1), (11, 2), (12, 4), (13, 4), (14, 8), (10, 1), (0, 1), (255, 1)])
            let shape = shape(&content, size: size).map { max($0, 0) & 0xffff_ffff }
            var bytes = ArrayBytes.idx(shape, content)
            bytes[2] = UInt8(type)
            return bytes
        }

        mutating func safetensors() -> [UInt8] {
            var content = content()
            if below(2) == 0 {
                let shape = shape(&content, size: 2)
                let entry =
                    "{\"dtype\": \"\(pick(["F16", "BF16", "I16", "U8"]))\", \"shape\": \(shape), \"data_offsets\": [0, \(content.count)]}"
                return ArrayBytes.safetensors("{\"x\": \(entry)}", content)
            }
            let types = ["F64", "F32", "F16", "BF16", "I64", "U8", "BOOL", "F8_E5M2", "C64", ""]
            let entries = (0..<1 + below(3)).map { index in
                let shape = shape(&content, size: 4).map(String.init).joined(separator: ", ")
                let offsets = [pick([0, content.count / 2, -1]), pick([content.count, content.count / 2, .max])]
                return
                    "\"\(pick(["x", "y", "\(index)"]))\": {\"dtype\": \"\(pick(types))\", \"shape\": [\(shape)], \"data_offsets\": \(offsets)}"
            }
            return ArrayBytes.safetensors("{" + entries.joined(separator: ", ") + pick(["}", "", "}}"]), content)
        }

        /// Cuts, magic numbers that are not theirs, gzip around it.
        mutating func spoilt(_ bytes: [UInt8]) -> [UInt8] {
            switch below(6) {
            case 0: Array(bytes.prefix(below(bytes.count + 1)))
            case 1: bytes + [UInt8](repeating: 7, count: below(9))
            case 2: [UInt8(truncatingIfNeeded: stream.word())] + bytes.dropFirst()
            case 3: ArrayBytes.gzipBomb(bytes, runs: below(20))
            default: bytes
            }
        }
    }

    @Test func allAreRefusedOrWhole() {
        var maker = Maker()
        var (refused, taken) = (0, 0)
        for index in 0..<600 {
            let bytes = maker.spoilt(index % 3 == 0 ? maker.npy() : index % 3 == 1 ? maker.idx() : maker.safetensors())
            do throws(FileError) {
                let arrays: [StoredArray]
                if index % 3 == 2 {
                    let file = try Safetensors(bytes, file: "x")
                    arrays = try file.names.map { name throws(FileError) in try file.stored(name) }
                } else {
                    arrays = [try ArrayFile.stored(bytes, file: "x")]
                }
                for array in arrays {
                    let count = array.isText ? try array.texts().count : try array.tensor().elements.count
                    #expect(count == array.shape.reduce(1, *) && count <= bytes.count)
                }
                taken += 1
            } catch {
                refused += 1
                let text = "\(error)"
                #expect(text.hasPrefix("x") && text.count > 12 && text.count < 400, "\(text)")
            }
        }
        // Both happen, so that neither half of the test is empty.
        #expect(refused > 300 && taken > 60, "\(refused) refused, \(taken) taken")
    }

    /// A member of an archive that promises gigabytes is refused by what its own header asks for, before it is inflated.
    @Test func archivesThatGrow() throws {
        let header = ArrayBytes.npy("<f8", "(10, 2)", [])
        let data = ArrayBytes.stored(header) + ArrayBytes.deflatedZeros(runs: 100_000)
        let (size, promised) = (header.count, header.count + 1 + 258 * 100_000)
        let bytes = ArrayBytes.littleEndian
        let versions: [UInt8] = bytes(20, 2) + bytes(0, 2) + bytes(8, 2) + bytes(0, 8)
        let common: [UInt8] = versions + bytes(data.count, 4) + bytes(promised, 4)
        let name = Array("X.npy".utf8)
        let local: [UInt8] = bytes(0x0403_4b50, 4) + common + bytes(name.count, 2) + bytes(0, 2) + name + data
        let entry: [UInt8] = bytes(0x0201_4b50, 4) + bytes(20, 2) + common + bytes(name.count, 2) + bytes(0, 16) + name
        let counts: [UInt8] = bytes(0x0605_4b50, 4) + bytes(0, 4) + bytes(1, 2) + bytes(1, 2)
        let end: [UInt8] = counts + bytes(entry.count, 4) + bytes(local.count, 4) + bytes(0, 2)
        let file = try NPZ(local + entry + end, file: "x.npz")
        #expect(try file.header("X").description == "10 × 2, float64")
        #expect(
            errorText { _ = try file.stored("X") }
                == "x.npz, array 'X': too long: shape [10, 2] needs 160 bytes, there are \(promised - size)")
    }
}
