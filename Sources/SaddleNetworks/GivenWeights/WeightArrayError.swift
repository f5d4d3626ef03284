import SaddleNumerics

/// Why arrays are not the weights of a network.
public enum WeightArrayError: Error, Equatable, CustomStringConvertible {
    /// Place in C order.
    case notFinite(array: String, place: Int, value: Double)
    /// A bias without a weight of its own.
    case unpaired(bias: String)
    /// An order names a module that the file does not have.
    case unknownModule(String, weights: [String])
    /// Not as many weights as the network has.
    case count(found: [String], expected: [String])
    /// An array whose axes do not fit the weight that it should be.
    case shape(array: String, shape: [Int], weight: String, expected: String)
    /// The first array makes a width that the architecture cannot have.
    case width(Int, array: String, expected: String)
    /// Biases in a file for a network without.
    case biases([String])
    /// Weights whose biases are missing in a file for a network with biases.
    case noBias(of: [String])
    /// A bias that is no vector of one number for each unit.
    case biasShape(array: String, shape: [Int], expected: Int)

    public var description: String {
        func text(_ shape: [Int]) -> String {
            shape.isEmpty
                ? "a single number" : shape.count == 1 ? "of length \(shape[0])" : shape.map(String.init).joined(separator: " × ")
        }
        switch self {
        case .notFinite(let array, let place, let value):
            return "array '\(array)' holds \(value) at place \(place) (from 0, in C order); expected finite numbers"
        case .unpaired(let bias):
            return
                "array '\(bias)' is a bias without a weight of its own; expected one with the same name, as in fc1.weight and fc1.bias"
        case .unknownModule(let name, let weights):
            return "no weight is called '\(name)'; the file has \(weights.brief(12))"
        case .count(let found, let expected):
            let has = found.isEmpty ? "no weights" : "\(found.count) weight\(found.count == 1 ? "" : "s") (\(found.brief(12)))"
            return "the file has \(has), where the network has \(expected.count): \(expected.brief(12))"
        case .shape(let array, let shape, let weight, let expected):
            return "array '\(array)' is \(text(shape)); expected \(expected) of the \(weight)"
        case .width(let width, let array, let expected):
            return "array '\(array)' makes the width \(width); expected \(expected)"
        case .biases(let names):
            return
                "the file has biases (\(names.brief(4))), but the network has none ('network.bias_scale' is 0); expected the deviation they "
                + "were drawn with as 'network.bias_scale'"
        case .noBias(let names):
            return
                "the network has biases ('network.bias_scale'), but the file has none of \(names.brief(4)); expected a bias of every weight, "
                + "or 'network.bias_scale: 0'"
        case .biasShape(let array, let shape, let expected):
            return "array '\(array)' is \(text(shape)); expected a bias of length \(expected)"
        }
    }
}
