/// How weights, their multipliers and the step size scale with the width n: an abc-parameterisation.
///
///     Wˡ = n^{−aₗ} wˡ,   wˡ ~ N(0, σ_w² n^{−2bₗ}),   w ← w − η n^{−c} γ₀² ∂ℒ/∂w
///
/// with one (a, b) for the input layer, the hidden layers and the output layer. The input layer has in addition the constant
/// 1/√D, and the output the constant 1/γ₀. Every theory and every simulator of this package takes its powers of the width
/// from here, and what they come to from ``NetworkScaling``, which also says how biases scale. Source: Yang & Hu, "Feature
/// learning in infinite-width neural networks", section 3; the constants are this package's (`Documentation/MeanField.md`).
///
/// Shifting a → a + θ, b → b − θ in all layers together with c → c − 2θ changes nothing that can be observed.
public struct Parameterization: Sendable, Equatable {
    /// An exponent for each kind of layer.
    public struct Exponents: Sendable, Equatable {
        /// Of weights that read the inputs.
        public var input: Double
        /// Of weights between hidden layers.
        public var hidden: Double
        /// Of weights of the readout.
        public var output: Double

        /// One exponent for each kind of layer.
        public init(input: Double, hidden: Double, output: Double) {
            self.input = input
            self.hidden = hidden
            self.output = output
        }
    }

    /// As study files have it: `mean_field`, `ntk`, `standard`, `mup`; `custom` for one's own.
    public var name: String
    /// a: the weight that acts is n^{−a} times the parameter.
    public var multiplier: Exponents
    /// b: parameters start with standard deviation σ_w n^{−b}.
    public var initialDeviation: Exponents
    /// c: the step size is η n^{−c}.
    public var learningRate: Double
    /// Whether σ_w and σ_b multiply parameters of unit variance, as in the tangent kernel's literature, instead of being
    /// the deviations of the parameters. The network at initialisation is the same; gradients are not.
    public var scaleIsMultiplier: Bool
    /// Whether the constant 1/√D of the input layer is part of the deviation of its weights, w ~ N(0, σ_w²n^{−2b}/D), instead
    /// of multiplying them. The network at initialisation is the same; the input layer then learns D times faster.
    public var fanInIsDeviation: Bool

    /// An abc-parameterisation by its exponents.
    ///
    /// - Parameters:
    ///   - multiplier: a, for each kind of layer.
    ///   - initialDeviation: b, likewise.
    ///   - learningRate: c.
    public init(
        name: String = "custom", multiplier: Exponents, initialDeviation: Exponents, learningRate: Double,
        scaleIsMultiplier: Bool = false, fanInIsDeviation: Bool = false
    ) {
        self.name = name
        self.multiplier = multiplier
        self.initialDeviation = initialDeviation
        self.learningRate = learningRate
        self.scaleIsMultiplier = scaleIsMultiplier
        self.fanInIsDeviation = fanInIsDeviation
    }

    /// f = w·φ(hᴸ)/(γ₀N) and step ηγ₀²N: features move at any width (Mei, Montanari & Nguyen 2018; Bordelon & Pehlevan 2022).
    public static let meanField = Parameterization(
        name: "mean_field", multiplier: .init(input: 0, hidden: 0.5, output: 1),
        initialDeviation: .init(input: 0, hidden: 0, output: 0), learningRate: -1)

    /// h = σ_w ω φ/√n + σ_b β with parameters of unit variance (Jacot, Gabriel & Hongler 2018).
    public static let neuralTangent = Parameterization(
        name: "ntk", multiplier: .init(input: 0, hidden: 0.5, output: 0.5),
        initialDeviation: .init(input: 0, hidden: 0, output: 0), learningRate: 0, scaleIsMultiplier: true)

    /// h = Wφ + b with W ~ N(0, σ_w²/fan-in), one step size for W and b at every width: what most software does by default.
    public static let standard = Parameterization(
        name: "standard", multiplier: .init(input: 0, hidden: 0, output: 0),
        initialDeviation: .init(input: 0, hidden: 0.5, output: 0.5), learningRate: 0, fanInIsDeviation: true)

    /// μP: features of all layers move as much as they can at every width (Yang & Hu, definition 5).
    public static let maximalUpdate = Parameterization(
        name: "mup", multiplier: .init(input: -0.5, hidden: 0, output: 0.5),
        initialDeviation: .init(input: 0.5, hidden: 0.5, output: 0.5), learningRate: 0)

    /// Those that a study file can name.
    public static let named: [Parameterization] = [.meanField, .neuralTangent, .standard, .maximalUpdate]

    /// One of ``named``; nil if none is called so.
    public init?(named name: String) {
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
