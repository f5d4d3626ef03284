import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

/// Images reach convolutions channels last, whatever order their file has them in, and fully connected networks do not care.
///
/// Oracle: two complementary stripes have no position in common, so that with windows of one position, no biases, rectified units
/// and all positions read out, their covariance is zero. Taken in the wrong order it is not.
@Suite struct ImageLayoutTests {
    /// The study of two stripes: even columns of the first image and odd ones of the second are bright, in every channel.
    private func study(_ directory: String, _ file: String, _ settings: [String] = []) throws -> Study {
        try Study(
            text: """
                data: {source: \(file), preprocess: none}
                network:
                  activation: relu
                  convolution: {shape: [32, 32], channels: 3, window: 1, readout: flatten}
                """, settings: settings, file: directory + "/s.yaml")
    }

    private func nngp(_ study: Study) throws -> Matrix {
        try study.infiniteKernels(study.loadData().dataset, width: nil).nngp.train
    }

    private func isBright(_ image: Int, column: Int) -> Bool { column % 2 == image }

    private func array(_ axes: [Int]) -> Tensor {
        let columnStride = axes.first == 3 ? 1 : 3
        return Tensor(
            shape: [2] + axes,
            elements: (0..<2).flatMap { image in
                (0..<3072).map { isBright(image, column: $0 / columnStride % 32) ? 255.0 : 0 }
            })
    }

    @Test func complementaryStripesHaveNothingInCommon() throws {
        try withTemporaryDirectory { directory in
            let planes = (0..<2).flatMap { image -> [UInt8] in
                [UInt8(image)] + (0..<3072).map { isBright(image, column: $0 % 32) ? 255 : 0 }
            }
            try writeFile(planes, directory + "/stripes.bin")
            let labels = (name: "train_labels", array: Tensor(shape: [2], elements: [1, -1]))
            for (name, axes) in [("last", [32, 32, 3]), ("first", [3, 32, 32]), ("flat", [3072])] {
                var inputs = array(axes)
                if name == "flat" { inputs = Tensor(shape: [2, 3072], elements: array([3, 32, 32]).elements) }
                try NPZ.write([("train_inputs", inputs), labels], to: "\(directory)/\(name).npz")
            }
            let kernels = try [
                study(directory, "stripes.bin"), study(directory, "last.npz"), study(directory, "first.npz"),
                study(directory, "flat.npz", ["data.layout=channels_first"]),
            ].map(nngp)
            for found in kernels { #expect(found[0, 1] == 0 && found[0, 0] > 1000 && found == kernels[0]) }
            // Negative control: planes declared to be channels last.
            #expect(try nngp(study(directory, "flat.npz", ["data.layout=channels_last"]))[0, 1] > 1000)
            #expect(
                errorText { _ = try study(directory, "flat.npz").loadData() }?.contains(
                    "data.layout: missing: inputs of 3072 numbers")
                    == true)
            #expect(
                errorText { _ = try study(directory, "last.npz", ["network.convolution.channels=1"]).loadData() }?.hasPrefix(
                    "\(directory)/s.yaml:4:16: 'network.convolution' has 1024 inputs (shape times channels)") == true)
        }
    }

    /// Theory and networks see inner products of inputs only, which no order of their numbers changes.
    @Test func fullyConnectedNetworksDoNotCare() throws {
        try withTemporaryDirectory { directory in
            var stream = RandomStream(seed: 5, .test)
            let last = stream.normals(8 * 12)
            let first: [Double] = (0..<8).flatMap { i in
                (0..<12).map { (place: Int) -> Double in last[12 * i + place % 4 * 3 + place / 4] }
            }
            let labels = Tensor(shape: [6], elements: stream.normals(6))
            func load(_ elements: [Double], _ axes: [Int]) throws -> Experiment {
                let path = "\(directory)/\(axes[0]).npz"
                try NPZ.write(
                    [
                        ("train_inputs", Tensor(shape: [6] + axes, elements: Array(elements.prefix(72)))),
                        ("train_labels", labels),
                        ("test_inputs", Tensor(shape: [2] + axes, elements: Array(elements.suffix(24)))),
                        ("test_labels", Tensor(shape: [2], elements: [1, -1])),
                    ], to: path)
                let study = try Study(
                    text: """
                        data: {source: \(axes[0]).npz}
                        training: {steps: 12, learning_rate: 0.3}
                        record: [12]
                        """, file: directory + "/s.yaml")
                return try study.experiment().experiment
            }
            let experiments = try [load(last, [2, 2, 3]), load(first, [3, 2, 2])]
            #expect(experiments[0].data.trainInputs != experiments[1].data.trainInputs)
            // Samples of neurons and of networks are others in another order; what they estimate is not. 8 outputs share 1e-6.
            func expectSame(_ estimates: [(mean: [Double], error: [Double])], _ experiments: [Experiment]) {
                let layout = ObservableLayout(experiments[0], withKernels: false)
                for i in [layout[.output(.train)]!.range, layout[.output(.test)]!.range].joined() {
                    let errors = estimates.map { $0.error[i] }
                    let difference = Estimate(
                        mean: estimates[0].mean[i] - estimates[1].mean[i],
                        standardError: (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot(), count: 40)
                    expectConsistent(difference, with: 0, seeing: 0.2, falseAlarm: 1e-6 / 8)
                }
            }
            func expectSameTheory(_ experiments: [Experiment]) throws {
                let settings = MeanFieldSettings(
                    sites: 300, tolerance: 1e-6, directions: 0, replicas: 40, seed: 1, recordsKernels: false)
                let found = try experiments.map { try MeanFieldSolver($0, settings: settings).predict() }
                expectSame(found.map { ($0.mean, $0.meanError) }, experiments)
            }
            func expectSameNetworks(_ experiments: [Experiment]) throws {
                let settings = EnsembleSettings(width: 64, networks: 300, seed: 2, recordsKernels: false)
                let found = try experiments.map { try Ensemble($0, settings).train().moments }
                expectSame(found.map { ($0.mean, $0.meanError) }, experiments)
            }
            try expectSameTheory(experiments)
            try expectSameNetworks(experiments)
            // Negative control: test images in another order than those of training.
            var mixed = experiments[0]
            mixed.data.testInputs = experiments[1].data.testInputs
            try withKnownIssue { try expectSameTheory([experiments[0], mixed]) }
            try withKnownIssue { try expectSameNetworks([experiments[0], mixed]) }
        }
    }
}
