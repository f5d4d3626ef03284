/// A class as data and descriptions name it: a whole number or a text. `3` and `"3"` are the same class.
public struct ClassName: Sendable, Hashable, CustomStringConvertible, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// As data have it; a number in decimal digits.
    public let text: String

    /// The class of that text; one of digits is the same class as the number.
    public init(_ text: String) { self.text = text }
    /// The class of that number.
    public init(_ number: Int) { text = String(number) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(stringLiteral value: String) { self.init(value) }

    /// The number, if the name is one.
    public var number: Int? { Int(text).flatMap { String($0) == text ? $0 : nil } }
    public var description: String { text }

    /// Numbers by size, then texts by letters.
    static func precedes(_ a: ClassName, _ b: ClassName) -> Bool {
        switch (a.number, b.number) {
        case (let a?, let b?): a < b
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): a.text < b.text
        }
    }
}

extension Sequence<ClassName> {
    /// As errors and headings list classes.
    var list: String { map(\.text).joined(separator: ", ") }
    /// The first ones of a list that may be long.
    func list(atMost limit: Int) -> String {
        let all = Array(self)
        return all.prefix(limit).list + (all.count > limit ? ", …" : "")
    }
}
