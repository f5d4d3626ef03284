/// What a formula says, before it is compiled.
indirect enum FormulaExpression {
    case number(Double)
    /// By its place among the parser's variables.
    case variable(Int)
    case sum(FormulaExpression, FormulaExpression)
    case product(FormulaExpression, FormulaExpression)
    case quotient(FormulaExpression, FormulaExpression)
    case power(FormulaExpression, FormulaExpression)
    case call(Activation, FormulaExpression)
    case extreme(isMaximum: Bool, FormulaExpression, FormulaExpression)
}

/// Reads a formula from left to right; each level of precedence is one method.
struct FormulaParser {
    private let text: String
    private let characters: [Character]
    private var place = 0
    private var depth = 0

    private static let mostLevels = 100, mostCharacters = 2000
    /// What may stand for a number.
    private let variables: [String]
    private let constants: [String: Double]

    init(_ text: String, variables: [String] = ["x"], constants: [String: Double] = [:]) {
        (self.text, self.variables) = (text, variables)
        self.constants = constants.merging(["pi": .pi]) { own, _ in own }
        characters = Array(text)
    }

    /// "x, pi"
    private var names: String { (variables + constants.keys.sorted()).joined(separator: ", ") }

    /// The whole text.
    mutating func expression() throws(ActivationError) -> FormulaExpression {
        if characters.count > Self.mostCharacters { throw problem("more than \(Self.mostCharacters) characters") }
        let result = try sum()
        if let next = peek() {
            if next == ")" { throw problem("')' without '('") }
            throw problem("unexpected '\(next)'; expected the end or one of + - * / ^")
        }
        return result
    }

    private mutating func sum() throws(ActivationError) -> FormulaExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.mostLevels { throw problem("more than \(Self.mostLevels) parentheses within each other") }
        var result = try product()
        while true {
            if take("+") {
                result = .sum(result, try product())
            } else if take("-") {
                result = .sum(result, .product(.number(-1), try product()))
            } else {
                return result
            }
        }
    }

    private mutating func product() throws(ActivationError) -> FormulaExpression {
        var result = try signed()
        while true {
            if peek() == "*", place + 1 < characters.count, characters[place + 1] == "*" {
                throw problem("unexpected '**'; a power is written ^")
            }
            if take("*") {
                result = .product(result, try signed())
            } else if take("/") {
                result = .quotient(result, try signed())
            } else {
                return result
            }
        }
    }

    private mutating func signed() throws(ActivationError) -> FormulaExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.mostLevels { throw problem("more than \(Self.mostLevels) signs or parentheses within each other") }
        if take("-") { return .product(.number(-1), try signed()) }
        if take("+") { return try signed() }
        let base = try primary()
        return take("^") ? .power(base, try signed()) : base
    }

    private mutating func primary() throws(ActivationError) -> FormulaExpression {
        guard let next = peek() else {
            throw problem(
                characters.isEmpty
                    ? "nothing is written" : "the end; expected a number, \(variables.joined(separator: ", ")), a function or '('"
            )
        }
        if take("(") {
            let inner = try sum()
            if !take(")") { throw problem("expected ')'") }
            return inner
        }
        if next.isASCII, next.isNumber || next == "." { return try number() }
        if next.isASCII, next.isLetter { return try word() }
        throw problem("unexpected '\(next)'; expected a number, \(variables.joined(separator: ", ")), a function or '('")
    }

    private mutating func number() throws(ActivationError) -> FormulaExpression {
        let start = place
        func isDigit(_ i: Int) -> Bool { i < characters.count && characters[i].isASCII && characters[i].isNumber }
        while isDigit(place) || (place < characters.count && characters[place] == ".") { place += 1 }
        if place < characters.count, "eE".contains(characters[place]) {
            let sign = place + 1 < characters.count && "+-".contains(characters[place + 1]) ? 1 : 0
            if isDigit(place + 1 + sign) {
                place += 1 + sign
                while isDigit(place) { place += 1 }
            }
        }
        let word = String(characters[start..<place])
        guard let value = Double(word), value.isFinite else {
            place = start
            throw problem("'\(word)' is no number")
        }
        if let next = peek(), next.isLetter || next == "(" {
            throw problem("expected an operator such as * after '\(word)'")
        }
        return .number(value)
    }

    private mutating func word() throws(ActivationError) -> FormulaExpression {
        let start = place
        while place < characters.count, characters[place].isASCII,
            characters[place].isLetter || characters[place].isNumber || characters[place] == "_"
        { place += 1 }
        let word = String(characters[start..<place])
        let number: FormulaExpression? =
            variables.firstIndex(of: word).map { .variable($0) } ?? constants[word].map { .number($0) }
        if let number {
            if peek() == "(" { throw problem("expected an operator such as * after '\(word)'") }
            return number
        }
        let isExtreme = word == "min" || word == "max", name = Activation.aliases[word] ?? word
        let function = Formula.functions.first { $0.name == name }
        if !isExtreme && function == nil {
            place = start
            throw problem("unknown word '\(word)'; expected \(names) or one of \(Formula.functionNames.joined(separator: ", "))")
        }
        if !take("(") { throw problem("expected '(' after '\(word)'") }
        let first = try sum()
        if isExtreme {
            if !take(",") { throw problem("\(word) needs two arguments, \(word)(a, b): expected ','") }
            let second = try sum()
            if !take(")") { throw problem("expected ')'") }
            return .extreme(isMaximum: word == "max", first, second)
        }
        if !take(")") { throw problem(peek() == "," ? "\(word) has one argument: expected ')'" : "expected ')'") }
        return function.map { .call($0, first) } ?? first
    }

    /// The next character that is no space, which becomes the current one.
    private mutating func peek() -> Character? {
        while place < characters.count, characters[place] == " " { place += 1 }
        return place < characters.count ? characters[place] : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        if peek() != character { return false }
        place += 1
        return true
    }

    private func problem(_ words: String) -> ActivationError {
        .unreadable(formula: text.count > 200 ? text.prefix(200) + "…" : text, place: place + 1, problem: words)
    }
}
