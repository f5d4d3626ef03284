import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `measure kernel` from files of weights to the stored answer.
@Suite struct MeasuredKernelTopicTests {
    private static let study = """
        data: {source: digits, classes: [0, 1], train: 12, test: 0}
        network: {hidden_layers: 2, activation: tanh, parameterization: standard}
        predict: {sites: 400}

        """

    private static func arrays(width: Int, scale: Double = 1, dimension: Int = 64) -> [(name: String, array: Tensor)] {
        var stream = RandomStream(seed: 31, .test)
        return [("0.weight", width, dimension), ("2.weight", width, width), ("4.weight", 1, width)].map { name, rows, columns in
            let factor = scale / Double(columns).squareRoot()
            return (name, Tensor(shape: [rows, columns], elements: stream.normals(rows * columns).map { factor * $0 }))
        }
    }

    private func ask(_ files: [[(name: String, array: Tensor)]], _ settings: String = "", study: String = study) throws -> Answer
    {
        try withTemporaryDirectory { folder in
            let paths = try files.enumerated().map { i, arrays in
                try NPZ.write(arrays, to: "\(folder)/w\(i).npz")
                return "\(folder)/w\(i).npz"
            }
            return try SaddleStudiesTests.ask(
                MeasureKernel.self, study + "measured_kernel: {weights: [\(paths.joined(separator: ", "))]\(settings)}")
        }
    }

    /// Just drawn as software draws it, then twice as large; kernels are those of these weights by a plain forward pass.
    @Test func checkpoints() throws {
        let files = [Self.arrays(width: 48), Self.arrays(width: 48, scale: 1.5)]
        let answer = try ask(files)
        #expect(answer["moved"]?.words == ["no", "yes"])
        #expect(try answer.value("width") == 48)
        #expect(answer["kernel"]?.words == ["Φ 1", "NNGP", "Θ (NTK)", "Φ 1", "NNGP", "Θ (NTK)"])
        let data = try Study(text: Self.study, file: "study.yaml").loadData().dataset
        func layer(_ w: Tensor, _ x: [Double]) -> [Double] {
            (0..<w.shape[0]).map { i in
                var sum = 0.0
                for k in x.indices { sum += w.elements[i * x.count + k] * x[k] }
                return tanh(sum)
            }
        }
        let features = (0..<12).map { sample -> [Double] in
            let x = (0..<64).map { data.trainInputs[sample, $0] }
            return layer(files[1][1].array, layer(files[1][0].array, x))
        }
        let nngp = try answer.values("nngp_2")
        for i in 0..<12 {
            for j in 0..<12 {
                var product = 0.0
                for k in 0..<48 { product += features[i][k] * features[j][k] }
                expectClose(nngp[i * 12 + j], product / 48, within: 1e-12)
            }
        }
        #expect(try answer.values("ntk_kept")[0] > 1 - 1e-12)
        #expect(answer.lead.count >= 2)
    }

    /// The same weights in the other format, in single precision and in another order of names.
    @Test func safetensors() throws {
        try withTemporaryDirectory { folder in
            let arrays = Self.arrays(width: 20).map {
                ($0.name, Tensor(shape: $0.array.shape, elements: $0.array.elements.map { Double(Float($0)) }))
            }
            var (entries, content): ([String], [UInt8]) = ([], [])
            for (name, array) in arrays.reversed() {
                let start = content.count
                for x in array.elements { content += ArrayBytes.littleEndian(Int(Float(x).bitPattern), 4) }
                let shape = array.shape.map(String.init).joined(separator: ", ")
                entries.append(
                    "\"\(name)\": {\"dtype\": \"F32\", \"shape\": [\(shape)], \"data_offsets\": [\(start), \(content.count)]}")
            }
            let bytes = ArrayBytes.safetensors("{\(entries.joined(separator: ", "))}", content)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/w.safetensors"))
            let answer = try SaddleStudiesTests.ask(
                MeasureKernel.self, Self.study + "measured_kernel: {weights: \(folder)/w.safetensors}")
            let other = try ask([arrays.map { (name: $0.0, array: $0.1) }])
            #expect(try answer.values("ntk_1") == other.values("ntk_1"))
        }
    }

    @Test(arguments: [
        ("network: {bias_scale: 0.1}", "the file has none of 0.weight"),
        ("network: {hidden_layers: 3}", "where the network has 4"),
        ("network: {attention: {tokens: 8}}", "'measured_kernel.modules' is missing"),
        ("measured_kernel: {modules: [fc1]}", "names 'fc1', which is no weight"),
        ("measured_kernel: {axes: in_out}", "array '0.weight' is 20 × 64"),
    ]) func mistakes(_ change: String, _ text: String) throws {
        try withTemporaryDirectory { folder in
            try NPZ.write(Self.arrays(width: 20), to: "\(folder)/w.npz")
            let parts = change.split(separator: ":", maxSplits: 1)
            let inner = parts[1].dropFirst(2).dropLast().split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let changes = ["\(parts[0]).\(inner[0])=\(inner[1])"]
            do {
                _ = try SaddleStudiesTests.ask(
                    MeasureKernel.self, Self.study + "measured_kernel: {weights: \(folder)/w.npz}", settings: changes)
                Issue.record("no error")
            } catch { #expect("\(error)".contains(text), "\(error)") }
        }
    }

    @Test func checkpointsOfOtherNetworks() throws {
        #expect(throws: (any Error).self) { try ask([Self.arrays(width: 20), Self.arrays(width: 24)]) }
        #expect(throws: (any Error).self) { try ask([]) }
        do {
            _ = try withTemporaryDirectory { folder in
                try "x".write(toFile: "\(folder)/w.pt", atomically: true, encoding: .utf8)
                return try SaddleStudiesTests.ask(MeasureKernel.self, Self.study + "measured_kernel: {weights: \(folder)/w.pt}")
            }
        } catch { #expect("\(error)".contains("safetensors.torch.save_file")) }
    }

    /// The answer is computed again when a file changes, also one of several.
    @Test func filesAreInTheDigest() throws {
        try withTemporaryDirectory { folder in
            let paths = ["\(folder)/a.npz", "\(folder)/b.npz"]
            for path in paths { try NPZ.write(Self.arrays(width: 20), to: path) }
            let text = Self.study + "measured_kernel: {weights: [\(paths.joined(separator: ", "))]}"
            let study = try Study(text: text, file: "study.yaml")
            func digest() -> String {
                var digest = Digest()
                study.addFiles(to: &digest)
                return digest.text
            }
            let before = digest()
            #expect(digest() == before)
            try NPZ.write(Self.arrays(width: 20, scale: 2), to: paths[1])
            #expect(digest() != before)
        }
    }
}
