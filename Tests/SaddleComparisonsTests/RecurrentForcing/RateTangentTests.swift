import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Exponents of random networks of rates beside mean field theory, which knows nothing of orbits.
struct RateTangentTests {
    private func exponent(_ activation: Activation, _ gain: Double, units: Int, networks: Int, time: Int) throws -> Estimate {
        Estimate(
            try Threads.map(networks) { k throws in
                var tangent = RateTangent(activation, units: units, gain: gain, interval: 1, steps: 6, seed: k + 1)
                var stream = RandomStream(seed: k, .test)
                return try LyapunovSpectrum(
                    of: &tangent, from: stream.normals(units), count: 1, intervals: time, transient: 60, seed: k
                ).exponents[0].mean
            })
    }

    /// erf at a gain of 3: the mean over networks, extrapolated in 1/N from two sizes, is that of theory; that of rest, σφ′(0) − 1, is told apart.
    @Test func chaos() throws {
        let (small, large) = (
            try exponent(.erf, 3, units: 40, networks: 24, time: 100), try exponent(.erf, 3, units: 120, networks: 16, time: 100)
        )
        let limit = (3 * large.mean - small.mean) / 2, error = hypot(1.5 * large.standardError, small.standardError / 2)
        let theory = try ChaoticState(RandomDynamics(gain: 3, activation: .erf)).lyapunovExponent()
        let rest = 3 * Activation.erf.valueAndDerivative(Matrix(rows: 1, columns: 1)).derivative[0, 0] - 1
        expectClose(limit, theory, within: 5 * error, "\(small) \(large)")
        #expect(abs(limit - rest) > 10 * error, "\(limit) ± \(error) cannot be told from \(rest)")
    }

    /// A linear network: the exponent is the real part of the rightmost eigenvalue, by LAPACK.
    @Test func linear() throws {
        let gain = 0.8
        var stream = RandomStream(seed: 5, .networkWeights, 30, 0, 78)
        var couplings = stream.normals(rows: 30, columns: 30)
        couplings.scale(by: gain / 30.0.squareRoot())
        let rightmost = try couplings.eigenvalues().map(\.real).max()! - 1
        var tangent = RateTangent(.linear, units: 30, gain: gain, seed: 5)
        let found = try LyapunovSpectrum(
            of: &tangent, from: [Double](repeating: 0, count: 30), count: 2, intervals: 2000, transient: 200)
        expectClose(found.exponents.map(\.mean).max()!, rightmost, within: 2e-3)
    }
}
