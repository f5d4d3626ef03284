import SaddleModels

extension ScalingTheory {
    /// How one kind of parameter starts and learns when parameters are the weights themselves, W = w: with standard deviation
    /// n^{−deviation} and a learning rate of its own, η n^{−learningRate}.
    public struct LayerRule: Sendable, Equatable {
        /// The place of ``MaximalUpdate`` in words.
        public let name: String
        /// Exponent of the standard deviation: n^{−deviation}.
        public let deviation: Double
        /// Exponent of the step: η n^{−learningRate}.
        public let learningRate: Double
    }

    /// The parameterisation as most software writes networks, without multipliers: shifting layer l by θ = −aₗ leaves the
    /// deviation n^{−(a+b)} and the step n^{−(c+2a)} of descent. Biases are weights of the input layer on a constant, that of the output
    /// times the size of the readout (``NetworkScaling``). Of rules other than descent see ``MaximalUpdate``.
    public var layerRules: [LayerRule] {
        let p = parameterization
        return MaximalUpdate.Place.allCases.filter { $0 != .hiddenWeights || hiddenLayers > 1 }.map { place in
            let (a, b) = place.exponent(p)
            return LayerRule(name: place.rawValue, deviation: a + b, learningRate: p.learningRate + 2 * a)
        }
    }

    /// The same networks with one learning rate at every width (c = 0), with unit deviations of the output weights (b = 0), and
    /// without a multiplier at the output (a = 0).
    public var equivalentForms: [(name: String, form: Parameterization)] {
        let p = parameterization
        return [
            ("c = 0", p.shifted(by: p.learningRate / 2)),
            ("b = 0 at the output", p.shifted(by: p.initialDeviation.output)),
            ("a = 0 at the output", p.shifted(by: -p.multiplier.output)),
        ]
    }

    /// The sizes against width of what a coordinate check measures, as exponents of n; exact for the updates of a stable
    /// parameterisation after two steps or more.
    public struct Sizes: Sendable, Equatable {
        /// hˡ and φ(hˡ) at initialisation, l = 1 … L.
        public let features: [Double]
        /// Δhˡ and Δφ(hˡ): −rₗ.
        public let featureUpdates: [Double]
        /// f at initialisation: ½ − a − b.
        public let output: Double
        /// Δf: 1 − min(q, a + b + r).
        public let outputUpdate: Double
        /// ΔW φ of a layer's own weights; of the readout Δf by these alone.
        public let weightUpdates: [LayerRole: Double]
    }

    /// - Returns: nil if the parameterisation is not stable: sizes then depend on the activation and explode with the steps.
    public var sizes: Sizes? {
        guard violations.isEmpty else { return nil }
        let (a, b) = (parameterization.multiplier.output, parameterization.initialDeviation.output)
        return Sizes(
            features: movements.map { _ in 0 }, featureUpdates: movements.map { 0 - $0 }, output: 0.5 - a - b,
            outputUpdate: 1 - min(readoutMovement, a + b + r),
            weightUpdates: Dictionary(uniqueKeysWithValues: LayerRole.allCases.map { ($0, 0 - ownMovement(of: $0)) }))
    }
}
