/// A function of x as people write it: `x*sigmoid(1.702*x)`.
///
///     numbers, x, pi     + - * / ^ ( )     min(a, b), max(a, b)     functions of one argument: ``functions``
///
/// `^` binds tighter than a sign before it, and to the right: −x^2 = −(x²). Everything that a study can name is a function here.
/// It is compiled to a list of operations on blocks of numbers (``FormulaProgram``) that carry φ, φ′ and φ″ together, by the
/// rules of differentiation: derivatives are exact up to rounding.
public struct Formula: Sendable {
    /// As it was written, without spaces at its ends.
    public let text: String
    let program: FormulaProgram

    /// The largest number of kinks on [−100, 100] with which a formula is served as an activation.
    public static let mostKinks = 64
    /// Where it must be finite, and where kinks are looked for.
    static let reach = 100.0

    /// Functions of one argument.
    static let functions: [Activation] = Activation.named + [.step, .log, .sqrt, .sinh, .cosh, .atan]
    static let functionNames: [String] = functions.map(\.name) + Array(Activation.aliases.keys) + ["min", "max"]

    /// - Throws: ``ActivationError/unreadable(formula:place:problem:)``
    public init(_ text: String) throws(ActivationError) {
        let characters = text.map { $0.isWhitespace ? " " : $0 }
        let trimmed = characters.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        self.text = String(trimmed)
        var parser = FormulaParser(self.text)
        program = FormulaProgram(try parser.expression())
    }
}

extension Activation {
    /// The activation of a formula. Its kinks are the zeros of the arguments of abs, relu, min, max and the like on [−100, 100].
    ///
    /// - Parameter kinks: more of them, as those beyond.
    /// - Throws: ``ActivationError/notFinite(formula:derivative:x:value:)``, ``ActivationError/tooManyKinks(formula:count:)``.
    public init(_ formula: Formula, kinks declared: [Double] = []) throws(ActivationError) {
        let survey = try FormulaSurvey(formula, declared: declared)
        let program = formula.program
        self.init(
            name: formula.text, isSmooth: survey.isSmooth, isContinuous: survey.isContinuous, kinks: survey.kinks
        ) { x, count, value, slope, curvature in
            program.run(x, count, value, slope, curvature)
        }
        form = ActivationForm(formula: formula.text, kinks: declared.isEmpty ? nil : declared)
    }
}
