import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The power spectrum of images or series about their mean, and its slope.
///
///     P(k) = ⟨|Σ_p w(p) δ(p) e^{−2πi k·p}|²⟩/Σ w²,   w = Hann's window along each axis
///
/// averaged over directions in shells of width 1 of k = |k| in cycles over the longer side. The window keeps the jump between opposite borders, which would add a tail
/// k^{−2} of its own, out of the spectrum. The slope s of P ∝ k^{−s} is a straight line through the logarithms between 2 cycles and half of the finest.
public struct PixelSpectrum: Sendable {
    /// Mean k of the shells.
    public let frequencies: [Double]
    /// P, one a shell, with errors over groups of samples.
    public let power: [Estimate]
    /// s, and the range of k that it comes from; nil where that holds fewer than three shells, or a power vanishes.
    public let slope: Estimate?
    /// From 2 cycles to half of the finest, at the shells' mean k.
    public let range: ClosedRange<Double>?

    init(_ samples: GroupedSamples, _ grid: PixelGrid) {
        let (h, w) = (grid.height, grid.width), longer = Double(max(h, w))
        func hann(_ n: Int, _ i: Int) -> Double { n < 2 ? 1 : 0.5 - 0.5 * cos(2 * .pi * (Double(i) + 0.5) / Double(n)) }
        let window = (0..<h * w).map { hann(h, $0 / w) * hann(w, $0 % w) }
        var x = samples.deviations
        x.scaleColumns(by: window)
        let (re, im) = PlaneFourier(height: h, width: w).transform(x, nil)
        let norm = 1 / window.reduce(0) { $0 + $1 * $1 }
        func folded(_ k: Int, _ n: Int) -> Double { Double(min(k, n - k)) * longer / Double(n) }
        let k = (0..<h * w).map { p in
            let (a, b) = (folded(p / w, h), folded(p % w, w))
            return (a * a + b * b).squareRoot()
        }
        let last = Int(longer / 2)
        let shells = (1...max(last, 1)).map { s in k.indices.filter { abs(k[$0] - Double(s)) <= 0.5 && k[$0] > 0 } }.filter {
            !$0.isEmpty
        }
        let n = samples.deviations.rows
        let byGroup = samples.groups.map { group in
            shells.map { shell in
                shell.reduce(0.0) { sum, p in
                    sum
                        + group.reduce(0.0) {
                            $0 + re.elements[p * n + $1] * re.elements[p * n + $1] + im.elements[p * n + $1]
                                * im.elements[p * n + $1]
                        }
                } * norm / Double(shell.count * group.count)
            }
        }
        let means = shells.map { shell in shell.reduce(0.0) { $0 + k[$1] } / Double(shell.count) }
        frequencies = means
        power = shells.indices.map { s in Estimate(byGroup.map { $0[s] }) }
        let fitted = means.indices.filter { means[$0] >= 2 && means[$0] <= Double(last) / 2 }
        guard fitted.count >= 3, byGroup.allSatisfy({ group in fitted.allSatisfy { group[$0] > 0 } }) else {
            (slope, range) = (nil, nil)
            return
        }
        range = means[fitted[0]]...means[fitted.last!]
        slope =
            Jackknife.estimates(byGroup) { p in
                let (u, v) = (fitted.map { log(means[$0]) }, fitted.map { log(p[$0]) })
                let (mu, mv) = (u.reduce(0, +) / Double(u.count), v.reduce(0, +) / Double(v.count))
                return [-zip(u, v).reduce(0.0) { $0 + ($1.0 - mu) * ($1.1 - mv) } / u.reduce(0.0) { $0 + ($1 - mu) * ($1 - mu) }]
            }[0]
    }
}
