import SaddleNumerics

/// A shallow piecewise-linear recurrent network,
///
///     z⁺ = A z + W₁ max(0, W₂ z + h₂) + h₁,   A diagonal,
///
/// of M latent variables and L hidden units. Source: Hess, Monfared, Brenner and Durstewitz 2023, equation 2.
public struct PiecewiseLinearNetwork: Sendable, Equatable {
    /// M
    public let latent: Int
    /// L
    public let hidden: Int
    /// A, then W₁ (M × L) and W₂ (L × M) row by row, h₁ and h₂.
    public var parameters: [Double]

    /// Where each of them starts.
    struct Places {
        let diagonal = 0, outWeights, inWeights, outBias, inBias, count: Int

        init(latent: Int, hidden: Int) {
            outWeights = latent
            inWeights = outWeights + latent * hidden
            outBias = inWeights + hidden * latent
            inBias = outBias + latent
            count = inBias + hidden
        }
    }
    var places: Places { Places(latent: latent, hidden: hidden) }

    /// A network with these parameters, in the order of ``parameters``.
    ///
    /// - Precondition: M + 2ML + M + L of them.
    public init(latent: Int, hidden: Int, parameters: [Double]) {
        precondition(
            latent >= 1 && hidden >= 1 && parameters.count == Places(latent: latent, hidden: hidden).count,
            "\(parameters.count) parameters of \(latent) latent variables and \(hidden) units")
        (self.latent, self.hidden, self.parameters) = (latent, hidden, parameters)
    }

    /// A contraction at the start: A = 0.9, W₁ of variance 0.09/L, W₂ of 1/M, h₂ standard normal, so that the units bend where standardised data are.
    public init(latent: Int, hidden: Int, seed: Int) {
        var stream = RandomStream(seed: seed, .networkWeights, latent, hidden, 41)
        let out = stream.normals(latent * hidden).map { 0.3 * $0 / Double(hidden).squareRoot() }
        let into = stream.normals(hidden * latent).map { $0 / Double(latent).squareRoot() }
        self.init(
            latent: latent, hidden: hidden,
            parameters: [Double](repeating: 0.9, count: latent) + out + into + [Double](repeating: 0, count: latent)
                + stream.normals(hidden))
    }

    /// z⁺
    public func next(_ z: [Double]) -> [Double] {
        var result = z
        parameters.withUnsafeBufferPointer { θ in step(θ, z, &result) }
        return result
    }

    private func step(
        _ θ: UnsafeBufferPointer<Double>, _ z: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>
    ) {
        let p = places, (m, l) = (latent, hidden)
        for i in 0..<m { result[i] = θ[i] * z[i] + θ[p.outBias + i] }
        for k in 0..<l {
            var u = θ[p.inBias + k]
            for j in 0..<m { u += θ[p.inWeights + k * m + j] * z[j] }
            if u > 0 { for i in 0..<m { result[i] += θ[p.outWeights + i * l + k] * u } }
        }
    }

    /// ∂z⁺/∂z
    public func jacobian(_ z: [Double]) -> Matrix {
        let p = places, (m, l) = (latent, hidden)
        var result = Matrix(rows: m, columns: m)
        parameters.withUnsafeBufferPointer { θ in
            for i in 0..<m { result[i, i] = θ[i] }
            for k in 0..<l {
                var u = θ[p.inBias + k]
                for j in 0..<m { u += θ[p.inWeights + k * m + j] * z[j] }
                guard u > 0 else { continue }
                for j in 0..<m { for i in 0..<m { result[i, j] += θ[p.outWeights + i * l + k] * θ[p.inWeights + k * m + j] } }
            }
        }
        return result
    }

    /// z, z⁺, z⁺⁺, …
    ///
    /// - Throws: ``OrbitError`` where it leaves `bound`; `CancellationError`.
    public func orbit(from start: [Double], count: Int, bound: Double, shouldStop: () -> Bool = { false }) throws -> Matrix {
        var result = Matrix(rows: count, columns: latent), z = start, next = start
        try parameters.withUnsafeBufferPointer { θ in
            for i in 0..<count {
                if i % 1024 == 0, shouldStop() { throw CancellationError() }
                guard z.allSatisfy({ abs($0) < bound }) else { throw OrbitError(time: Double(i), isState: true) }
                for j in 0..<latent { result[i, j] = z[j] }
                step(θ, z, &next)
                swap(&z, &next)
            }
        }
        return result
    }
}

/// A network that carries tangent vectors.
public struct PiecewiseLinearTangent: TangentDynamics {
    /// What is followed.
    public let network: PiecewiseLinearNetwork
    public let interval: Double
    public var dimension: Int { network.latent }

    /// - Parameter interval: time of a step.
    public init(_ network: PiecewiseLinearNetwork, interval: Double = 1) {
        (self.network, self.interval) = (network, interval)
    }

    public mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) -> Double? {
        tangents = network.jacobian(state) * tangents
        state = network.next(state)
        return nil
    }
}
