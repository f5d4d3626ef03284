#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Walks x₁ > … > x_m ≥ 0 on the integers that are conditioned never to meet: each stays with qˣ and goes down by one with 1 − qˣ,
///
///     P(x → y) = q^{−m(m−1)/2} ∏ᵢ p(xᵢ → yᵢ) h(y)/h(x),    h(x) = ∏_{i<j} (q^{−xᵢ} − q^{−xⱼ}).
///
/// In u = q^{−x} the walk maps polynomials to polynomials, uᶜ to qᶜuᶜ + (1 − qᶜ)u^{c−1}; so h is an eigenfunction with q^{0+1+…+(m−1)}, and the step is Doob's
/// transform. Given where walks end, all ways there have a weight q to the number of boxes below them: the paths are a lozenge tiling of a sawtooth domain, whose
/// teeth are the gaps of the start. In the end all are packed at m − 1, …, 0, where they stay. Source: Petrov and Tikhonov 2023.
public struct NoncollidingWalks: Sendable {
    /// q, above 0 and below 1.
    public let q: Double
    /// Descending.
    public let start: [Int]

    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)``.
    public init(q: Double, start: [Int]) throws(RandomMatrixError) {
        guard q > 0, q < 1 else { throw .badParameter(name: "q", value: q, accepted: "a number above 0 and below 1") }
        guard let last = start.last, last >= 0, zip(start, start.dropFirst()).allSatisfy({ $0 > $1 }) else {
            throw .badParameter(
                name: "the last start", value: Double(start.last ?? -1), accepted: "descending whole numbers, at least 0")
        }
        // q^{−x} and products of two of them are numbers.
        let largest = -Double(start[0]) * log(q)
        guard largest < 300 else {
            throw .badParameter(
                name: "q", value: q, accepted: "a number closer to 1: q^−x of the highest start, \(start[0]), is beyond e^300")
        }
        (self.q, self.start) = (q, start)
    }

    /// m
    public var count: Int { start.count }

    /// q^{−x}
    public func weight(_ x: Int) -> Double { pow(q, -Double(x)) }

    /// P(x → y) as defined; O(m²), for few walks.
    public func probability(from x: [Int], to y: [Int]) -> Double {
        let m = count
        var value = pow(q, -Double(m * (m - 1) / 2))
        for (a, b) in zip(x, y) {
            guard b == a || b == a - 1 else { return 0 }
            value *= b == a ? pow(q, Double(a)) : 1 - pow(q, Double(a))
        }
        for i in 0..<m {
            for j in i + 1..<max(m, i + 1) { value *= difference(y[i], y[j]) / difference(x[i], x[j]) }
        }
        return value
    }

    private func difference(_ a: Int, _ b: Int) -> Double { weight(a) - weight(b) }

    /// The matrix L with P(exactly those of S go down) = det L_S / det(1 + L): with ℓⱼ the polynomials that are 1 at uⱼ and 0 at the other u,
    ///
    ///     Lᵢⱼ = (uᵢ − 1) ℓⱼ(q uᵢ)    (h(y)/h(x) = det ℓⱼ(q^{−yᵢ}), and who stays has a row of the identity)
    ///
    /// in the gauge dᵢLᵢⱼ/dⱼ, dᵢ = |Φ(quᵢ)Φ′(uᵢ)|^{−1/2} with Φ(z) = ∏(z − uₖ), where it is aᵢaⱼ/(uⱼ − quᵢ): without that entries grow exponentially in m. Of who
    /// has a neighbour right below, Φ(quᵢ) = 0; that factor is left out of dᵢ, and the row has the single entry of the neighbour.
    func ensemble(_ x: [Int]) -> Matrix {
        let m = x.count, η = -log(q)
        // log |e^{ηa} − e^{ηb}|
        func distance(_ a: Int, _ b: Int) -> Double { η * Double(max(a, b)) + log(-expm1(-η * Double(abs(a - b)))) }
        var value = [Double](repeating: 0, count: m), slope = value
        for i in 0..<m {
            for k in 0..<m {
                if x[k] != x[i] - 1 { value[i] += distance(x[i] - 1, x[k]) }
                if k != i { slope[i] += distance(x[i], x[k]) }
            }
        }
        var result = Matrix(rows: m, columns: m)
        func gauge(_ i: Int, _ j: Int) -> Double { (value[j] + slope[j] - value[i] - slope[i]) / 2 }
        for i in 0..<m where x[i] > 0 {
            let rate = log(expm1(η * Double(x[i])))
            if i + 1 < m, x[i + 1] == x[i] - 1 {
                result[i, i + 1] = exp(rate + gauge(i, i + 1))
                continue
            }
            for j in 0..<m {
                let isNegative = (j > i) != ((i + j) % 2 == 1)
                let size = rate + value[i] - distance(x[i] - 1, x[j]) - slope[j] + gauge(i, j)
                result[i, j] = isNegative ? -exp(size) : exp(size)
            }
        }
        return result
    }

    /// Which walks go down in the next step, as a determinantal process on the walks.
    public func moves(from x: [Int]) throws(FactorizationError) -> DeterminantalProcess {
        try DeterminantalProcess(ensemble: ensemble(x))
    }

    /// Positions before each of `steps` steps and after the last, drawn exactly.
    ///
    /// - Complexity: O(m³) a step.
    public func path(
        steps: Int, _ stream: inout RandomStream, shouldStop: () -> Bool = { false }
    ) throws -> [[Int]] {
        let packed = Array((0..<count).reversed())
        var x = start, all = [x]
        for _ in 0..<steps {
            if shouldStop() { throw CancellationError() }
            if x != packed {
                let down = try moves(from: x).sample(&stream)
                for i in x.indices where down[i] { x[i] -= 1 }
                if let i = x.indices.dropLast().first(where: { x[$0] <= x[$0 + 1] }) {
                    throw DeterminantalError(place: i, probability: 0)
                }
            }
            all.append(x)
        }
        return all
    }

    /// ⟨Σ q^{−xᵢ(t)}⟩ for t = 0 … steps, exact at every m: it goes to q times itself + q^{1−m} − q in a step.
    ///
    /// From ⟨(1/z) ∏ (z − vᵢ)/(z − uᵢ) + (1 − 1/z) ∏ (qz − vᵢ)/(z − uᵢ)⟩ = q^m for every z, where u → v is a step: residues at z = uₖ cancel between the two terms, as
    /// exchanging "stays" and "goes down" of one walk shows; the next order at z → ∞ is the mean.
    public func meanPotential(steps: Int) -> [Double] {
        let added = pow(q, 1 - Double(count)) - q
        var value = start.reduce(0.0) { $0 + weight($1) }
        return (0...steps).map { _ in
            defer { value = q * value + added }
            return value
        }
    }
}
