import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Damaged files of every format: each is refused in words that name it, or gives finite numbers of the right shape. No crash, no NaN.
struct MalformedFileTests {
    /// A whole file of each format, as bytes.
    private func wholeFiles(_ directory: String) throws -> [(name: String, bytes: [UInt8])] {
        let inputs = Tensor(shape: [4, 3], elements: (0..<12).map { Double($0 * $0) / 7 })
        let labels = Tensor(shape: [4], elements: [0, 1, 1, 0])
        try NPZ.write([("train_inputs", inputs), ("train_labels", labels)], to: directory + "/d.npz")
        try NPY.write(inputs, to: directory + "/x.npy")
        let table = ",a,b,label\n0,1.5,-2,0\n1,2.5,1e3,1\n2,\"3\",4,1\n"
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2]
        let images = header + (1...16).map { (pixel: Int) -> UInt8 in UInt8(pixel * 9) }
        var records: [UInt8] = []
        for image in 0..<4 {
            records.append(UInt8(image % 2))
            for pixel in 0..<3072 { records.append(UInt8((pixel * 7 + image) % 256)) }
        }
        let entries =
            "{\"x\":{\"dtype\":\"F16\",\"shape\":[4,2],\"data_offsets\":[0,16]},"
            + "\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[16,20]}}"
        let halves = [0x3c00, 0x4000, 0xc100, 0x3800, 0x4400, 0x3555, 0x4200, 0xbc00].flatMap { ArrayBytes.littleEndian($0, 2) }
        return [
            ("d.safetensors", ArrayBytes.safetensors(entries, halves + [0, 1, 1, 0])),
            ("d.npz", try readFile(directory + "/d.npz")), ("x.npy", try readFile(directory + "/x.npy")),
            ("t.csv", Array(table.utf8)), ("images-idx3.idx", images), ("batch.bin", records),
        ]
    }

    private func damaged(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
        var bytes = bytes
        func place() -> Int { Int(stream.word() % UInt64(bytes.count)) }
        for _ in 0...Int(stream.word() % 3) where !bytes.isEmpty {
            switch stream.word() % 5 {
            case 0: bytes[place()] = UInt8(truncatingIfNeeded: stream.word())
            case 1: bytes[place()] ^= UInt8(1) << UInt8(stream.word() % 8)
            case 2: bytes.removeLast(bytes.count - place())
            case 3: bytes.remove(at: place())
            default: bytes.insert(UInt8(truncatingIfNeeded: stream.word()), at: place())
            }
        }
        return bytes
    }

    @Test func damagedFilesAreRefusedOrWhole() throws {
        try withTemporaryDirectory { directory in
            var stream = RandomStream(seed: 11, .test)
            for (name, bytes) in try wholeFiles(directory) {
                try writeFile([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 1, 0], directory + "/images-idx1.idx")
                try NPY.write(Tensor(shape: [4], elements: [0, 1, 1, 0]), to: directory + "/y.npy")
                var (refused, taken) = (0, 0)
                for preprocess in Preprocessing.allCases {
                    for _ in 0..<60 {
                        var source = DataSource(source: name, preprocess: preprocess)
                        if name == "x.npy" { source.labels = "y.npy" }
                        if name == "images-idx3.idx" { source.labels = "images-idx1.idx" }
                        try writeFile(damaged(bytes, &stream), directory + "/" + name)
                        do {
                            let data = try source.load(loss: .squared, relativeTo: directory).dataset
                            taken += 1
                            #expect(data.trainInputs.elements.allSatisfy { $0.isFinite }, "\(name), \(preprocess)")
                            #expect(data.trainLabels.elements.allSatisfy { $0.isFinite }, "\(name), \(preprocess)")
                            #expect(data.trainCount > 0 && data.inputDimension == data.layout.axes.reduce(1, *))
                        } catch {
                            refused += 1
                            #expect(error is DataError || error is FileError, "\(error)")
                            #expect("\(error)".count > 15, "\(error)")
                        }
                    }
                }
                // Both happen, so that neither half of the test is empty.
                #expect(refused > 20 && taken > 0, "\(name): \(refused) refused, \(taken) taken")
            }
        }
    }
}
