import SaddleModels

/// What a layer of a random network is in the limit of infinite width N, and its corrections of order 1/N, for one input.
///
/// For layer ℓ = 1, 2, … with κˡ = C_b + C_W|φ(hˡ⁻¹)|²/N, the variance of its preactivations given the layer below, and
/// Hˡ, the tangent kernel of one of its preactivations. The output of a network with L hidden layers is layer L + 1.
public struct InitialLayer: Sendable, Equatable {
    /// ℓ
    public let layer: Int
    /// K, the limit of κ.
    public let kernel: Double
    /// V = N·Var κ, the four-point vertex.
    public let vertex: Double
    /// N·(E κ − K)
    public let kernelCorrection: Double
    /// The limit of H.
    public let tangent: Double
    /// N·Var H = A + 2B.
    public var tangentVariance: Double { tangentVariance(outputs: 1) }
    /// N times the variance of the mean of H over so many neurons of the layer, A + 2B/outputs.
    public func tangentVariance(outputs: Int) -> Double { sharedVariance + 2 * ownVariance / Double(outputs) }
    /// N·(E H − its limit)
    public let tangentCorrection: Double
    /// D = N·Cov(κ, H)
    public let covariance: Double
    /// A = N·Cov(Hᵢᵢ, Hⱼⱼ) and B = N·E Hᵢⱼ², for different neurons i and j: A is shared by the layer, 2B of each neuron alone.
    public let sharedVariance: Double, ownVariance: Double
    /// F = N·E[hᵢhⱼHᵢⱼ] for different neurons i and j.
    public let overlap: Double
}

/// The layers of a random network one after the other: the same recursion for initialisation against depth and for the
/// kernels' fluctuations in a network of fixed depth.
///
/// With a = ⟨φ²⟩, b = ⟨φ′²⟩ at K, their derivatives a′, a″, b′, b″ with respect to K, χ_∥ = C_W a′, χ_⊥ = C_W b:
///
///     K⁺ = C_b + C_W a                  V⁺ = χ_∥²V + C_W²(⟨φ⁴⟩ − a²)            δK⁺ = χ_∥δK + ½C_W a″V
///     H⁺ = λ_b + λ_W a + χ_⊥H           B⁺ = χ_⊥²B + C_W²⟨φ′⁴⟩H²               F⁺ = χ_∥²F + C_W²⟨φ²φ′²⟩H
///     δH⁺ = λ_W(a′δK + ½a″V) + χ_⊥δH + C_W[(b′δK + ½b″V)H + b′(D + 2F)]
///     (D⁺, A⁺) = covariances of  κ⁺ = χ_∥κ + C_W ε  and  H⁺ = λ_W(ε + a′κ) + C_W H(ζ + b′κ) + χ_⊥H,
///     where ε and ζ, the sampling errors of the means of φ² and φ′² over N neurons, have
///     N·Var ε = ⟨φ⁴⟩ − a²,   N·Var ζ = ⟨φ′⁴⟩ − b²,   N·Cov(ε, ζ) = ⟨φ²φ′²⟩ − ab
///
/// from K¹ = C_b + C_W|x|²/D and H¹ = λ_b + λ_W|x|²/D without fluctuations. Derivation: Documentation/Initialization.md.
/// Sources: Roberts, Yaida, Hanin, "The principles of deep learning theory" (2106.10165), chapters 4, 5 and 8 at one
/// input; Bordelon and Pehlevan, 2304.03408, section 4 at initialisation. Omits order 1/N².
public struct InitialRecursion: Sendable {
    /// K to K⁺; holds the activation, C_W and C_b.
    public let map: KernelMap
    /// λ_W and λ_b, the weights of the layers' contributions to the tangent kernel.
    public let rates: TangentRates
    /// |x|²/D
    public let inputKernel: Double

    /// `inputKernel` is finite and not negative.
    public init(_ map: KernelMap, rates: TangentRates, inputKernel: Double = 1) {
        precondition(inputKernel >= 0 && inputKernel.isFinite, "input kernel \(inputKernel)")
        self.map = map
        self.rates = rates
        self.inputKernel = inputKernel
    }

    /// Layer 1, whose preactivations are exactly normal.
    public var first: InitialLayer {
        InitialLayer(
            layer: 1, kernel: map.biasVariance + map.weightVariance * inputKernel, vertex: 0, kernelCorrection: 0,
            tangent: rates.bias + rates.weight * inputKernel, tangentCorrection: 0, covariance: 0, sharedVariance: 0,
            ownVariance: 0, overlap: 0)
    }

    /// The layer above `state`.
    public func next(after state: InitialLayer) throws(CriticalityError) -> InitialLayer {
        try next(after: state, averages: averages(in: state))
    }

    /// Layers 1 … count.
    public func layers(_ count: Int) throws(CriticalityError) -> [InitialLayer] {
        precondition(count >= 1, "\(count) layers")
        var layers = [first]
        layers.reserveCapacity(count)
        while layers.count < count { layers.append(try next(after: layers[layers.count - 1])) }
        return layers
    }

    /// The averages of the activation over a neuron of that layer.
    func averages(in state: InitialLayer) throws(CriticalityError) -> ActivationAverages {
        if !(state.kernel > 0 && state.kernel.isFinite) {
            throw .kernelNotPositive(kernel: state.kernel, layer: state.layer)
        }
        return try ActivationAverages(of: map.activation, kernel: state.kernel)
    }

    func next(after state: InitialLayer, averages m: ActivationAverages) -> InitialLayer {
        let (cw, λw) = (map.weightVariance, rates.weight)
        let (χParallel, χPerpendicular) = (cw * m.squareDerivative, cw * m.slopeSquare)
        let (v, h) = (state.vertex, state.tangent)
        let noise = (
            εε: m.fourthPower - m.square * m.square, ζζ: m.slopeFourthPower - m.slopeSquare * m.slopeSquare,
            εζ: m.squareTimesSlopeSquare - m.square * m.slopeSquare
        )
        // H⁺ = ofKernel·κ + χ_⊥H + λ_W ε + C_W H ζ
        let ofKernel = λw * m.squareDerivative + cw * h * m.slopeSquareDerivative
        let meanSquareShift = m.squareDerivative * state.kernelCorrection + m.squareSecondDerivative * v / 2
        let meanSlopeShift = m.slopeSquareDerivative * state.kernelCorrection + m.slopeSquareSecondDerivative * v / 2
        return InitialLayer(
            layer: state.layer + 1,
            kernel: map.biasVariance + cw * m.square,
            vertex: χParallel * χParallel * v + cw * cw * noise.εε,
            kernelCorrection: cw * meanSquareShift,
            tangent: rates.bias + λw * m.square + χPerpendicular * h,
            tangentCorrection: λw * meanSquareShift + χPerpendicular * state.tangentCorrection + cw * h * meanSlopeShift
                + cw * m.slopeSquareDerivative * (state.covariance + 2 * state.overlap),
            covariance: χParallel * (ofKernel * v + χPerpendicular * state.covariance)
                + cw * (λw * noise.εε + cw * h * noise.εζ),
            sharedVariance: ofKernel * ofKernel * v + 2 * ofKernel * χPerpendicular * state.covariance
                + χPerpendicular * χPerpendicular * state.sharedVariance
                + λw * λw * noise.εε + 2 * λw * cw * h * noise.εζ + cw * cw * h * h * noise.ζζ,
            ownVariance: χPerpendicular * χPerpendicular * state.ownVariance + cw * cw * m.slopeFourthPower * h * h,
            overlap: χParallel * χParallel * state.overlap + cw * cw * m.squareTimesSlopeSquare * h)
    }
}

/// λ_W and λ_b: how weights and biases count in the tangent kernel H = Σ (λ_W ∂_Wf·∂_Wf + λ_b ∂_bf·∂_bf), where the gradients
/// are those of weights in units 1/√(fan-in).
public struct TangentRates: Sendable, Equatable {
    /// λ_W, how weights count in the tangent kernel.
    public var weight: Double
    /// λ_b, how biases count in it.
    public var bias: Double

    /// λ_W and λ_b, the same in all layers.
    public init(weight: Double, bias: Double) {
        self.weight = weight
        self.bias = bias
    }

    /// λ_W = λ_b = 1, and λ_b = 0 for networks without biases, C_b = 0: the mean-field parameterisation,
    /// hˡ⁺¹ = Wφ(hˡ)/√N + b with parameters of variance C_W and C_b.
    public static func meanField(_ map: KernelMap) -> TangentRates {
        TangentRates(weight: 1, bias: map.biasVariance > 0 ? 1 : 0)
    }

    /// λ_W = C_W, λ_b = C_b: the tangent parameterisation, hˡ⁺¹ = σ_w Wφ(hˡ)/√N + σ_b b with parameters of unit variance.
    public static func neuralTangent(_ map: KernelMap) -> TangentRates {
        TangentRates(weight: map.weightVariance, bias: map.biasVariance)
    }
}
