import Numerics

/// Which singular values of a low-rank matrix in white noise are kept: those above the threshold that loses least in mean square, for large matrices.
///
///     τ = λ(β) √n σ,    λ(β)² = 2(β + 1) + 8β/(β + 1 + √(β² + 14β + 1)),    β = m/n ≤ 1 for m × n
///
/// and, where σ is not known, τ = λ(β)/√μ_β · (median singular value), with μ_β the median of Marchenko and Pastur's law, to which most singular values must then
/// belong: the signal's rank has to be far below m/2. Source: Gavish and Donoho 2014.
public enum HardThreshold {
    /// λ(β); 4/√3 for square matrices.
    public static func coefficient(_ β: Double) -> Double {
        precondition(β > 0 && β <= 1, "the ratio of sides is \(β)")
        return (2 * (β + 1) + 8 * β / (β + 1 + (β * β + 14 * β + 1).squareRoot())).squareRoot()
    }

    /// The threshold of an m × n matrix with noise of deviation σ in each entry.
    public static func threshold(rows: Int, columns: Int, noise σ: Double) -> Double {
        let (m, n) = (Double(min(rows, columns)), Double(max(rows, columns)))
        return coefficient(m / n) * n.squareRoot() * σ
    }

    /// The threshold where the noise is not known.
    public static func threshold(rows: Int, columns: Int, singularValues: [Double]) throws -> Double {
        let sorted = singularValues.sorted(), count = sorted.count
        precondition(count == min(rows, columns) && count > 0, "\(count) singular values of \(rows)×\(columns)")
        let middle = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
        let β = Double(min(rows, columns)) / Double(max(rows, columns))
        return try coefficient(β) / medianEigenvalue(β).squareRoot() * middle
    }

    /// μ_β, half of whose law's mass is below it.
    public static func medianEigenvalue(_ β: Double) throws -> Double {
        let law = try MarchenkoPasturLaw(ratio: β), band = law.bands[0]
        // ρ(x) dx with x = lower + 2·half·sin²(θ/2), smooth at both ends also where the lower one is hard.
        let half = (band.upper - band.lower) / 2
        func place(_ θ: Double) -> Double { band.lower + 2 * half * .sin(θ / 2) * .sin(θ / 2) }
        func below(_ end: Double) throws -> Double {
            try IntervalQuadrature.integral(from: 0, to: end) { θ in
                let x = place(θ), rise = half * Double.sin(θ)
                return x > 0 ? rise * rise / (2 * .pi * β * x) : 0
            }
        }
        let angle = try bracketedRoot(0.01, 3.1) { θ in try below(θ) - 0.5 }
        return place(angle)
    }
}
