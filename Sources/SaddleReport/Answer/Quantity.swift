import SaddleNumerics

/// One named number, list or array of numbers, or list of words, with what is known about its error.
///
/// Terminal, JSON, `.npz` and page show the same quantities.
public struct Quantity: Sendable, Equatable {
    /// How a number is shown to people; files hold it as it is.
    public enum Form: String, Codable, Sendable {
        case plain
        /// A whole number, with thousands apart.
        case count
        /// A fraction, shown in per cent.
        case percent
        /// Never shown as 0, which is what numbers cannot hold.
        case probability
        /// Shown in gigabytes.
        case bytes
    }

    /// Lower case with underscores: key in the JSON, name of the array.
    public var name: String
    /// What it is, for people.
    public var title: String
    /// As formulas have it; labels axes.
    public var symbol: String?
    public var unit: String?
    public var form = Form.plain
    /// Empty for a single number.
    public var shape: [Int]
    /// The quantity along each axis, as far as there is one; "" otherwise.
    public var along: [String]
    /// In C order. NaN where the quantity is not defined; infinities mean what they say.
    public var values: [Double]
    /// Standard errors of sampling, and whatever else is known, together; nil if it is exact to its last shown digit.
    public var errors: [Double]?
    /// Words in place of numbers.
    public var words: [String]?
    /// Whether NaN means "not defined here", and whether an infinity means what it says; elsewhere they are no results.
    public var isPartial = false
    public var mayBeInfinite = false

    public var isScalar: Bool { shape.isEmpty }
    var label: String { (symbol ?? title) + (unit.map { " / \($0)" } ?? "") }

    /// The element as people read it.
    func text(_ i: Int = 0) -> String {
        if let words { return words[i] }
        let value = values[i], error = errors?[i]
        if value.isNaN { return "" }
        let scale: Double =
            switch form {
            case .plain, .count, .probability: 1
            case .percent: 100
            case .bytes: 1e-9
            }
        let number =
            if form == .count && error == nil && abs(value) < 0x1p53 {
                NumberText.count(Int(value))
            } else if form == .probability && error == nil {
                NumberText.probability(value)
            } else {
                error.map { NumberText.withError(scale * value, scale * $0) } ?? NumberText.short(scale * value, digits: 4)
            }
        let suffix =
            switch form {
            case .plain, .count, .probability: isScalar ? unit.map { " \($0)" } ?? "" : ""
            case .percent: " %"
            case .bytes: " GB"
            }
        return number + suffix
    }

    /// A row of a quantity with two axes or more: the part at one place of the first axis.
    func slice(_ i: Int) -> Quantity {
        var part = self
        let size = shape.dropFirst().reduce(1, *)
        part.shape = Array(shape.dropFirst())
        part.along = Array(along.dropFirst())
        if let words {
            part.words = Array(words[i * size..<(i + 1) * size])
        } else {
            part.values = Array(values[i * size..<(i + 1) * size])
        }
        part.errors = errors.map { Array($0[i * size..<(i + 1) * size]) }
        return part
    }
}
