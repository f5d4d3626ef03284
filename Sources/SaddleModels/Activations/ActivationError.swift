/// Why what was written is no activation.
public enum ActivationError: Error, Equatable, CustomStringConvertible {
    /// No activation, nor another name of one, is called so.
    case unknownName(String)
    /// Neither a name nor a formula was written, or both.
    case needsNameOrFormula
    /// A parameter outside the values that are accepted, which `accepted` says in words.
    case badParameter(key: String, value: Double, accepted: String)
    /// A parameter beside a function that does not have it.
    case unusedParameter(key: String, owner: String)
    /// A formula that cannot be read: the place, from 1, and what would be.
    case unreadable(formula: String, place: Int, problem: String)
    /// φ, φ′ or φ″ of a formula is infinite or not a number.
    case notFinite(formula: String, derivative: Int, x: Double, value: Double)
    /// A formula with more than ``Formula/mostKinks`` kinks on [−100, 100].
    case tooManyKinks(formula: String, count: Int)

    /// The key of the study that is wrong; nil: the whole.
    public var key: String? {
        switch self {
        case .unknownName: "name"
        case .needsNameOrFormula: nil
        case .badParameter(let key, _, _), .unusedParameter(let key, _): key
        case .unreadable, .notFinite, .tooManyKinks: "formula"
        }
    }

    public var description: String {
        switch self {
        case .unknownName(let name):
            "is \(name); expected one of \(Activation.named.map(\.name).joined(separator: ", ")), "
                + "or a formula such as {formula: \"x*sigmoid(1.702*x)\"}"
        case .needsNameOrFormula:
            "needs either a name, such as {name: erf, input_scale: 0.7071}, or a formula, such as {formula: \"x*sigmoid(1.702*x)\"}"
        case .badParameter(let key, let value, let accepted): "has \(key) \(value); expected \(accepted)"
        case .unusedParameter(let key, let owner): "has \(key), which is for \(owner) alone"
        case .unreadable(let formula, let place, let problem): "has the formula '\(formula)': \(problem) at character \(place)"
        case .notFinite(let formula, let derivative, let x, let value):
            """
            has the formula '\(formula)', \(["whose value", "whose derivative", "whose second derivative"][derivative]) is \
            \(value.isNaN ? "not a number" : value > 0 ? "infinite" : "minus infinite") at x = \(x); expected a function that is \
            finite with its first two derivatives from -100 to 100
            """
        case .tooManyKinks(let formula, let count):
            """
            has the formula '\(formula)' with \(count) kinks between -100 and 100; at most \(Formula.mostKinks) are served: \
            smooth it, or use fewer abs, relu, sign, step, min and max
            """
        }
    }
}
