/// A number that should be a result is not one.
public struct NotFinite: Error, Equatable, CustomStringConvertible {
    /// Which number, with its step where there is one.
    public let quantity: String
    /// `nan`, `inf` or `-inf`.
    public let value: String
    /// Why, as far as it is known.
    public var cause: String?

    /// A number that is none, without a cause.
    public init(quantity: String, value: String) { (self.quantity, self.value) = (quantity, value) }

    public var description: String {
        "\(quantity) is \(value)" + (cause.map { ": \($0)" } ?? "") + ". No result was written"
    }

    /// Looks for numbers that are no results: NaN anywhere; infinities, but for standard errors, which are infinite where a
    /// single sample leaves them unknown.
    ///
    /// - Parameter infinite: names of further arrays in which an infinity means something.
    public static func check(_ arrays: [NamedArray], infinite: Set<String> = []) throws(NotFinite) {
        let times = arrays.first { $0.name == "time" }
        for array in arrays {
            let name = array.name
            let mayBeInfinite = infinite.contains(name) || name.hasSuffix("_error") || name.contains("_error_")
            guard let index = array.elements.firstIndex(where: { !($0.isFinite || (mayBeInfinite && $0 == .infinity)) }) else {
                continue
            }
            var (place, rest) = ([Int](), index - array.elements.startIndex)
            for size in array.shape.reversed() {
                place.insert(rest % size, at: 0)
                rest /= size
            }
            var quantity = name
            if let times, let first = array.shape.first, first == times.elements.count {
                let time = times.elements[times.elements.startIndex + place.removeFirst()]
                quantity += " at step \(Int(exactly: time).map { "\($0)" } ?? "\(time)")"
            }
            if !place.isEmpty { quantity += ", entry [\(place.map(String.init).joined(separator: ", "))] (from 0)" }
            // What is no number has no sign either.
            let value = array.elements[index]
            throw NotFinite(quantity: quantity, value: value.isNaN ? "nan" : "\(value)")
        }
    }

    /// The same for whole arrays.
    public static func check(_ arrays: [(name: String, array: Tensor)], infinite: Set<String> = []) throws(NotFinite) {
        try check(arrays.map { NamedArray($0.name, $0.array) }, infinite: infinite)
    }
}
