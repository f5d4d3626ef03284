import Numerics
import SaddleModels
import SaddleNumerics

/// Two-point functions of the residuals at two ridges, and their double integrals with a filter.
///
/// With v_λ = w* − u_λ the residual of the ridge solution, averages of vᵀΣv′ over data, noise and features are
///
///     same everything        [B + σ²]/(1 − γ) − σ²           (+ σ₀²S/(1 − γ) from initial weights)
///     same features          B                               (+ σ₀²S)
///     same data and noise    [β + σ²]/(1 − ζ) − σ²
///     nothing                β
///
///     γ = (κ′d′ − κd)/(κ′ − κ)/P,   B = (κ′O − κO′)/(κ′ − κ),   S = κκ′(d − d′)/(κ′ − κ),
///     ζ = (κ₂′d′ − κ₂d)/(κ₂′ − κ₂)/P,   β = κ₂κ₂′(g − g′)/(κ₂′ − κ₂)
///
/// so that only single sums over the spectrum are needed, at each node. Any linear training is a filter: with q_t(z) what is left of a mode
///
///     E vᵀΣv (t) = (2πi)⁻² ∮∮ q_t(z)q_t(z′) L(−z, −z′)/(zz′) dz dz′
///
/// Derived here from the resolvent identity R R′ = (R − R′)/(κ′ − κ); the diagonal λ = λ′ is that of Atanasov, Zavatone-Veth, Pehlevan 2024.
enum PairAverages {
    /// The eight functions: signal, then noise (times σ²), then initial weights (times σ₀²).
    struct Values {
        /// β, B, β/(1−ζ), B/(1−γ)
        var separate, sameFeatures, sameData, same: Complex<Double>
        /// ζ/(1−ζ), γ/(1−γ)
        var noiseSameData, noiseSame: Complex<Double>
        /// S, S/(1−γ)
        var initialSameFeatures, initialSame: Complex<Double>

        static let count = 8
        subscript(k: Int) -> Complex<Double> {
            switch k {
            case 0: separate
            case 1: sameFeatures
            case 2: sameData
            case 3: same
            case 4: noiseSameData
            case 5: noiseSame
            case 6: initialSameFeatures
            default: initialSame
            }
        }
    }

    /// - Parameter samples: P
    @inline(__always)
    static func values(_ a: EquivalentNode, _ b: EquivalentNode, samples: Double) -> Values {
        let (Δκ, Δκ₂) = (b.outer - a.outer, b.inner - a.inner)
        // Close together, quotients of differences lose digits, and the mean of the slopes is exact to second order.
        let isNear = Δκ₂.lengthSquared <= 1e-10 * a.inner.lengthSquared
        let isNearOuter = Δκ.lengthSquared <= 1e-10 * a.outer.lengthSquared
        let inverse = isNear ? .zero : Δκ₂.fastReciprocal
        let inverseOuter = isNearOuter ? .zero : Δκ.fastReciprocal
        // Slopes of d, O by κ and of d, g by κ₂.
        let (slopeA, slopeB) = isNearOuter ? (a.outerSlope.fastReciprocal, b.outerSlope.fastReciprocal) : (.zero, .zero)
        let dByOuter =
            isNearOuter
            ? (a.degreesDecline * slopeA + b.degreesDecline * slopeB).multiplied(by: -0.5)
            : (b.degrees - a.degrees) * inverseOuter
        let oByOuter =
            isNearOuter
            ? (a.objectiveSlope * slopeA + b.objectiveSlope * slopeB).multiplied(by: 0.5)
            : (b.objective - a.objective) * inverseOuter
        let dByInner =
            isNear ? (a.degreesDecline + b.degreesDecline).multiplied(by: -0.5) : (b.degrees - a.degrees) * inverse
        let gByInner =
            isNear ? (a.resolventDecline + b.resolventDecline).multiplied(by: -0.5) : (b.resolvent - a.resolvent) * inverse

        let γ = (b.degrees + a.outer * dByOuter).multiplied(by: 1 / samples)
        let ζ = (b.degrees + a.inner * dByInner).multiplied(by: 1 / samples)
        let bias = -a.inner * b.inner * gByInner
        let perFeatures = a.objective - a.outer * oByOuter
        let initial = -a.outer * b.outer * dByOuter
        let (gain, gainOfMean) = ((1 - γ).fastReciprocal, (1 - ζ).fastReciprocal)
        return Values(
            separate: bias, sameFeatures: perFeatures, sameData: bias * gainOfMean, same: perFeatures * gain,
            noiseSameData: ζ * gainOfMean, noiseSame: γ * gain, initialSameFeatures: initial, initialSame: initial * gain)
    }

    /// Rows of nodes done together, so that memory stays small.
    private static let blockSize = 32

    /// The double integrals of all eight functions with filters.
    ///
    /// Both halves of both contours make 2 Re Σ_ij [c_i M_ij c_j + c_i H_ij c̄_j] with c = w q(z)/z, M at (z_i, z_j) and H at (z_i, z̄_j).
    ///
    /// - Parameter filters: q at each node, one array for each time.
    /// - Complexity: O(n²) two-point functions for n nodes, O(n²) operations of BLAS for each time and function.
    static func integrals(
        _ nodes: [EquivalentNode], _ contour: SpectralContour, samples: Double, filters: [[Complex<Double>]]
    ) throws -> [[Double]] {
        let (n, times) = (nodes.count, filters.count)
        let conjugates = nodes.map(\.conjugate)
        var coefficients = Matrix(rows: 2 * n, columns: times)
        for (t, filter) in filters.enumerated() {
            for i in 0..<n {
                let c = contour.weights[i] * filter[i] / contour.nodes[i]
                coefficients[i, t] = c.real
                coefficients[n + i, t] = c.imaginary
            }
        }
        let chosen = coefficients
        let blocks = try Threads.map((n + blockSize - 1) / blockSize) { block -> [[Double]] in
            let rows = block * blockSize..<min((block + 1) * blockSize, n)
            let m = rows.count
            // Real and imaginary part of Σ_j (M c + H c̄) as forms in (Re c, Im c), one matrix for each function.
            var forms = [[Double]](repeating: [Double](repeating: 0, count: 2 * m * 2 * n), count: Values.count)
            for j in 0..<n {
                for (r, i) in rows.enumerated() {
                    let plain = values(nodes[i], nodes[j], samples: samples)
                    let mixed = values(nodes[i], conjugates[j], samples: samples)
                    for k in 0..<Values.count {
                        let (x, y) = (plain[k], mixed[k])
                        let (left, right) = (j * 2 * m + r, (n + j) * 2 * m + r)
                        forms[k][left] = x.real + y.real
                        forms[k][left + m] = x.imaginary + y.imaginary
                        forms[k][right] = y.imaginary - x.imaginary
                        forms[k][right + m] = x.real - y.real
                    }
                }
            }
            return forms.map { form in
                let images = Matrix(rows: 2 * m, columns: 2 * n, elements: form) * chosen
                return (0..<times).map { t in
                    var sum = 0.0
                    for (r, i) in rows.enumerated() {
                        sum += chosen[i, t] * images[r, t] - chosen[n + i, t] * images[m + r, t]
                    }
                    return 2 * sum
                }
            }
        }
        var sums = [[Double]](repeating: [Double](repeating: 0, count: times), count: Values.count)
        for block in blocks {
            for k in sums.indices { for t in 0..<times { sums[k][t] += block[k][t] } }
        }
        return sums
    }
}

extension EquivalentNode {
    var conjugate: EquivalentNode {
        EquivalentNode(
            inner: inner.conjugate, degrees: degrees.conjugate, degreesDecline: degreesDecline.conjugate,
            resolvent: resolvent.conjugate, resolventDecline: resolventDecline.conjugate, outer: outer.conjugate,
            outerSlope: outerSlope.conjugate)
    }
}

extension Complex<Double> {
    /// 1/z without care for overflow.
    @inline(__always)
    fileprivate var fastReciprocal: Complex { conjugate.multiplied(by: 1 / lengthSquared) }
}

extension LossSources {
    /// From the eight averages at one time, in the order of ``PairAverages/Values``.
    init(_ v: [Double], noise: Double, initialVariance: Double) {
        self.init()
        // Equal averages differ by nothing, infinite ones too.
        func minus(_ a: Double, _ b: Double) -> Double { a == b ? 0 : a - b }
        bias = v[0]
        features = v[1] - v[0]
        data = v[2] - v[0]
        featuresAndData = minus(v[3], v[2]) - features
        // An infinite average without its cause is not there.
        if noise > 0 {
            labelNoise = noise * v[4]
            labelNoiseAndFeatures = noise * minus(v[5], v[4])
        }
        if initialVariance > 0 {
            initialWeights = initialVariance * v[6]
            initialWeightsAndData = initialVariance * minus(v[7], v[6])
        }
    }
}
