import SaddleModels
import SaddleNumerics

/// The equations of dynamical mean field theory of linear networks with weights between levels of fields, closed in times, samples and positions
/// a = (t, μ, x):
///
///     h_m = Σ_{skips ℓ→m} h_ℓ + Σ_{weights e: ℓ→m} b_e χ_e,         χ_e = u_e + γ(A_e + (η/P) b_e Δ Φ_e) g_m
///     g_ℓ = Σ_{skips ℓ→m} g_m + Σ_{weights e: ℓ→m} b_e M_eᵀψ_e,     ψ_e = r_e + γ(B_e + (η/P) b_e Δ Γ_e) M_e h_ℓ
///
/// with M_e the positions that a place of a window reads, Φ_e = ⟨M_eh_ℓ M_eh_ℓ⟩ and Γ_e = ⟨g_m g_m⟩ the covariances of u_e and r_e, and A_e, B_e the
/// responses of M_eh_ℓ to r_e and of g_m to u_e over γ; all that is learnt comes from earlier times. Fields are linear in the Gaussian
/// vectors u, r and the readout's weights, and are kept as their coefficients: neither sites nor bases.
struct LinearGraphEquations {
    struct Weight {
        var from: Int, to: Int
        var factor: Double
        /// The position that each position reads; nil where it reads none.
        var reads: [Int?]
    }

    var levels: Int
    var weights: [Weight]
    var skips: [(from: Int, to: Int)] = []
    /// Whether the readout has weights for each position, or for the mean over them.
    var hasOwnReadouts = false
    /// Covariance of what the first level reads, over samples and positions.
    var inputs: Matrix
    var labels: [Double]
    var positions: Int
    var steps: Int
    /// η, γ
    var rate: Double, richness: Double

    /// f at row t·P + μ.
    func outputs() -> [Double] {
        let p = labels.count, n = (steps + 1) * p * positions, stride = p * positions
        func sample(_ a: Int) -> (time: Int, sample: Int, position: Int) { (a / stride, a % stride / positions, a % positions) }
        let share = hasOwnReadouts ? 1 / Double(positions).squareRoot() : 1 / Double(positions)
        // Noise: u of the inputs, u and r of every weight, the readout's.
        let noises = 2 + 2 * weights.count
        func u(_ e: Int) -> Int { 1 + 2 * e }
        func r(_ e: Int) -> Int { 2 + 2 * e }
        let zero = Matrix(rows: n, columns: n)
        let reading = weights.map { w in
            Matrix(rows: n, columns: n) { a, b in
                a / positions == b / positions && w.reads[a % positions] == b % positions ? 1 : 0
            }
        }
        // Coefficients of h₁ … h_L, then g₁ … g_L.
        var fields = [[Matrix]](repeating: [Matrix](repeating: zero, count: noises), count: 2 * levels)
        var covariances = [Matrix](repeating: zero, count: noises)
        covariances[0] = Matrix(rows: n, columns: n) { inputs[$0 % stride, $1 % stride] }
        covariances[noises - 1] = Matrix(rows: n, columns: n) { a, b in
            !hasOwnReadouts || a % positions == b % positions ? 1 : 0
        }
        var f = [Double](repeating: 0, count: (steps + 1) * p)

        func covariance(_ a: [Matrix], _ b: [Matrix]) -> Matrix {
            var sum = zero
            for k in 0..<noises { sum.add(a[k] * covariances[k] * b[k].transposed) }
            return sum
        }
        /// What is learnt from times before, up to a horizon.
        func learnt(_ kernel: Matrix, _ factor: Double, _ response: Matrix, _ horizon: Int) -> Matrix {
            Matrix(rows: n, columns: n) { a, b in
                let (t, s) = (sample(a), sample(b))
                guard s.time < t.time, t.time <= horizon else { return 0 }
                let error = labels[s.sample] - f[s.time * p + s.sample]
                return richness * (response[a, b] + rate / Double(p) * factor * error * kernel[a, b])
            }
        }
        for horizon in 0...steps {
            // Enough to carry what is known at one time up and down through all levels.
            for _ in 0..<2 * levels + 2 {
                let h = { (level: Int) in fields[level - 1] }, g = { (level: Int) in fields[levels + level - 1] }
                let forward = weights.indices.map { e in
                    learnt(covariances[u(e)], weights[e].factor, responses(h(weights[e].from), r(e), reading[e]), horizon)
                }
                let backward = weights.indices.map { e in
                    learnt(covariances[r(e)], weights[e].factor, responses(g(weights[e].to), u(e), nil), horizon)
                }
                let first = learnt(covariances[0], 1, zero, horizon)
                // The readout sums over positions, or has its own weights at each.
                let ones = Matrix(rows: n, columns: n) { a, b in
                    hasOwnReadouts && a % positions != b % positions ? 0 : 1
                }
                let last = learnt(ones, share, zero, horizon)
                // Strictly lower in time but for what is passed on at one time: iterated until it has gone through.
                for _ in 0..<(levels + 1) * 2 {
                    var next = [[Matrix]](repeating: [Matrix](repeating: zero, count: noises), count: 2 * levels)
                    func add(_ matrix: Matrix?, _ source: Int, to target: Int, factor: Double = 1) {
                        for k in 0..<noises {
                            var part = matrix.map { $0 * fields[source][k] } ?? fields[source][k]
                            part.scale(by: factor)
                            next[target][k].add(part)
                        }
                    }
                    next[0][0].add(Matrix.identity(n))
                    add(first, levels, to: 0)
                    var start = Matrix.identity(n)
                    start.scale(by: share)
                    next[2 * levels - 1][noises - 1].add(start)
                    add(last, levels - 1, to: 2 * levels - 1, factor: share)
                    for skip in skips {
                        add(nil, skip.from - 1, to: skip.to - 1)
                        add(nil, levels + skip.to - 1, to: levels + skip.from - 1)
                    }
                    for (e, w) in weights.enumerated() {
                        var noise = Matrix.identity(n)
                        noise.scale(by: w.factor)
                        next[w.to - 1][u(e)].add(noise)
                        add(forward[e], levels + w.to - 1, to: w.to - 1, factor: w.factor)
                        var back = reading[e].transposed
                        back.scale(by: w.factor)
                        next[levels + w.from - 1][r(e)].add(back)
                        add(back * backward[e] * reading[e], w.from - 1, to: levels + w.from - 1)
                    }
                    fields = next
                }
                for (e, w) in weights.enumerated() {
                    let read = fields[w.from - 1].map { reading[e] * $0 }
                    (covariances[u(e)], covariances[r(e)]) = (
                        covariance(read, read), covariance(fields[levels + w.to - 1], fields[levels + w.to - 1])
                    )
                }
                // w of the readout is g_L over its share.
                let cross = covariance(fields[2 * levels - 1], fields[levels - 1])
                f = (0..<(steps + 1) * p).map { row in
                    (0..<positions).reduce(0) { $0 + cross[row * positions + $1, row * positions + $1] } / richness
                }
            }
        }
        return f
    }

    private func responses(_ field: [Matrix], _ noise: Int, _ reading: Matrix?) -> Matrix {
        var response = reading.map { $0 * field[noise] } ?? field[noise]
        response.scale(by: 1 / richness)
        return response
    }
}
