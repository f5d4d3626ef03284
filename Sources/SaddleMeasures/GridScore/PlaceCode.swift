import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a network is asked to put out at each place, and the period of the patterns that it learns first.
///
/// The correlation function of the targets, Σ(Δx), has plane waves as eigenfunctions; a network that learns linearly learns those with the
/// largest eigenvalue first. Where the spectrum peaks on a circle |k| = k*, these are patterns of period 2π/k* in every direction: the
/// spectrum sets the period, not the symmetry of the lattice.
public struct PlaceCode: Sendable, Equatable {
    /// The targets, as functions of the distance of a place from a cell's centre.
    public enum Kind: String, Sendable, CaseIterable {
        /// exp(−|x − c|²/2σ₁²)
        case gaussian
        /// Difference of two normalised Gaussians of widths σ₁ < σ₂.
        case differenceOfGaussians = "difference_of_gaussians"
        /// softmax over cells of −|x − c|²/2σ₁², less that of σ₂.
        case differenceOfSoftmax = "difference_of_softmax"
    }

    /// Which function of the distance the targets are.
    public let kind: Kind
    /// σ₁ and σ₂, in units of the side of the box.
    public let narrow: Double
    /// σ₂, the width of what is subtracted; not used by Gaussians.
    public let wide: Double

    /// - Parameter wide: above `narrow`; not used by Gaussians.
    public init(_ kind: Kind, narrow: Double, wide: Double) {
        precondition(narrow > 0 && (kind == .gaussian || wide > narrow), "widths \(narrow) and \(wide)")
        (self.kind, self.narrow, self.wide) = (kind, narrow, wide)
    }

    /// The eigenvalue of waves of wave number k in an infinite plane of densely spaced cells, up to a factor.
    ///
    ///     Gaussian e^{−σ₁²k²},   differences (e^{−σ₁²k²/2} − e^{−σ₂²k²/2})²
    ///
    /// A softmax over dense cells is a normalised Gaussian.
    public func power(_ k: Double) -> Double {
        let first = exp(-narrow * narrow * k * k / 2)
        let rest = kind == .gaussian ? first : first - exp(-wide * wide * k * k / 2)
        return rest * rest
    }

    /// k* of the infinite plane: k*² = 2 ln(σ₂²/σ₁²)/(σ₂² − σ₁²); 0 for Gaussians, whose spectrum falls from k = 0 on: no period.
    public var waveNumber: Double {
        if kind == .gaussian { return 0 }
        let (a, b) = (narrow * narrow, wide * wide)
        return (2 * log(b / a) / (b - a)).squareRoot()
    }

    /// The same spectrum in a periodic box with finitely many cells, by transforming the field of one of them.
    ///
    /// - Parameters:
    ///   - cells: a side; they stand on a square lattice, so that all have the same field.
    ///   - bins: a side of the grid on which it is sampled, a multiple of `cells`.
    /// - Returns: mean power at whole wave numbers |k|/2π = 1, 2, … bins/2, in waves a box.
    public func boxSpectrum(cells: Int, bins: Int) -> [Double] {
        precondition(cells >= 1 && bins % cells == 0, "\(bins) bins for \(cells) cells a side")
        let field = self.field(cells: cells, bins: bins), half = bins / 2
        let cosines = Matrix(rows: bins, columns: half + 1) { cos(2 * .pi * Double($0 * $1 % bins) / Double(bins)) }
        // The field is even along both axes, so its transform is a product of cosines.
        let transform = cosines.ᵀ * (field * cosines)
        var (sums, counts) = ([Double](repeating: 0, count: half), [Double](repeating: 0, count: half))
        for a in 0...half {
            for b in 0...half {
                let r = hypot(Double(a), Double(b)), low = Int(r), share = r - Double(low)
                for (k, weight) in [(low, 1 - share), (low + 1, share)] where (1...half).contains(k) && weight > 0 {
                    // Waves along an axis have two directions, others four.
                    let times = weight * (a == 0 || b == 0 ? 2 : 4)
                    sums[k - 1] += times * transform[a, b] * transform[a, b]
                    counts[k - 1] += times
                }
            }
        }
        return zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// k* of that box in radians a side, a parabola through the largest and its neighbours; nil if the spectrum falls from the first wave on.
    public func boxWaveNumber(cells: Int, bins: Int) -> Double? {
        let power = boxSpectrum(cells: cells, bins: bins), peak = power.indices.max { power[$0] < power[$1] }!
        guard peak > 0, peak + 1 < power.count else { return nil }
        let (a, b, c) = (power[peak - 1], power[peak], power[peak + 1]), bend = a - 2 * b + c
        return 2 * .pi * (Double(peak + 1) + (bend < 0 ? (a - c) / (2 * bend) : 0))
    }

    /// Of the cell at the origin, on the grid.
    private func field(cells: Int, bins: Int) -> Matrix {
        let step = bins / cells
        /// exp(−d²/2σ²) along one axis; a box of squares and a sum over all cells are products over the axes.
        func profile(_ σ: Double) -> [Double] {
            (0..<bins).map { i in
                let d = Double(min(i, bins - i)) / Double(bins)
                return exp(-d * d / (2 * σ * σ))
            }
        }
        func part(_ σ: Double) -> Matrix {
            let g = profile(σ)
            let sums = (0..<bins).map { i in (0..<cells).reduce(0) { $0 + g[(i + bins - $1 * step) % bins] } }
            return Matrix(rows: bins, columns: bins) { i, j in
                switch kind {
                case .gaussian: g[i] * g[j]
                case .differenceOfGaussians: g[i] * g[j] / (2 * .pi * σ * σ * Double(cells * cells))
                case .differenceOfSoftmax: g[i] * g[j] / (sums[i] * sums[j])
                }
            }
        }
        var field = part(narrow)
        if kind != .gaussian { field.add(part(wide), scale: -1) }
        return field
    }
}
