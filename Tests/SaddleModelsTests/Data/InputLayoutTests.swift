import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// The order of an image's numbers is known from the format, declared, or seen from the axes; where both orders fit, an error names
/// the key. Oracle: the places of a few numbers by hand.
struct InputLayoutTests {
    @Test func ordersAreRecognisedOrDeclaredAndNeverGuessed() throws {
        func order(_ axes: [Int], _ order: InputLayout.Order? = nil, _ convolution: Convolution? = nil) -> String {
            let d = axes.reduce(1, *)
            let inputs = Matrix(rows: 1, columns: d) { _, column in Double(column) }
            let empty = Matrix(rows: 0, columns: d)
            let data = Dataset(
                trainInputs: inputs, trainLabels: Matrix(rows: 1, columns: 1), testInputs: empty,
                testLabels: Matrix(rows: 0, columns: 1), layout: InputLayout(axes: axes, order: order))
            do {
                let found = try data.arranged(for: convolution ?? Convolution(shape: [4, 5], channels: 3))
                return found.trainInputs == inputs ? "as is" : "\((0..<4).map { Int(found.trainInputs[0, $0]) })"
            } catch { return "\(error)" }
        }
        let planes = "[0, 20, 40, 1]"
        #expect(order([4, 5, 3]) == "as is" && order([3, 4, 5]) == planes)
        #expect(order([60], .channelsLast) == "as is" && order([60], .channelsFirst) == planes)
        // An image may be read as the sequence of its positions.
        #expect(order([20, 3]) == "as is" && order([3, 20]) == planes)
        #expect(order([4, 5, 3], nil, Convolution(shape: [20], channels: 3)) == "as is")
        // One channel or one position: there is only one order.
        #expect(order([4, 5], nil, Convolution(shape: [4, 5])) == "as is")
        #expect(order([20], nil, Convolution(shape: [4, 5])) == "as is")
        #expect(order([7], nil, Convolution(shape: [1], channels: 7)) == "as is")
        #expect(
            order([60])
                == "layout: missing: inputs of 60 numbers without axes may hold their 3 channels position by position (channels_last) "
                + "or plane by plane (channels_first), and a convolution must know which; expected one of the two")
        #expect(
            order([3, 3], nil, Convolution(shape: [3], channels: 3)).hasPrefix("layout: missing: inputs of the axes 3 × 3 may"))
        #expect(order([3, 3], .channelsFirst, Convolution(shape: [3], channels: 3)) == "[0, 3, 6, 1]")
        #expect(
            order([4, 5, 3], .channelsFirst)
                == "layout: channels_first, but inputs of the axes 4 × 5 × 3 can only be channels_last for 3 channels")
        #expect(
            order([5, 4, 3])
                == "'network.convolution' has 60 inputs (shape times channels): 4 × 5 positions of 3 channels; the data have the axes "
                + "5 × 4 × 3; expected a shape and channels that fit")
        #expect(order([61]).hasSuffix("the data have 61 numbers without axes; expected a shape and channels that fit"))
    }

    @Test func layoutsThatContradictTheirFiles() throws {
        try withTemporaryDirectory { directory in
            func load(_ file: String, _ layout: InputLayout.Order? = nil) throws {
                var source = DataSource(source: file, preprocess: .none)
                source.layout = layout
                _ = try source.load(loss: .squared, relativeTo: directory)
            }
            #expect(
                errorText { try load("s.bin", .channelsLast) }
                    == "layout: channels_last, but CIFAR-10's binary format is plane by plane: channels_first")
            let (x, y) = (Tensor(shape: [2, 2, 3], elements: (0..<12).map(Double.init)), Tensor(shape: [2], elements: [1, 2]))
            let turned = Tensor(shape: [2, 3, 2], elements: x.elements)
            try NPZ.write(
                [("train_inputs", x), ("train_labels", y), ("test_inputs", turned), ("test_labels", y)], to: directory + "/d.npz")
            #expect(
                errorText { try load("d.npz") }?.hasSuffix(
                    "have [2, 3]; expected the same, since otherwise their numbers are other ones or in another order") == true)
        }
    }
}
