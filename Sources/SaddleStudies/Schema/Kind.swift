import SaddleNumerics
import Yams

/// What the value of a key may be: how it is read from a study file, how it is written there, and what a person is told of it.
struct Kind<Value>: Sendable {
    /// The end of the sentence "expected …".
    var accepted: String
    /// The words that may stand here; a misspelt one is answered with the nearest.
    var words: [String] = []
    /// Whether on a command line `1,2` means `[1, 2]`.
    var isList = false
    /// Whether on a command line what is typed is meant as a text, whatever YAML would make of it.
    var isText = false
    /// Whether it is a whole number.
    var isWhole = false
    /// Whether it is a file that is read.
    var isFile = false
    /// What is accepted, said more exactly for what this node holds.
    var refined: @Sendable (Node) -> String? = { _ in nil }
    /// Nil for a value that is not accepted; the second argument is the file, beside which relative paths count.
    let read: @Sendable (Node, String) -> Value?
    /// As YAML; nil where the key is left out.
    let write: @Sendable (Value) -> String?

    init(
        _ accepted: String, words: [String] = [], isList: Bool = false, read: @escaping @Sendable (Node, String) -> Value?,
        write: @escaping @Sendable (Value) -> String?
    ) {
        self.accepted = accepted
        self.words = words
        self.isList = isList
        self.read = read
        self.write = write
    }

    /// The same values under conditions that `accepted` states.
    func satisfying(_ accepted: String, _ isAccepted: @escaping @Sendable (Value) -> Bool) -> Kind {
        Kind(
            accepted, words: words, isList: isList,
            read: { node, file in read(node, file).flatMap { isAccepted($0) ? $0 : nil } },
            write: write)
    }
}

extension Kind where Value == Double {
    static func number(_ accepted: String, _ isAccepted: @escaping @Sendable (Double) -> Bool) -> Kind {
        Kind(
            accepted, read: { node, _ in StudySection.number(node).flatMap { isAccepted($0) ? $0 : nil } }, write: { "\($0)" })
    }

    static func number(above low: Double) -> Kind { number("a number above \(YAMLText.number(low))") { $0 > low } }
    static func number(atLeast low: Double) -> Kind { number("a number at least \(YAMLText.number(low))") { $0 >= low } }
    static func number(_ range: ClosedRange<Double>) -> Kind {
        number("a number from \(YAMLText.number(range.lowerBound)) to \(YAMLText.number(range.upperBound))", range.contains)
    }
}

extension Kind where Value == Int {
    /// Counts beyond a billion are mistakes, and their products would no longer be whole numbers of the machine.
    static func integer(atLeast low: Int, atMost high: Int = StudySection.largestCount) -> Kind {
        let isLimited = high != StudySection.largestCount && high != .max
        let accepted = isLimited ? "a whole number from \(low) to \(high)" : "a whole number, at least \(low)"
        var kind = Kind(
            accepted, read: { node, _ in StudySection.integer(node).flatMap { (low...high).contains($0) ? $0 : nil } },
            write: { "\($0)" })
        kind.isWhole = true
        kind.refined = { node in
            StudySection.integer(node).flatMap { $0 > high ? "a whole number from \(low) to \(high)" : nil }
        }
        return kind
    }

    /// Of random numbers.
    static var seed: Kind { integer(atLeast: 0, atMost: .max) }
}

extension Kind where Value == Bool {
    static var flag: Kind {
        Kind(
            "true or false", words: ["true", "false"],
            read: { node, _ in StudySection.plain(node).flatMap { $0 == "true" ? true : $0 == "false" ? false : nil } },
            write: { "\($0)" })
    }
}

extension Kind where Value == String {
    static func text(_ accepted: String, _ isAccepted: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }) -> Kind {
        var kind = Kind(
            accepted, read: { node, _ in StudySection.text(node).flatMap { isAccepted($0) ? $0 : nil } }, write: YAMLText.scalar)
        kind.isText = true
        return kind
    }

    /// Paths count from the folder of the study file; as absolute paths they mean the same in the run folder's copy.
    static func path(_ accepted: String) -> Kind {
        var kind = Kind(
            accepted,
            read: { node, file in
                StudySection.text(node).flatMap { $0.isEmpty ? nil : StudySection.resolve($0, besides: file) }
            }, write: YAMLText.scalar)
        kind.isText = true
        return kind
    }

    static func word(_ words: [String]) -> Kind { named(words, { $0 }, { $0 }) }
}

extension Kind {
    /// A value that has a name.
    static func named(
        _ names: [String], _ value: @escaping @Sendable (String) -> Value?, _ name: @escaping @Sendable (Value) -> String
    ) -> Kind {
        Kind(
            "one of \(names.joined(separator: ", "))", words: names,
            read: { node, _ in node.scalar.flatMap { names.contains($0.string) ? value($0.string) : nil } },
            write: { YAMLText.scalar(name($0)) })
    }

    /// Nil where the study does not say.
    static func optional<Wrapped>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        var optional = Kind(
            kind.accepted, words: kind.words, isList: kind.isList,
            read: { node, file in kind.read(node, file).map { .some($0) } }, write: { $0.flatMap(kind.write) })
        (optional.refined, optional.isText) = (kind.refined, kind.isText)
        (optional.isWhole, optional.isFile) = (kind.isWhole, kind.isFile)
        return optional
    }

    /// A word for nil, or a value.
    static func word<Wrapped>(_ word: String, or kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        Kind(
            "\(kind.accepted), or \(word)", words: kind.words + [word], isList: kind.isList,
            read: { node, file in
                if node.scalar?.string == word { return .some(nil) }
                return kind.read(node, file).map { .some($0) }
            }, write: { $0.map(kind.write) ?? word })
    }

    /// `accepted` says what may stand in the list and how it is written.
    static func list<Element>(
        _ accepted: String, of kind: Kind<Element>, isEmptyAccepted: Bool = false,
        where isAccepted: @escaping @Sendable ([Element]) -> Bool = { _ in true }
    ) -> Kind where Value == [Element] {
        Kind(
            accepted, words: kind.words, isList: true,
            read: { node, file in
                guard let nodes = node.sequence, isEmptyAccepted || !nodes.isEmpty else { return nil }
                let values = nodes.compactMap { kind.read($0, file) }
                return values.count == nodes.count && isAccepted(values) ? values : nil
            }, write: { "[\($0.compactMap(kind.write).joined(separator: ", "))]" })
    }
}

extension Kind where Value: RawRepresentable & CaseIterable & SendableMetatype, Value.RawValue == String {
    /// The cases of an enumeration.
    static var choice: Kind {
        let words = Value.allCases.map(\.rawValue)
        return Kind(
            "one of \(words.joined(separator: ", "))", words: words,
            read: { node, _ in node.scalar.flatMap { Value(rawValue: $0.string) } }, write: { $0.rawValue })
    }
}

extension Kind where Value == [Int] {
    /// Different whole numbers, in ascending order.
    static func integers(atLeast low: Int, example: String = "[64, 256]") -> Kind {
        let high = StudySection.largestCount
        let list = list(
            "a list of different whole numbers, each from \(low) to \(high), such as \(example)",
            of: .integer(atLeast: low, atMost: high), where: { Set($0).count == $0.count })
        return Kind(list.accepted, isList: true, read: { list.read($0, $1)?.sorted() }, write: list.write)
    }
}

extension Kind where Value == [Double] {
    static func numbers(_ accepted: String = "a list of numbers, such as [1, 20.5]", isEmptyAccepted: Bool = false) -> Kind {
        list(accepted, of: .number("a number") { _ in true }, isEmptyAccepted: isEmptyAccepted)
    }
}
