#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// One component is the real part of F(τ) = w E(sτ) e^{ibτ} with b = 2πμ and an even envelope E. Everything that is wanted
// follows from the derivatives eₙ = sⁿE⁽ⁿ⁾(sτ) of the envelope:
//
//     F⁽ⁿ⁾ = w e^{ibτ} Σ_k C(n,k) e_k (ib)^{n−k}         (Leibniz)
//     ∂F⁽ⁿ⁾/∂log w = F⁽ⁿ⁾,   ∂F⁽ⁿ⁾/∂b = i(τF⁽ⁿ⁾ + nF⁽ⁿ⁻¹⁾),   ∂eₙ/∂log s = n eₙ + τ eₙ₊₁
//
// Gaussian: E = e^{−r²/2}, s = 2πσ, so E⁽ⁿ⁺¹⁾ = −rE⁽ⁿ⁾ − nE⁽ⁿ⁻¹⁾.
// Student-t with 2p + 1 degrees: E = e^{−r}θ_p(r)/θ_p(0) for r ≥ 0 with the reverse Bessel polynomial θ_p and
// s = 2πσ√(2p + 1). Its derivatives are e^{−r} times polynomials with whole coefficients, P ← P′ − P, in which the low powers
// cancel exactly; a recursion in floating point would lose them near r = 0.

/// Derivatives with respect to τ of one component of a mixture, and their gradients with respect to its parameters.
struct SpectralJets {
    let order: Int
    /// Re F⁽ⁿ⁾, n = 0 … order; also the derivative by log w.
    private(set) var value: [Double]
    /// ∂ Re F⁽ⁿ⁾/∂μ
    private(set) var byFrequency: [Double]
    /// ∂ Re F⁽ⁿ⁾/∂log σ
    private(set) var byLogWidth: [Double]

    private let mixture: SpectralMixture
    /// Rows of Pascal's triangle.
    private let binomials: [[Double]]
    /// Student-t: the polynomials of the derivatives of the envelope, low powers first. Empty for a Gaussian.
    private let polynomials: [[Double]]
    private let weights: [Double]
    private let rate: [Double]
    private var envelope: [Double]

    init(_ mixture: SpectralMixture, order: Int) {
        precondition(
            order <= mixture.spectrum.smoothness, "derivative \(order) of a kernel with \(mixture.spectrum.smoothness)")
        self.mixture = mixture
        self.order = order
        value = [Double](repeating: 0, count: order + 1)
        (byFrequency, byLogWidth) = (value, value)
        weights = mixture.weights
        envelope = [Double](repeating: 0, count: order + 2)
        var rows: [[Double]] = [[1]]
        for n in 1...max(order, 1) {
            rows.append((0...n).map { ($0 > 0 ? rows[n - 1][$0 - 1] : 0) + ($0 < n ? rows[n - 1][$0] : 0) })
        }
        binomials = rows
        switch mixture.spectrum {
        case .gaussian:
            polynomials = []
            rate = mixture.widths.map { 2 * Double.pi * $0 }
        case .studentT(let degrees):
            polynomials = Self.polynomials(degrees: degrees, order: order + 1)
            rate = mixture.widths.map { 2 * Double.pi * $0 * Double(degrees).squareRoot() }
        }
    }

    /// Fills `value`, `byFrequency` and `byLogWidth`.
    mutating func evaluate(component q: Int, at τ: Double) {
        fillEnvelope(rate[q], τ)
        let (w, b) = (weights[q], 2 * Double.pi * mixture.frequencies[q])
        let (cosine, sine) = (w * cos(b * τ), w * sin(b * τ))
        var last = (real: 0.0, imaginary: 0.0)
        for n in 0...order {
            var sum = (real: 0.0, imaginary: 0.0), widthSum = sum
            var power = 1.0
            for k in stride(from: n, through: 0, by: -1) {
                // (ib)^{n−k} = b^{n−k} times 1, i, −1, −i
                let term = binomials[n][k] * power
                let plain = term * envelope[k]
                let wide = term * (Double(k) * envelope[k] + τ * envelope[k + 1])
                switch (n - k) % 4 {
                case 0: (sum.real, widthSum.real) = (sum.real + plain, widthSum.real + wide)
                case 1: (sum.imaginary, widthSum.imaginary) = (sum.imaginary + plain, widthSum.imaginary + wide)
                case 2: (sum.real, widthSum.real) = (sum.real - plain, widthSum.real - wide)
                default: (sum.imaginary, widthSum.imaginary) = (sum.imaginary - plain, widthSum.imaginary - wide)
                }
                power *= b
            }
            let f = (real: sum.real * cosine - sum.imaginary * sine, imaginary: sum.real * sine + sum.imaginary * cosine)
            value[n] = f.real
            byFrequency[n] = -2 * Double.pi * (τ * f.imaginary + Double(n) * last.imaginary)
            byLogWidth[n] = widthSum.real * cosine - widthSum.imaginary * sine
            last = f
        }
    }

    /// eₙ = sⁿE⁽ⁿ⁾(sτ), n = 0 … order + 1.
    private mutating func fillEnvelope(_ s: Double, _ τ: Double) {
        let r = s * abs(τ)
        if polynomials.isEmpty {
            envelope[0] = exp(-r * r / 2)
            envelope[1] = -r * envelope[0]
            for n in 1..<envelope.count - 1 { envelope[n + 1] = -r * envelope[n] - Double(n) * envelope[n - 1] }
        } else {
            let decay = exp(-r) / polynomials[0][0]
            for n in envelope.indices { envelope[n] = decay * polynomials[n].reversed().reduce(0) { $0 * r + $1 } }
        }
        var power = 1.0
        for n in envelope.indices {
            envelope[n] *= power
            power *= τ < 0 ? -s : s
        }
    }

    /// θ_p and its successors P ← P′ − P, with 2p + 1 degrees of freedom.
    private static func polynomials(degrees: Int, order: Int) -> [[Double]] {
        let first: [Double] =
            switch degrees {
            case 1: [1]
            case 3: [1, 1]
            case 5: [3, 3, 1]
            default: [15, 15, 6, 1]
            }
        var list = [first]
        for _ in 0..<order {
            let p = list.last!
            list.append(p.indices.map { ($0 + 1 < p.count ? Double($0 + 1) * p[$0 + 1] : 0) - p[$0] })
        }
        return list
    }
}
