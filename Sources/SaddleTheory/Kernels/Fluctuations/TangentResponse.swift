import SaddleNumerics

/// What a tangent kernel does, to first order, when the averages over the neurons of one layer differ from their limits.
///
///     dK_{μν} = Σ_ℓ aˡ_{μν} dΦˡ_{μν} + bˡ_{μν} dΦˡ_{μμ} + bˡ_{νμ} dΦˡ_{νν} + cˡ_{μν} dGˡ_{μν}
///
/// with Φˡ = ⟨φφ⟩ and Gˡ = ⟨gg⟩ over the neurons of layer ℓ, gˡ = φ′(hˡ)zˡ. From K = Σ_ℓ Gˡ⁺¹(λ_W Φˡ + λ_b), Φˡ⁺¹ = F(Σˡ⁺¹),
/// Gˡ = Ḟ(Σˡ) σ_w²Gˡ⁺¹ and Σˡ⁺¹ = σ_w²Φˡ + σ_b² the chain rule gives, from the last layer down,
///
///     cˡ = Θˡ  (the tangent kernel of the layers up to ℓ),      aᴸ = λ_W,   bᴸ = 0
///     aˡ = λ_W Gˡ⁺¹ + σ_w²[aˡ⁺¹ Ḟ + cˡ⁺¹ σ_w²Gˡ⁺² F̈]
///     bˡ = σ_w²[aˡ⁺¹ ∂_qF + cˡ⁺¹ σ_w²Gˡ⁺² ∂_qḞ + bˡ⁺¹ dF_{μμ}/dq_μ]
///
/// all at layer ℓ+1, elementwise. On the diagonal, and for equal inputs, derivatives are total and b is zero. A pair of inputs needs nothing but itself:
/// this is the linear response of Bordelon & Pehlevan 2023 ("Dynamics of finite width kernel and prediction fluctuations",
/// section 4 and appendix on initialisation) without its matrices.
struct TangentResponse: Sendable {
    /// aˡ, bˡ and cˡ of layers 1 … L, each n × n. Row μ of b belongs to dΦ_{μμ}.
    let feature: [Matrix]
    let variance: [Matrix]
    let gradient: [Matrix]

    /// - Parameter kind: the tangent kernel, or the covariance Σᴸ⁺¹ of the outputs, for which λ_W = σ_w² counts in the last layer only
    ///   and c = 0.
    init(_ kernels: InitialKernels, of kind: KernelKind) {
        let isTangent = kind == .ntk
        let (depth, s2) = (kernels.layers.count, kernels.recursion.weightVariance)
        let n = kernels.layers[0].value.rows
        var a = Matrix(rows: n, columns: n, repeating: isTangent ? kernels.recursion.weightRates[depth] : s2)
        var b = Matrix(rows: n, columns: n)
        var (feature, variance) = ([a], [b])
        for layer in stride(from: depth - 1, to: 0, by: -1) {
            // Layer ℓ+1 in the equations above; its arrays have index ℓ.
            let above = kernels.layers[layer], c = kernels.tangent[layer]
            let λ = isTangent ? kernels.recursion.weightRates[layer] : 0, γ = isTangent ? s2 : 0
            let (g, beyond) = (kernels.gradient[layer], kernels.gradient[layer + 1])
            var (nextA, nextB) = (a, b)
            for j in 0..<n {
                for i in 0..<n {
                    let (p, q) = (a[i, j], γ * c[i, j] * beyond[i, j])
                    if i == j || above.areEqual(i, j) {
                        nextA[i, j] = λ * g[i, j] + s2 * (p * above.valueByVariance[i] + q * above.slopeByVariance[i])
                        nextB[i, j] = 0
                    } else {
                        nextA[i, j] = λ * g[i, j] + s2 * (p * above.slope[i, j] + q * above.derivatives.slopeByCovariance[i, j])
                        nextB[i, j] =
                            s2
                            * (p * above.derivatives.valueByRow[i, j] + q * above.derivatives.slopeByRow[i, j] + b[i, j]
                                * above.valueByVariance[i])
                    }
                }
            }
            (a, b) = (nextA, nextB)
            feature.append(a)
            variance.append(b)
        }
        self.feature = feature.reversed()
        self.variance = variance.reversed()
        gradient = isTangent ? kernels.tangent : kernels.tangent.map { _ in Matrix(rows: n, columns: n) }
    }
}
