import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RegressionTask {
    /// λ_k = k^{−capacity} with energies u_k² = k^{−source} for k = 1 … modes, practically without end.
    ///
    /// The first thousand modes stand alone; the others share bins of one per cent in k, each with the sums of λ and u² over its modes (by
    /// the midpoint rule), so that 10¹² modes take some 3000 numbers.
    ///
    /// - Note: Sums over modes of smooth functions of λ to a relative 1e-5.
    public static func powerLaw(
        capacity: Double, source: Double, modes: Double = 1e12, samples: Double = .infinity, width: Double = .infinity,
        noise: Double = 0
    ) throws -> RegressionTask {
        /// Σ k^{−exponent} over first ≤ k < next.
        func sum(_ exponent: Double, _ first: Double, _ next: Double) -> Double {
            if next == first + 1 { return pow(first, -exponent) }
            return (pow(first - 0.5, 1 - exponent) - pow(next - 0.5, 1 - exponent)) / (exponent - 1)
        }
        var (eigenvalues, counts, energies): ([Double], [Double], [Double]) = ([], [], [])
        var first = 1.0
        while first <= modes {
            let next = first < 1000 ? first + 1 : min((first * 1.01).rounded(.up), modes + 1)
            eigenvalues.append(sum(capacity, first, next) / (next - first))
            counts.append(next - first)
            energies.append(sum(source, first, next))
            first = next
        }
        return try RegressionTask(
            spectrum: PopulationSpectrum(eigenvalues, multiplicities: counts), energies: energies, samples: samples, width: width,
            noise: noise)
    }
}
