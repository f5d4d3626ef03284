// Activations that are written as formulas: values against the C library, derivatives against differences (the law suite), kinks where
// they are known to be, and what is said of formulas that cannot be read. Catches a wrong precedence, a product rule without a term, a
// kink that is missed or invented, and a formula that does not survive being written and read.
import SaddleLaws
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private func activation(_ text: String, kinks: [Double]? = nil) throws -> Activation {
    try Activation(ActivationForm(formula: text, kinks: kinks))
}

private func message(_ form: ActivationForm) -> String {
    do {
        _ = try Activation(form)
        return "read"
    } catch { return "\(error)" }
}

@Suite struct FormulaTests {
    private static let definitions: [(text: String, f: @Sendable (Double) -> Double)] = [
        ("x*sigmoid(1.702*x)", { $0 / (1 + exp(-1.702 * $0)) }),
        ("-x^2/4 + 2^3^0.5*x", { -$0 * $0 / 4 + pow(2, pow(3, 0.5)) * $0 }),
        ("max(x, 0.1*x)", { max($0, 0.1 * $0) }),
        ("min(1, max(-1, x))", { min(1, max(-1, $0)) }),
        ("x/(1 + abs(x))", { $0 / (1 + abs($0)) }),
        ("x*tanh(softplus(x))", { $0 * tanh(log1p(exp($0))) }),
        ("log(1 + x^2) - sqrt(2 + sin(3*x))", { log(1 + $0 * $0) - sqrt(2 + sin(3 * $0)) }),
        ("exp(-x^2/2)*(x^3 - 3*x)/(2 + cos(x))", { exp(-$0 * $0 / 2) * (pow($0, 3) - 3 * $0) / (2 + cos($0)) }),
        ("(1 + x^2)^-1.5", { pow(1 + $0 * $0, -1.5) }),
        ("(2 + tanh(x))^(x/10)", { pow(2 + tanh($0), $0 / 10) }),
        ("relu(x - 0.3)^2 + 0.5*step(-1 - x)*(x + 1)", { pow(max($0 - 0.3, 0), 2) + ($0 < -1 ? 0.5 * ($0 + 1) : 0) }),
        ("atan(x) + cosh(x/9) - sinh(x/8)", { atan($0) + cosh($0 / 9) - sinh($0 / 8) }),
        ("3 - -x^3*1e-2", { 3 + pow($0, 3) * 1e-2 }),
    ]

    @Test(arguments: definitions.indices) func valuesAndDerivatives(_ index: Int) throws {
        let (text, f) = Self.definitions[index], phi = try activation(text)
        let x = Matrix(rows: 801, columns: 1) { i, _ in Double(i - 400) / 37 }
        for (x, y) in zip(x.elements, phi(x).elements) {
            expectClose(y, f(x), within: 1e-14 * max(1, abs(f(x)), abs(x)), "\(text) at \(x)")
        }
        var laws = ActivationLaws(hasLimits: false, growsLinearlyAtMost: false).violations(phi)
        // Far beyond [−100, 100] a formula may be ∞/∞.
        laws.removeAll { $0.law == "numbers everywhere" }
        #expect(laws == [], "\(text)")
    }

    @Test func kinks() throws {
        let cases: [(String, [Double], smooth: Bool, continuous: Bool)] = [
            ("max(x, 0)", [0], false, true), ("abs(x - 0.37) + tanh(x)", [0.37], false, true),
            ("min(1, max(-1, x))", [-1, 1], false, true), ("relu(x)^2", [0], true, true), ("elu(2*x + 1)", [-0.5], true, true),
            ("step(x^2 - 2)", [-2.0.squareRoot(), 2.0.squareRoot()], false, false), ("x*sign(x)", [0], false, true),
            ("hard_tanh(x/2)", [-2, 2], false, true), ("x^3 - x", [], true, true), ("sqrt(1 + x^2)", [], true, true),
            ("max(x, relu(relu(x)))", [0], false, true), ("tanh(10000*x)", [], true, true),
        ]
        for (text, kinks, smooth, continuous) in cases {
            let phi = try activation(text)
            #expect(phi.kinks.count == kinks.count, "\(text): \(phi.kinks)")
            for (found, expected) in zip(phi.kinks, kinks) { expectClose(found, expected, within: 4e-16, text) }
            #expect(phi.isSmooth == smooth && phi.isContinuous == continuous, "\(text)")
        }
        // Declared beside those that are found; scaled with the argument.
        #expect(try activation("relu(x - 200) + abs(x)", kinks: [200]).kinks == [0, 200])
        #expect(try activation("relu(x - 200)").kinks == [])
        let far = try activation("relu(x - 200)", kinks: [200])
        #expect(far.kinks == [200] && far.isContinuous && !far.isSmooth)
        let scaled = try Activation(ActivationForm(formula: "relu(x - 1)", inputScale: -2))
        #expect(scaled.kinks == [-0.5] && !scaled.isSmooth)
    }

    /// Each mistake is named with its place.
    @Test func mistakes() {
        let cases: [(String, String)] = [
            ("x*sigmod(x)", "unknown word 'sigmod'; expected x, pi or one of linear, relu"), ("x*sigmod(x)", "at character 3"),
            ("2x", "expected an operator such as * after '2' at character 2"), ("", "nothing is written"),
            ("tanh(x", "expected ')' at character 7"), ("x)", "')' without '('"), ("x**2", "a power is written ^"),
            ("tanh x", "expected '(' after 'tanh'"), ("max(x)", "max needs two arguments"),
            ("tanh(x, 1)", "tanh has one argument"),
            ("1.2.3", "'1.2.3' is no number"), ("x +", "the end; expected a number"), ("x $ 2", "unexpected '$'"),
            ("log(x)", "not a number at x = -100.0"), ("1/x", "infinite at x = 0.0"), ("exp(x^2)", "infinite at x = -100.0"),
            ("sqrt(abs(x))", "whose derivative is"), ("abs(sin(2*x))", "kinks between -100 and 100; at most 64"),
            (String(repeating: "(", count: 3000), "more than 2000 characters"),
            (String(repeating: "(", count: 300), "more than 100 parentheses"),
            (String(repeating: "-", count: 300) + "x", "more than 100"),
        ]
        for (text, words) in cases {
            #expect(
                message(ActivationForm(formula: text)).contains(words),
                "\(text.prefix(30)): \(message(ActivationForm(formula: text)))")
        }
        #expect(message(ActivationForm(name: "foo")).contains("expected one of linear, relu"))
        #expect(message(ActivationForm()).contains("needs either a name"))
        #expect(message(ActivationForm(name: "tanh", slope: 1)).contains("slope, which is for leaky_relu alone"))
        #expect(message(ActivationForm(name: "tanh", kinks: [0])).contains("kinks, which is for a formula alone"))
        #expect(
            message(ActivationForm(name: "tanh", inputScale: 0)).contains("input_scale 0.0; expected a finite number except 0"))
    }

    /// What was written is what will be written, and means the same.
    @Test func writtenForms() throws {
        let cases: [(ActivationForm, String)] = [
            (ActivationForm(name: "tanh"), "tanh"), (ActivationForm(name: "swish"), "silu"),
            (ActivationForm(name: "leaky_relu", slope: 0.1), "{name: leaky_relu, slope: 0.1}"),
            (ActivationForm(name: "erf", inputScale: 0.7071), "{name: erf, input_scale: 0.7071}"),
            (
                ActivationForm(formula: "  max(x,0) ", outputScale: 2, kinks: [0]),
                "{formula: \"max(x,0)\", kinks: [0.0], output_scale: 2.0}"
            ),
        ]
        for (form, text) in cases { #expect(try Activation(form).written == text) }
        #expect(try Activation(ActivationForm(name: "tanh")) == .tanh)
        #expect(try activation("tanh(x)") != .tanh)
    }

    /// φ(x) = b·ψ(ax) with its derivatives, in place too.
    @Test func scales() throws {
        let phi = try Activation(ActivationForm(name: "erf", inputScale: -0.7, outputScale: 3))
        #expect(ActivationLaws().violations(phi) == [])
        let x = Matrix(rows: 1, columns: 1, repeating: 0.4)
        expectClose(phi(x)[0, 0], 3 * erf(-0.28), within: 1e-15)
        let leaky = try Activation(ActivationForm(name: "leaky_relu", slope: 0.25, inputScale: -2))
        #expect(leaky.dual == .homogeneous(odd: 0.625 * -2, even: 0.375 * 2) && ActivationLaws().violations(leaky) == [])
    }

    /// Whatever is written is read or refused.
    @Test func anyTextIsReadOrRefused() {
        let pieces = [
            "x", "(", ")", "+", "-", "*", "/", "^", ",", "1", "2.5", "1e300", ".", "abs(", "max(", "tanh(", "log(", "exp(", " ",
            "step(", "é",
        ]
        var stream = RandomStream(seed: 1, .test)
        var read = 0
        for _ in 0..<3000 {
            let text = (0..<Int(stream.word() % 12)).map { _ in pieces[Int(stream.word() % UInt64(pieces.count))] }.joined()
            if message(ActivationForm(formula: text)) == "read" { read += 1 }
        }
        #expect(read > 20 && read < 1500)
    }
}
