#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics
import TestSupport
import Testing

/// Spectra from products alone, against spectra that are known.
@Suite struct SpectralQuadratureTests {
    /// A random symmetric matrix with those eigenvalues.
    private static func matrix(_ eigenvalues: [Double], seed: Int) throws -> Matrix {
        let n = eigenvalues.count
        var stream = RandomStream(seed: seed, .test)
        let g = stream.normals(rows: n, columns: n)
        let vectors = try (g.transposed * g).symmetricEigen().vectors
        return vectors * Matrix(rows: n, columns: n) { $0 == $1 ? eigenvalues[$0] : 0 } * vectors.transposed
    }

    /// Weights are (e₁ᵀs_k)², which sum to one; those that take other components of the eigenvectors do not give the moments of the start.
    @Test func weightsAreThoseOfGauss() throws {
        let eigenvalues = (0..<60).map { Double($0 * $0) / 100 - 3 }
        let a = try Self.matrix(eigenvalues, seed: 1)
        let found = try SpectralQuadrature(of: a, steps: 12, probes: 3, seed: 4)
        for (k, probe) in found.probes.enumerated() {
            #expect(abs(probe.weights.reduce(0, +) - 1) < 1e-12)
            // Exact for polynomials of degree 2m − 1: moments of A in the start itself.
            var stream = RandomStream(seed: 4, .probe, 1, k)
            var v = stream.normals(rows: 60, columns: 1)
            v.scale(by: 1 / v.elements.reduce(0) { $0 + $1 * $1 }.squareRoot())
            var power = v
            for degree in 1...20 {
                power = a * power
                let moment = zip(v.elements, power.elements).reduce(0) { $0 + $1.0 * $1.1 }
                let quadrature = zip(probe.values, probe.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
                expectClose(quadrature, moment, within: 1e-10 * pow(32, Double(degree)))
            }
            // Negative control: equal weights.
            let plain = probe.values.reduce(0, +) / Double(probe.values.count)
            #expect(abs(plain - (a.elements.indices.filter { $0 % 61 == 0 }.reduce(0) { $0 + a.elements[$1] } / 60)) > 0.05)
        }
    }

    /// As many steps as the order give the whole spectrum, and few give its ends within the stated bounds.
    @Test func findsEigenvalues() throws {
        let eigenvalues = [9.0, 7, -4] + (0..<77).map { sin(Double($0)) }
        let a = try Self.matrix(eigenvalues, seed: 2), sorted = eigenvalues.sorted()
        let whole = try SpectralQuadrature(of: a, steps: 80, probes: 1, seed: 1)
        #expect(whole.probes[0].values.count == 80 && whole.isExact)
        for (x, y) in zip(whole.probes[0].values, sorted) { expectClose(x, y, within: 1e-9) }
        let few = try SpectralQuadrature(of: a, steps: 14, probes: 2, seed: 1)
        for (k, (value, residual)) in few.largest(2).enumerated() { #expect(abs(value - sorted[79 - k]) <= residual + 1e-9) }
        #expect(abs(few.lowest(1)[0].value + 4) <= few.lowest(1)[0].residual + 1e-9)
        #expect(few.largest(1)[0].residual < 1e-3)
    }

    /// Traces of several probes scatter as they say, and a single probe says that it does not know.
    @Test func errorsAreThoseOfProbes() throws {
        let eigenvalues = (0..<50).map { exp(-Double($0) / 8) }
        let a = try Self.matrix(eigenvalues, seed: 3), trace = eigenvalues.reduce(0, +)
        let scores = try (0..<60).map { seed in
            let found = try SpectralQuadrature(of: a, steps: 10, probes: 6, seed: seed).trace
            return (found.mean - trace) / found.standardError
        }
        let square = scores.reduce(0) { $0 + $1 * $1 } / 60
        // Of Student's law with five degrees of freedom, whose variance is 5/3.
        #expect((0.8...3.2).contains(square), "\(square)")
        #expect(try SpectralQuadrature(of: a, steps: 10, probes: 1, seed: 1).trace.standardError == .infinity)
        #expect(
            SpectralQuadrature(eigenvalues: eigenvalues).trace.mean
                == SpectralQuadrature(eigenvalues: eigenvalues.reversed()).trace.mean)
    }
}
