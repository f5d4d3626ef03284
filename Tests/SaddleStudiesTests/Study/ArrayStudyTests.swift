import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

/// Studies of arrays: their keys come back from the written study, and test samples without labels have outputs and nothing else.
@Suite struct ArrayStudyTests {
    @Test(arguments: [
        "{source: [/d/b1.bin, /d/b2.bin], test_source: [/d/t1.bin, /d/t2.bin], classes: [cat, 3, \"true\", -1]}",
        "{source: /d/x.npz, inputs: X, labels: y, test_inputs: X2, test_labels: y2, classes: [-1, 1]}",
        "{source: /d/x.safetensors, test_source: /d/t.safetensors, test_inputs: images, test_labels: labels}",
        "{source: /d/x.npy, labels: /d/y.npy, test_source: /d/t.npy, test_labels: /d/u.npy}",
        "{source: \"-\", labels: y, digest: \"12 bytes, CRC-32 00000001\"}", "{source: \"-\", labels: /d/y.npy, digest: x}",
    ])
    func writtenAndReadAgain(_ data: String) throws {
        let study = try Study(text: "data: \(data)\n", file: "/s/a.yaml")
        let again = try Study(text: study.yaml, file: "/other/b.yaml")
        #expect(again.data == study.data && study.data.source.first != "[")
        #expect(study.data.labels.map { $0 == "y" || $0.hasPrefix("/d/") } ?? true)
    }

    @Test func whatKeysSay() throws {
        func problem(_ data: String, file: String = "s.yaml") -> String? {
            errorText { _ = try Study(text: "data: \(data)\n", file: file) }
        }
        #expect(
            problem("{source: \"-\"}", file: "/dev/stdin")
                == "/dev/stdin:1:16: 'data.source' is the standard input, which the study itself was read from; expected one of "
                + "them as a file")
        #expect(
            problem("{source: [a.bin, a.bin]}")?.contains("'data.source' is [a.bin, a.bin]; expected digits, gaussian, group, ")
                == true)
        #expect(
            problem("{source: a.npz, classes: [1, 1e0]}")?.contains("'data.classes' is [1, 1e0]; expected a list of different")
                == true)
        // On the command line a single dash is the standard input, though YAML takes it for a list.
        #expect(try Study(text: "name: a", settings: ["data.source=-"], file: "a.yaml").data.source == "-")
    }

    /// The same arrays with and without the labels of the test samples. Oracle: the labelled run.
    @Test func outputsWithoutTestLabels() throws {
        try withTemporaryDirectory { directory in
            var stream = RandomStream(seed: 5, .test)
            let x = Tensor(shape: [8, 3], elements: stream.normals(24)),
                test = Tensor(shape: [5, 3], elements: stream.normals(15))
            let y = Tensor(shape: [8], elements: (0..<8).map { Double($0 % 2 * 2 - 1) })
            let arrays = [("x_train", x), ("y_train", y), ("x_test", test)]
            try NPZ.write(arrays, to: directory + "/without.npz")
            try NPZ.write(arrays + [("y_test", Tensor(shape: [5], elements: [1, -1, 1, 1, -1]))], to: directory + "/with.npz")
            func experiment(_ name: String) throws -> Experiment {
                let text = """
                    data: {source: \(directory)/\(name).npz}
                    network: {hidden_layers: 2, activation: tanh}
                    training: {steps: 6, learning_rate: 0.2}
                    record: 3
                    """
                return try Study(text: text, file: "s.yaml").experiment().experiment
            }
            let (with, without) = (try experiment("with"), try experiment("without"))
            let (full, bare) = (ObservableLayout(with, withKernels: false), ObservableLayout(without, withKernels: false))
            #expect(full[.loss(.test)] != nil && bare[.loss(.test)] == nil && bare[.output(.test)]?.shape == [3, 5])
            #expect(without.data.hasTestLabels == false && without.data.testClasses.isEmpty && with.data.testClasses.count == 5)

            for method in [CorrectionMethod.resolve, .adjoint] {
                let settings = MeanFieldSettings(
                    sites: 100, directions: 4, replicas: 2, recordsKernels: false, method: method,
                    observables: method == .adjoint ? ["test_output_mean", "test_output[2]"] : nil)
                let (a, b) = (
                    try MeanFieldSolver(with, settings: settings).predict(),
                    try MeanFieldSolver(without, settings: settings).predict()
                )
                for observable in [Observable.output(.test), .output(.train), .loss(.train)] {
                    #expect(
                        full.tensor(observable, of: a.mean) == bare.tensor(observable, of: b.mean), "\(observable), \(method)")
                }
                #expect(a.scalars == b.scalars && a.scalars.count == (method == .adjoint ? 2 : 0))
            }
            #expect(ScalarRequest("test_loss", without) == nil && ScalarRequest("test_loss", with) != nil)
            #expect(!ScalarRequest.accepted(without).contains("test_loss"))

            // The report has nothing to compare test outputs with, and is drawn all the same.
            let study = try Study(
                text: """
                    data: {source: \(directory)/without.npz, preprocess: none}
                    network: {hidden_layers: 1}
                    training: {steps: 3, learning_rate: 0.1}
                    predict: {sites: 60, directions: 2, replicas: 2}
                    simulate: {widths: [8], networks: 4}
                    record: 3
                    """, file: "s.yaml")
            _ = try StudyRunner(study, output: directory + "/run").run()
            #expect(try readFile(directory + "/run/report.html").count > 1000)

            let ensembles = try [with, without].map {
                try Ensemble($0, EnsembleSettings(width: 16, networks: 3, recordsKernels: false)).train()
            }
            #expect(full.tensor(.output(.test), of: ensembles[0].mean) == bare.tensor(.output(.test), of: ensembles[1].mean))
        }
    }
}
