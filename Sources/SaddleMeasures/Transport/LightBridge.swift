import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Schrödinger bridge between two clouds with a mixture of Gaussians as its potential: plan, transport and drift in closed form.
///
///     v(y) = Σₖ αₖ N(y | rₖ, εSₖ),   π(y | x) ∝ e^{x·y/ε} v(y) = Σₖ wₖ(x) N(y | rₖ + Sₖx, εSₖ) up to its sum
///     wₖ(x) ∝ αₖ e^{(xᵀSₖx + 2rₖᵀx)/2ε},   c(x) = their sum
///
/// for the cost ½|x − y|² and Brownian motion of variance ε. The v for which π(x)π(y | x) has both marginals minimises E ln c(x) − E ln v(y): no path is simulated.
/// Source: Korotin, Gushchin, Burnaev, "Light Schrödinger bridge" (2024), propositions 3.2 and 3.3.
public struct LightBridge: Sendable {
    /// One Gaussian αₖ N(y | rₖ, εSₖ) of the potential.
    public struct Component: Sendable {
        /// ln αₖ
        public var logWeight: Double
        /// rₖ, of as many components as a point has.
        public var centre: [Double]
        /// L, lower triangular with a positive diagonal: S = LLᵀ.
        public var factor: Matrix
        /// S
        public var shape: Matrix { Matrix.product(.plain(factor), factor.ᵀ) }
    }

    /// ε, the variance of the Brownian motion.
    public let epsilon: Double
    /// Of the potential; all of one dimension.
    public let components: [Component]
    /// Of the points that are transported.
    public var dimension: Int { components[0].centre.count }

    /// A potential of one component or more, ε above 0.
    public init(epsilon: Double, components: [Component]) {
        precondition(epsilon > 0 && !components.isEmpty, "ε = \(epsilon), \(components.count) components")
        (self.epsilon, self.components) = (epsilon, components)
    }

    /// ln of the weights wₖ(x) before they are divided by their sum, whose logarithm is ln c(x).
    public func logWeights(_ x: [Double]) -> [Double] {
        components.map { component in
            let half = component.factor.transposedProduct(x)
            var exponent = 0.0
            for i in x.indices { exponent += half[i] * half[i] / 2 + component.centre[i] * x[i] }
            return component.logWeight + exponent / epsilon
        }
    }

    /// Where x goes on average: E(y | x).
    public func barycentre(_ x: [Double]) -> [Double] {
        let weights = shares(logWeights(x))
        var result = [Double](repeating: 0, count: x.count)
        for (component, weight) in zip(components, weights) {
            let moved = component.factor.product(component.factor.transposedProduct(x))
            for i in x.indices { result[i] += weight * (component.centre[i] + moved[i]) }
        }
        return result
    }

    /// E(½|x − y|² | x) under the plan.
    public func cost(_ x: [Double]) -> Double {
        let weights = shares(logWeights(x))
        return zip(components, weights).reduce(0) { sum, part in
            let (component, weight) = part
            let moved = component.factor.product(component.factor.transposedProduct(x))
            let square = x.indices.reduce(0) {
                $0 + (x[$1] - component.centre[$1] - moved[$1]) * (x[$1] - component.centre[$1] - moved[$1])
            }
            let trace = component.factor.elements.reduce(0) { $0 + $1 * $1 }
            return sum + weight * (square + epsilon * trace) / 2
        }
    }

    /// A target of x, drawn from the plan.
    public func sample(_ x: [Double], _ stream: inout RandomStream) -> [Double] {
        var u = stream.uniform()
        let weights = shares(logWeights(x))
        let k =
            weights.firstIndex { weight in
                u -= weight
                return u <= 0
            } ?? weights.count - 1
        let component = components[k], noise = stream.normals(x.count)
        let moved = component.factor.product(component.factor.transposedProduct(x)), spread = component.factor.product(noise)
        return x.indices.map { component.centre[$0] + moved[$0] + epsilon.squareRoot() * spread[$0] }
    }

    /// The drift of the bridge, ε∇ ln h_t with h_t(x) = ∫ N(y | x, ε(1 − t)) v(y) e^{|y|²/2ε} dy: Doob's transform of Brownian motion.
    ///
    ///     g(x, t) = (E[y | x_t = x] − x)/(1 − t),   mean of component k:  Q⁻¹(S⁻¹r + x/(1 − t)),   Q = S⁻¹ + t/(1 − t)·1
    ///
    /// - Parameter t: from 0, below 1.
    public func drift(_ x: [Double], at t: Double) throws(FactorizationError) -> [Double] {
        precondition((0..<1).contains(t), "time \(t)")
        let d = x.count
        var (logs, means) = ([Double](), [[Double]]())
        for component in components {
            // With S = UΛUᵀ all is diagonal: 1/q = λ(1 − t)/(1 − t + λt).
            let (values, vectors) = try component.shape.symmetricEigen()
            let (r, place) = (vectors.transposedProduct(component.centre), vectors.transposedProduct(x))
            var (height, mean) = (component.logWeight, [Double](repeating: 0, count: d))
            for i in 0..<d {
                let q = 1 - t + values[i] * t, b = r[i] / values[i] + place[i] / (1 - t)
                mean[i] = b * values[i] * (1 - t) / q
                height += (b * mean[i] - r[i] * r[i] / values[i]) / (2 * epsilon) + 0.5 * log((1 - t) / q)
            }
            logs.append(height)
            means.append(vectors.product(mean))
        }
        let weights = shares(logs)
        return (0..<d).map { i in (zip(weights, means).reduce(0) { $0 + $1.0 * $1.1[i] } - x[i]) / (1 - t) }
    }
}

/// Of their exponentials' sum; they sum to one.
func shares(_ logs: [Double]) -> [Double] {
    let top = logs.max()!, weights = logs.map { exp($0 - top) }, sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
}

extension LightBridge {
    /// ln Σ exp, without overflow.
    package static func logSum(_ logs: [Double]) -> Double {
        let top = logs.max()!
        return top + log(logs.reduce(0) { $0 + exp($1 - top) })
    }
}

extension Matrix {
    /// A x
    func product(_ x: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: rows)
        for j in 0..<columns { for i in 0..<rows { result[i] += self[i, j] * x[j] } }
        return result
    }

    /// Aᵀx
    func transposedProduct(_ x: [Double]) -> [Double] {
        (0..<columns).map { j in (0..<rows).reduce(0) { $0 + self[$1, j] * x[$1] } }
    }
}
