import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Softmax attention of heads whose d_k components are neighbouring sites, between the positions of each sample:
///
///     o_s = Σ_t p_st v_t,   p_st = softmax_t(q_s·k_t/√d_k)            (t ≤ s if it is causal)
struct SiteAttention: Sendable {
    let components: Int
    let positions: Int
    let isCausal: Bool

    /// - Returns: o, and p by head, sample, s and t.
    func forward(_ q: Matrix, _ k: Matrix, _ v: Matrix) -> (output: Matrix, shares: [Double]) {
        let (d, scale) = (components, 1 / Double(components).squareRoot())
        var output = Matrix(rows: q.rows, columns: q.columns)
        var shares = [Double](repeating: 0, count: q.rows / d * q.columns * positions)
        output.elements.withUnsafeMutableBufferPointer { o in
            shares.withUnsafeMutableBufferPointer { p in
                eachToken(q) { at, row, others in
                    var largest = -Double.infinity
                    for (t, other) in others.enumerated() {
                        var logit = 0.0
                        for i in 0..<d { logit += q.elements[at + i] * k.elements[other + i] }
                        p[row + t] = logit * scale
                        largest = max(largest, p[row + t])
                    }
                    var sum = 0.0
                    for (t, _) in others.enumerated() {
                        p[row + t] = exp(p[row + t] - largest)
                        sum += p[row + t]
                    }
                    for (t, other) in others.enumerated() {
                        p[row + t] /= sum
                        for i in 0..<d { o[at + i] += p[row + t] * v.elements[other + i] }
                    }
                }
            }
        }
        return (output, shares)
    }

    /// Derivatives with respect to q, k and v, from that with respect to o.
    func backward(
        _ g: Matrix, _ q: Matrix, _ k: Matrix, _ v: Matrix, shares: [Double]
    ) -> (query: Matrix, key: Matrix, value: Matrix) {
        let (d, scale) = (components, 1 / Double(components).squareRoot())
        let none = Matrix(rows: q.rows, columns: q.columns)
        var (gq, gk, gv) = (none, none, none)
        var slope = [Double](repeating: 0, count: positions)
        eachToken(q) { at, row, others in
            var mean = 0.0
            for (t, other) in others.enumerated() {
                var product = 0.0
                for i in 0..<d {
                    product += g.elements[at + i] * v.elements[other + i]
                    gv.elements[other + i] += shares[row + t] * g.elements[at + i]
                }
                slope[t] = product
                mean += shares[row + t] * product
            }
            for (t, other) in others.enumerated() {
                let logit = shares[row + t] * (slope[t] - mean) * scale
                for i in 0..<d {
                    gq.elements[at + i] += logit * k.elements[other + i]
                    gk.elements[other + i] += logit * q.elements[at + i]
                }
            }
        }
        return (gq, gk, gv)
    }

    /// Calls `body` for each token s of every sample and head: where its components begin, where its shares do, and where those of the tokens
    /// that it sees begin.
    private func eachToken(_ field: Matrix, _ body: (_ at: Int, _ row: Int, _ others: StrideTo<Int>) -> Void) {
        let (n, rows, heads) = (positions, field.rows, field.rows / components)
        for sample in 0..<field.columns / n {
            for head in 0..<heads {
                let first = sample * n * rows + head * components, block = (sample * heads + head) * n * n
                for s in 0..<n {
                    let seen = isCausal ? s + 1 : n
                    body(first + s * rows, block + s * n, stride(from: first, to: first + seen * rows, by: rows))
                }
            }
        }
    }
}

/// Every column shifted and scaled to mean 0 and mean square 1 over its sites.
enum SiteNormalization {
    /// - Returns: the columns, and 1/s of each.
    static func forward(_ h: Matrix) -> (output: Matrix, inverse: [Double]) {
        var output = h
        let count = Double(h.rows)
        let inverse = (0..<h.columns).map { j -> Double in
            let column = j * h.rows..<(j + 1) * h.rows
            let mean = column.reduce(0) { $0 + h.elements[$1] } / count
            let square = column.reduce(0) { $0 + (h.elements[$1] - mean) * (h.elements[$1] - mean) } / count
            let inverse = 1 / square.squareRoot()
            for i in column { output.elements[i] = (h.elements[i] - mean) * inverse }
            return inverse
        }
        return (output, inverse)
    }

    /// (g − ⟨g⟩ − ĥ⟨ĥ g⟩)/s
    static func backward(_ g: Matrix, output: Matrix, inverse: [Double]) -> Matrix {
        var result = g
        let count = Double(g.rows)
        for j in 0..<g.columns {
            let column = j * g.rows..<(j + 1) * g.rows
            let mean = column.reduce(0) { $0 + g.elements[$1] } / count
            let along = column.reduce(0) { $0 + g.elements[$1] * output.elements[$1] } / count
            for i in column { result.elements[i] = (g.elements[i] - mean - output.elements[i] * along) * inverse[j] }
        }
        return result
    }
}
