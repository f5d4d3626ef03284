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
        let (n, d, rows) = (positions, components, q.rows)
        let (heads, samples) = (rows / d, q.columns / n)
        var output = Matrix(rows: rows, columns: q.columns)
        var shares = [Double](repeating: 0, count: heads * samples * n * n)
        let scale = 1 / Double(d).squareRoot()
        output.elements.withUnsafeMutableBufferPointer { o in
            shares.withUnsafeMutableBufferPointer { p in
                for sample in 0..<samples {
                    for head in 0..<heads {
                        let block = (sample * heads + head) * n * n
                        for s in 0..<n {
                            let (row, last) = (block + s * n, isCausal ? s : n - 1)
                            let at = (sample * n + s) * rows + head * d
                            var largest = -Double.infinity
                            for t in 0...last {
                                let other = (sample * n + t) * rows + head * d
                                var logit = 0.0
                                for i in 0..<d { logit += q.elements[at + i] * k.elements[other + i] }
                                p[row + t] = logit * scale
                                largest = max(largest, p[row + t])
                            }
                            var sum = 0.0
                            for t in 0...last {
                                p[row + t] = exp(p[row + t] - largest)
                                sum += p[row + t]
                            }
                            for t in 0...last {
                                p[row + t] /= sum
                                let other = (sample * n + t) * rows + head * d
                                for i in 0..<d { o[at + i] += p[row + t] * v.elements[other + i] }
                            }
                        }
                    }
                }
            }
        }
        return (output, shares)
    }

    /// Derivatives with respect to q, k and v, from that with respect to o.
    func backward(_ g: Matrix, _ q: Matrix, _ k: Matrix, _ v: Matrix, shares: [Double]) -> (
        query: Matrix, key: Matrix, value: Matrix
    ) {
        let (n, d, rows) = (positions, components, q.rows)
        let (heads, samples) = (rows / d, q.columns / n)
        let none = Matrix(rows: rows, columns: q.columns)
        var (gq, gk, gv) = (none, none, none)
        let scale = 1 / Double(d).squareRoot()
        var slope = [Double](repeating: 0, count: n)
        for sample in 0..<samples {
            for head in 0..<heads {
                let block = (sample * heads + head) * n * n
                for s in 0..<n {
                    let (row, last) = (block + s * n, isCausal ? s : n - 1)
                    let at = (sample * n + s) * rows + head * d
                    var mean = 0.0
                    for t in 0...last {
                        let other = (sample * n + t) * rows + head * d
                        var product = 0.0
                        for i in 0..<d {
                            product += g.elements[at + i] * v.elements[other + i]
                            gv.elements[other + i] += shares[row + t] * g.elements[at + i]
                        }
                        slope[t] = product
                        mean += shares[row + t] * product
                    }
                    for t in 0...last {
                        let other = (sample * n + t) * rows + head * d
                        let logit = shares[row + t] * (slope[t] - mean) * scale
                        for i in 0..<d {
                            gq.elements[at + i] += logit * k.elements[other + i]
                            gk.elements[other + i] += logit * q.elements[at + i]
                        }
                    }
                }
            }
        }
        return (gq, gk, gv)
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
