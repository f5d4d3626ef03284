import SaddleNetworks
import SaddleNumerics
import Testing

/// Arrays by their names. Catches layers in the order of the alphabet (10 before 2), and biases of another layer.
@Suite struct WeightArraysTests {
    /// Names tell the order, in whatever order arrays lie.
    @Test(arguments: [
        ["0.weight", "0.bias", "2.weight", "2.bias", "10.weight", "10.bias"],
        ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.2.weight", "layers.2.bias"],
        ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc10.weight", "fc10.bias"],
        ["W0", "b0", "W1", "b1", "W2", "b2"], ["W", "b", "W1", "b1", "W2", "b2"],
        [
            "model.stem.weight", "model.stem.bias", "model.blocks.0.fc.weight", "model.blocks.0.fc.bias", "model.head.weight",
            "model.head.bias",
        ],
        ["input_layer.weight", "input_layer.bias", "fc.weight", "fc.bias", "fc_out.weight", "fc_out.bias"],
        ["Dense_0/kernel", "Dense_0/bias", "Dense_1/kernel", "Dense_1/bias", "Dense_2/kernel", "Dense_2/bias"],
        ["arr_0", "arr_1", "arr_2", "arr_3", "arr_4", "arr_5"],
    ]) func namesTellTheOrder(_ names: [String]) throws {
        let shapes = [[6, 5], [6], [6, 6], [6], [3, 6], [3]]
        let arrays = zip(names, shapes).map {
            (name: $0, tensor: Tensor(shape: $1, elements: [Double](repeating: 1, count: $1.reduce(1, *))))
        }
        for order in [arrays, arrays.reversed(), arrays.sorted { $0.name < $1.name }] {
            let read = try WeightArrays(order)
            #expect(read.modules.map(\.weight.name) == [names[0], names[2], names[4]])
            #expect(read.modules.map { $0.bias?.name } == [names[1], names[3], names[5]])
        }
    }

    /// An explicit order takes what it names and leaves out the rest.
    @Test func modulesInAnOrder() throws {
        let shapes = [("alpha.weight", [3, 6]), ("beta.weight", [6, 5]), ("gamma.weight", [6, 6]), ("steps", [])]
        let arrays = shapes.map {
            (name: $0.0, tensor: Tensor(shape: $0.1, elements: [Double](repeating: 1, count: $0.1.reduce(1, *))))
        }
        let read = try WeightArrays(
            arrays.dropLast() + [("loss.weight", Tensor(shape: [2], elements: [1, 2]))], order: ["beta", "gamma.weight", "alpha"])
        #expect(
            read.modules.map(\.weight.name) == ["beta.weight", "gamma.weight", "alpha.weight"] && read.leftOut == ["loss.weight"])
        #expect(throws: WeightArrayError.unknownModule("delta", weights: ["alpha.weight", "beta.weight", "gamma.weight"])) {
            try WeightArrays(Array(arrays.dropLast()), order: ["delta"])
        }
    }
}
