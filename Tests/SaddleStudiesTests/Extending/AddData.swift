import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

// The code of Documentation/Extending/AddData.md.

/// Two rings of points, one inside the other.
func rings(_ count: Int, seed: Int) -> (inputs: Matrix, labels: Matrix) {
    var stream = RandomStream(seed: seed, .syntheticInputs, 0)
    let angles = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }, noise = stream.normals(rows: count, columns: 2)
    let inputs = Matrix(rows: count, columns: 2) { i, c in
        (i % 2 == 0 ? 1 : 2) * (c == 0 ? cos(angles[i]) : sin(angles[i])) + 0.05 * noise[i, c]
    }
    return (inputs, Matrix(rows: count, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 })
}

struct AddData {
    /// In Swift: a data set is its arrays.
    @Test func asADataset() throws {
        let train = rings(20, seed: 1), test = rings(10, seed: 2)
        let data = Dataset(
            trainInputs: train.inputs, trainLabels: train.labels, testInputs: test.inputs, testLabels: test.labels, name: "rings")
        let experiment = Experiment(
            network: Network(hiddenLayers: 1, activation: .relu), data: data,
            training: Training(steps: 5, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 5])
        let theory = try MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 200, directions: 0)).predict()
        let losses = theory.mean[theory.layout[.loss(.train)]!.range]
        #expect(losses.last! < losses.first!)
    }

    /// On the command line: a file with arrays of usual names.
    @Test func asAFile() throws {
        let train = rings(20, seed: 1)
        try withTemporaryDirectory { folder in
            try NPZ.write(
                [
                    ("X", Tensor(shape: [20, 2], elements: (0..<20).flatMap { [train.inputs[$0, 0], train.inputs[$0, 1]] })),
                    ("y", Tensor(shape: [20], elements: train.labels.elements)),
                ], to: "\(folder)/rings.npz")
            let loaded = try DataSource(source: "rings.npz", preprocess: .none).load(loss: .squared, relativeTo: folder)
            #expect(loaded.dataset.trainInputs.elements == train.inputs.elements)
            #expect(loaded.dataset.trainLabels.elements == train.labels.elements)
        }
    }
}
