/// Stochastic equations dX = f(X) dt + g(X) dW with one noise for each component, by steps of one length along a ``BrownianPath``.
///
/// | method | reads the equation as | strong order |
/// |---|---|---|
/// | `eulerMaruyama` | Itô | ½; 1 for additive noise |
/// | `milstein` | Itô | 1 |
/// | `heun` | Stratonovich | 1 |
/// | `reversibleHeun` | Stratonovich | 1 for noise of one component or additive; steps can be undone |
/// | `shark` | additive noise | 1.5 |
///
/// Noise is diagonal: component i of the noise acts on component i with g_i(x_i), for which Milstein's scheme and Heun's need no Lévy areas. SHARK (Foster, dos Reis and Strange 2024) uses the space–time area H:
///
///     Y₁ = X + g H,   Y₂ = Y₁ + ⅚(f(Y₁)h + g W),   X⁺ = X + h(⅖ f(Y₁) + ⅗ f(Y₂)) + g W
public enum StochasticMethod: String, Sendable, CaseIterable {
    /// X⁺ = X + f h + g W
    case eulerMaruyama = "euler_maruyama"
    /// Milstein's scheme, with g g′(W² − h)/2 more; Heun's, with means of f and g over both ends.
    case milstein, heun
    /// Heun's with a second state, by which a step can be undone (Kidger and others 2021).
    case reversibleHeun = "reversible_heun"
    /// Two stages of f and the area H, for additive noise.
    case shark
}

/// A stochastic equation with diagonal noise.
public struct StochasticEquation: Sendable {
    /// f, of the whole state.
    public var drift: @Sendable ([Double]) -> [Double]
    /// g_i and its derivative by x_i; constant for additive noise.
    public var noise: @Sendable ([Double]) -> (values: [Double], slopes: [Double])

    /// An equation with this drift and noise.
    ///
    /// - Parameters:
    ///   - noise: g_i and its derivative by x_i, for each component.
    public init(
        drift: @escaping @Sendable ([Double]) -> [Double],
        noise: @escaping @Sendable ([Double]) -> (values: [Double], slopes: [Double])
    ) {
        (self.drift, self.noise) = (drift, noise)
    }

    /// Additive noise of the given sizes.
    public init(additive sizes: [Double], drift: @escaping @Sendable ([Double]) -> [Double]) {
        let zeros = sizes.map { _ in 0.0 }
        self.init(drift: drift) { _ in (sizes, zeros) }
    }

    /// The state after each of 2^level equal steps, the start first.
    public func solve(
        _ method: StochasticMethod, from start: [Double], along path: BrownianPath, level: Int
    ) -> [[Double]] {
        precondition(path.dimension == start.count, "\(path.dimension) noises for \(start.count) components")
        var state = ReversibleState(state: start, other: start)
        let h = path.length / Double(1 << level)
        return [start]
            + (0..<1 << level).map { k in
                state = step(method, state, path.dyadic(level: level, k), h)
                return state.state
            }
    }

    /// What a method carries from step to step: of reversible Heun both its states.
    public struct ReversibleState: Sendable, Equatable {
        /// X
        public var state: [Double]
        /// The second state of reversible Heun; what it is for other methods does not matter.
        public var other: [Double]

        /// Both states; equal at the start.
        public init(state: [Double], other: [Double]) { (self.state, self.other) = (state, other) }
    }

    /// One step of length h; of a negative h with −W the step back.
    public func step(
        _ method: StochasticMethod, _ from: ReversibleState, _ noise: BrownianPath.Increment, _ h: Double
    ) -> ReversibleState {
        let x = from.state, w = noise.increment
        func moved(_ x: [Double], _ f: [Double], _ h: Double, _ g: [Double], _ w: [Double]) -> [Double] {
            x.indices.map { x[$0] + h * f[$0] + g[$0] * w[$0] }
        }
        switch method {
        case .eulerMaruyama:
            return .init(state: moved(x, drift(x), h, self.noise(x).values, w), other: x)
        case .milstein:
            let g = self.noise(x), f = drift(x)
            return .init(
                state: x.indices.map { i in
                    x[i] + h * f[i] + g.values[i] * w[i] + g.values[i] * g.slopes[i] * (w[i] * w[i] - h) / 2
                }, other: x)
        case .heun:
            let (f, g) = (drift(x), self.noise(x).values), guess = moved(x, f, h, g, w)
            let (f2, g2) = (drift(guess), self.noise(guess).values)
            return .init(
                state: x.indices.map { x[$0] + h * (f[$0] + f2[$0]) / 2 + (g[$0] + g2[$0]) * w[$0] / 2 }, other: guess)
        case .reversibleHeun:
            // ŷ⁺ = 2y − ŷ + f(ŷ)h + g(ŷ)W,   y⁺ = y + ½(f(ŷ) + f(ŷ⁺))h + ½(g(ŷ) + g(ŷ⁺))W        (Kidger and others 2021)
            let old = from.other, (f, g) = (drift(old), self.noise(old).values)
            let new = x.indices.map { 2 * x[$0] - old[$0] + h * f[$0] + g[$0] * w[$0] }
            let (f2, g2) = (drift(new), self.noise(new).values)
            return .init(
                state: x.indices.map { x[$0] + h * (f[$0] + f2[$0]) / 2 + (g[$0] + g2[$0]) * w[$0] / 2 }, other: new)
        case .shark:
            let g = self.noise(x).values
            let first = x.indices.map { x[$0] + g[$0] * noise.area[$0] }, f1 = drift(first)
            let second = x.indices.map { first[$0] + 5.0 / 6 * (h * f1[$0] + g[$0] * w[$0]) }, f2 = drift(second)
            return .init(state: x.indices.map { x[$0] + h * (0.4 * f1[$0] + 0.6 * f2[$0]) + g[$0] * w[$0] }, other: x)
        }
    }
}
