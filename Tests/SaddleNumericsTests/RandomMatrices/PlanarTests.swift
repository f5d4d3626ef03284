import Numerics
import SaddleNumerics
import TestSupport
import Testing

// Eigenvalues in the plane and Coulomb gases: closed forms, cumulants that mpmath 1.3 made from raw moments of gamma variables, and three
// samplers that must agree. It would catch a wrong scale of the matrices, a Metropolis rule with the wrong β, and cumulants by a
// formula that cancels.

@Suite struct PlanarTests {
    @Test func ellipses() throws {
        for τ in [-1, -0.6, 0, 0.3, 1] {
            let law = try EllipticLaw(symmetry: τ)
            let (a, b) = (1 + τ, 1 - τ)
            expectClose(try law.average { $0.real * $0.real }, a * a / 4, within: 1e-10)
            expectClose(try law.average { Double.pow($0.imaginary, 4) }, b * b * b * b / 8, within: 1e-10)
            expectClose(try law.average { Double.pow($0.real * $0.imaginary, 2) }, a * a * b * b / 24, within: 1e-10)
            if a > 0 {
                expectClose(
                    try IntervalQuadrature.integral(from: -a, to: a) { law.realMarginal($0) * $0 * $0 }, a * a / 4, within: 1e-10)
            }
            // G ~ 1/z + τ/z³ outside, and continuous at the boundary.
            let far = Complex(30.0, 10)
            let series = 1 / far + Complex(τ) / (far * far * far)
            expectClose((law.resolvent(far) - series).length, 0, within: 3 * τ * τ * Double.pow(far.length, -5) + 1e-16)
            if abs(τ) < 1 {
                let edge = Complex(a * Double.cos(0.7), b * Double.sin(0.7))
                let (inside, outside) = (law.resolvent(edge * Complex(1 - 1e-9)), law.resolvent(edge * Complex(1 + 1e-9)))
                expectClose((inside - outside).length, 0, within: 1e-7)
                expectClose(law.density(edge * Complex(0.99)) * .pi * a * b, 1, within: 1e-14)
                #expect(law.density(edge * Complex(1.01)) == 0)
            }
        }
        // τ = 1 is the semicircle.
        let z = Complex(0.7, 0.2)
        let (a, b) = (try EllipticLaw(symmetry: 1).resolvent(z), try SemicircleLaw().resolvent(z))
        expectClose((a - b).length, 0, within: 1e-14)
    }

    /// f = r², all N: κ_q = (q − 1)! N(N + 1)/(2N^q); powers and log r from mpmath.
    @Test func exactCumulants() throws {
        for n in [1, 10, 300] {
            let gas = try RadialCoulombGas(charges: n)
            let (found, scaling) = (gas.cumulants(4) { $0 * $0 }, gas.trapCumulants(4))
            for q in 1...4 {
                let factorial = [1.0, 1, 2, 6][q - 1]
                let exact = factorial * Double(n * (n + 1)) / (2 * Double.pow(Double(n), q))
                expectClose(found[q - 1] / exact, 1, within: 1e-9, "q = \(q), N = \(n)")
                expectClose(scaling[q - 1] / exact, 1, within: 1e-14)
            }
        }
        func check(_ n: Int, _ p: Double, _ expected: [Double], _ f: (Double) -> Double) throws {
            for (a, b) in zip(try RadialCoulombGas(charges: n, trapPower: p).cumulants(4, of: f), expected) {
                expectClose(a / b, 1, within: 1e-10)
            }
        }
        try check(5, 2, [3.576283616199174, 0.23429975110165886, 0.018421092981346114, 0.00068948712093884196]) { $0 }
        try check(40, 2, [14.35, 1.13903125, 0.24300828125, 0.09139096271484375]) { Double.pow($0, 4) }
        try check(7, 4, [4.2750754223858045, 0.75046274859901342, 0.22573658919420143, 0.090220616619035291]) {
            Double.pow($0, 3)
        }
        try check(3, 2, [-1.2637419303544638, 0.67120055013616983, -0.37029267736969571, 0.44417613792503047]) { Double.log($0) }
        // Six cumulants of one exponential variable: (q − 1)!.
        let single = try RadialCoulombGas(charges: 1).cumulants(6) { $0 * $0 }
        for (a, b) in zip(single, [1.0, 1, 2, 6, 24, 120]) { expectClose(a / b, 1, within: 1e-9) }
    }

    /// N κ₃ → (f′(1)/2)³ in the harmonic trap, and the limits in any other: the distance must fall like 1/N.
    @Test func limitsOfCumulants() throws {
        for (p, f, derivative, curvature) in [
            (2.0, { Double.exp(-$0 * $0) }, { -2 * $0 * Double.exp(-$0 * $0) }, 2 * Double.exp(-1)),
            (4.0, { Double.pow($0, 3) }, { 3 * $0 * $0 }, 6.0),
        ] as [(Double, (Double) -> Double, (Double) -> Double, Double)] {
            let limits = try RadialCoulombGas(charges: 1, trapPower: p).limitingCumulants(
                derivative: derivative, curvature: curvature)
            if p == 2 { expectClose(limits[1], Double.pow(derivative(1) / 2, 3), within: 1e-14) }
            let distances = try [200, 400, 800, 1600].map { n in
                let found = try RadialCoulombGas(charges: n, trapPower: p).cumulants(4, of: f)
                let scaled = [found[1], Double(n) * found[2], Double(n * n) * found[3]]
                return zip(scaled, limits).map { abs($0 - $1) }
            }
            for q in 0..<3 {
                let ratios = zip(distances, distances.dropFirst()).map { $1[q] / $0[q] }
                expectClose(ratios.last!, 0.5, within: 0.05, "p = \(p), κ\(q + 2): \(ratios)")
            }
        }
    }

    /// For every β and trap, the energy of the trap is a gamma variable.
    @Test func limitsOfTheTrapEnergy() throws {
        for (p, β) in [(2.0, 2.0), (3, 4), (1.5, 1)] {
            let n = 100_000
            let exact = try RadialCoulombGas(charges: n, trapPower: p, beta: β).trapCumulants(4)
            let limits = try RadialCoulombGas(charges: 1, trapPower: p, beta: β).limitingCumulants(
                derivative: { p * Double.pow($0, p - 1) }, curvature: p * (p - 1))
            for q in 0..<3 {
                expectClose(exact[q + 1] * Double.pow(Double(n), q) / limits[q], 1, within: 1e-4, "κ\(q + 2), p = \(p)")
            }
        }
    }

    @Test func threeSamplersOfGinibre() throws {
        let n = 24, count = 1500
        let gas = try RadialCoulombGas(charges: n)
        let f: @Sendable (Double) -> Double = { Double.exp(-2 * $0) }
        let exact = gas.cumulants(2, of: f)
        func check(_ batches: [[Double]], _ name: String, wrongBy factor: Double = 1) {
            let found = BatchedCumulants.estimates(batches)
            for q in 0..<2 { expectConsistent(found[q], with: factor * exact[q], seeing: .relative(0.3), falseAlarm: 1e-6) }
        }
        let matrices = try Threads.map(count) { m in
            var stream = RandomStream(seed: 1, .test, m)
            return [try stream.ginibreEigenvalues(order: n).reduce(0) { $0 + f($1.length) }]
        }
        check(matrices, "matrices")
        let radii = (0..<count).map { m in
            var stream = RandomStream(seed: 2, .test, m)
            return [gas.radii(&stream).reduce(0) { $0 + f($1) }]
        }
        check(radii, "independent radii")
        withKnownIssue { check(radii, "a mean wrong by two per cent", wrongBy: 1.02) }
        let chains = try Threads.map(60) { m in
            var chain = RadialCoulombGas.Chain(gas, stream: RandomStream(seed: 3, .test, m))
            for _ in 0..<50 { chain.sweep() }
            return (0..<400).map { _ in
                chain.sweep()
                return chain.radii.reduce(0) { $0 + f($1) }
            }
        }
        check(chains, "Metropolis")
    }

    @Test func metropolisAtOtherTemperaturesAndTraps() throws {
        for (β, p) in [(4.0, 3.0), (1, 2)] {
            let gas = try RadialCoulombGas(charges: 16, trapPower: p, beta: β)
            let chains = try Threads.map(60) { m in
                var chain = RadialCoulombGas.Chain(gas, stream: RandomStream(seed: 4, .test, m))
                for _ in 0..<50 { chain.sweep() }
                return (0..<400).map { _ in
                    chain.sweep()
                    return chain.radii.reduce(0) { $0 + Double.pow($1, p) }
                }
            }
            let (found, exact) = (BatchedCumulants.estimates(chains), gas.trapCumulants(3))
            for q in 0..<3 { expectConsistent(found[q], with: exact[q], seeing: .relative(q < 2 ? 0.3 : 1.5), falseAlarm: 1e-6) }
            withKnownIssue {
                for q in 0..<2 { expectConsistent(found[q], with: 1.3 * exact[q], seeing: .relative(0.3), falseAlarm: 1e-6) }
            }
        }
    }

    /// Σ Re λ² = tr J² has the mean Nτ + 1 for every N.
    @Test func ellipticMatrices() throws {
        let n = 40, τ = 0.4
        let values = try Threads.map(600) { m -> Double in
            var stream = RandomStream(seed: 6, .test, m)
            return try stream.ellipticMatrix(order: n, symmetry: τ).eigenvalues().reduce(0) { $0 + ($1 * $1).real }
        }
        expectConsistent(Estimate(values), with: Double(n) * τ + 1, seeing: 0.5, falseAlarm: 1e-6)
        withKnownIssue { expectConsistent(Estimate(values), with: Double(n) * τ, seeing: 0.5, falseAlarm: 1e-6) }
        #expect(
            errorText { _ = try RadialCoulombGas(charges: 0) } != nil
                && errorText { _ = try RadialCoulombGas(charges: 2, beta: 0) } != nil)
    }
}
