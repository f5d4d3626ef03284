import SaddleModels
import SaddleNumerics
import SaddleReport

/// A number that should be a result is not one.
public struct NotFinite: Error, Equatable, CustomStringConvertible {
    /// Which number, with its step where there is one.
    public let quantity: String
    public let value: String
    public var cause: String?

    public var description: String {
        "\(quantity) is \(value)" + (cause.map { ": \($0)" } ?? "") + ". No result was written"
    }

    /// Looks for numbers that are no results: NaN anywhere; infinities, but for standard errors, which are infinite where a
    /// single sample leaves them unknown.
    ///
    /// - Parameter infinite: names of further arrays in which an infinity means something.
    static func check(_ arrays: [(name: String, array: Tensor)], infinite: Set<String> = []) throws(NotFinite) {
        let times = arrays.first { $0.name == "time" }?.array
        for (name, array) in arrays {
            let mayBeInfinite = infinite.contains(name) || name.hasSuffix("_error") || name.contains("_error_")
            guard let index = array.elements.firstIndex(where: { !($0.isFinite || (mayBeInfinite && $0 == .infinity)) }) else {
                continue
            }
            var (place, rest) = ([Int](), index)
            for size in array.shape.reversed() {
                place.insert(rest % size, at: 0)
                rest /= size
            }
            var quantity = name
            if let times, let first = array.shape.first, first == times.elements.count {
                let time = times.elements[place.removeFirst()]
                quantity += " at step \(Int(exactly: time).map { "\($0)" } ?? NumberText.short(time))"
            }
            if !place.isEmpty { quantity += ", entry [\(place.map(String.init).joined(separator: ", "))] (from 0)" }
            // What is no number has no sign either.
            let value = array.elements[index]
            throw NotFinite(quantity: quantity, value: value.isNaN ? "nan" : "\(value)")
        }
    }
}

extension Study {
    /// The same error with what most likely drove the number beyond double precision.
    func explained(_ error: any Error) -> any Error {
        guard var error = error as? NotFinite, error.cause == nil else { return error }
        error.cause = likelyCause
        return error
    }

    private var likelyCause: String {
        let data = try? loadData().dataset
        let named = [
            ("training labels", data?.trainLabels), ("test labels", data?.testLabels), ("training inputs", data?.trainInputs),
            ("test inputs", data?.testInputs),
        ]
        for (name, values) in named {
            let largest = values?.elements.reduce(0) { max($0, abs($1)) } ?? 0
            // Errors of the variance of a loss are of the eighth power.
            if largest > 1e38 {
                return
                    "\(name) reach \(NumberText.short(largest)), and powers of them leave the range of double precision; "
                    + "scale them to about 1"
            }
        }
        return "the settings lead beyond the range of double precision; expected settings closer to 1 in their units"
    }
}
