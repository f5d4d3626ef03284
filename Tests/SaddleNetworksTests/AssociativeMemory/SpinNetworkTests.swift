import TestSupport
import SaddleNumerics
import Testing

@testable import SaddleNetworks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Fields by products over all sets of spins, energies of all 2^N states, laws of the dynamics. Would catch self-interactions, overlaps that are not kept
// up to date, a wrong temperature.

/// Mean over sets of k of products of numbers.
private func slowMean(_ x: [Int], _ k: Int) -> Double {
    func sum(_ from: Int, _ left: Int) -> (Double, Double) {
        if left == 0 { return (1, 1) }
        return (from..<x.count).reduce((0.0, 0.0)) { total, i in
            let rest = sum(i + 1, left - 1)
            return (total.0 + Double(x[i]) * rest.0, total.1 + rest.1)
        }
    }
    let (s, count) = sum(0, k)
    return s / count
}

private func slowFields(_ network: inout SpinNetwork) -> [Double] {
    let signs = (0..<network.size).map { network.patternSigns(at: $0) }, σ = network.spins
    return (0..<network.size).map { i in
        (0..<network.patterns).reduce(0) { sum, μ in
            let others = (0..<network.size).filter { $0 != i }.map { signs[$0][μ] * σ[$0] }
            return sum + Double(signs[i][μ]) * slowMean(others, network.order - 1)
        }
    }
}

@Suite struct SpinNetworkTests {
    @Test(arguments: [2, 3, 4, 5])
    func fields(order: Int) {
        var network = SpinNetwork(size: 9, order: order, load: 1.1, temperature: 0.7, start: 0.3, seed: 1, sample: order)
        for _ in 0..<3 {
            for (fast, slow) in zip(network.fields(), slowFields(&network)) { expectClose(fast, slow, within: 1e-12) }
            _ = network.sweep()
        }
        #expect((0..<9).allSatisfy { network.patternSigns(at: $0)[0] == 1 })
    }

    /// Without other patterns the field of a perfect state is 1, and the energy −1/P.
    @Test func onePattern() {
        var network = SpinNetwork(size: 20, order: 4, load: 0, temperature: 0, start: 1, seed: 1, sample: 0)
        #expect(network.patterns == 1 && network.overlap == 1)
        for field in network.fields() { expectClose(field, 1, within: 1e-14) }
        let (flips, energy) = network.sweep()
        #expect(flips == 0)
        expectClose(energy, -0.25, within: 1e-14)
    }

    /// At T = 0 energy falls, and a state that stays has all spins along their fields.
    @Test(arguments: [2, 3])
    func descent(order: Int) {
        var network = SpinNetwork(size: 60, order: order, load: 0.2, temperature: 0, start: 0.5, seed: 2, sample: 0)
        func energy() -> Double {
            -zip(network.fields(), network.spins).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(order * 60)
        }
        var last = energy(), flips = 1
        for _ in 0..<60 where flips > 0 {
            flips = network.sweep().flips
            let now = energy()
            #expect(now <= last + 1e-12)
            last = now
        }
        #expect(flips == 0)
        #expect(zip(network.fields(), network.spins).allSatisfy { $0 * Double($1) >= -1e-12 })
    }

    /// The mean energy of a small system against the sum over its 2^N states.
    @Test func boltzmann() {
        let (n, t) = (8, 0.5)
        var network = SpinNetwork(size: n, order: 3, load: 0.4, temperature: t, start: 0, seed: 3, sample: 0)
        let signs = (0..<n).map { network.patternSigns(at: $0) }
        func exact(_ t: Double) -> Double {
            var (sum, weight) = (0.0, 0.0)
            for state in 0..<1 << n {
                let σ = (0..<n).map { state >> $0 & 1 == 1 ? 1 : -1 }
                // N/P times the mean over sets of P is the energy.
                let e = -(0..<network.patterns).reduce(0) { sum, μ in
                    sum + slowMean((0..<n).map { signs[$0][μ] * σ[$0] }, 3) * Double(n) / 3
                }
                sum += e * exp(-e / t)
                weight += exp(-e / t)
            }
            return sum / weight / Double(n)
        }
        for _ in 0..<200 { _ = network.sweep() }
        let batches = (0..<60).map { _ in (0..<400).reduce(0) { sum, _ in sum + network.sweep().energy } / 400 }
        expectConsistent(Estimate(batches), with: exact(t), seeing: .relative(0.1))
        withKnownIssue { expectConsistent(Estimate(batches), with: exact(1.3 * t), seeing: .relative(0.1)) }
    }

    /// Loads are right in the mean, and results do not depend on the number of threads.
    @Test func ensembles() throws {
        let counts = (0..<400).map {
            Double(SpinNetwork(size: 10, order: 3, load: 0.1, temperature: 0, start: 1, seed: 1, sample: $0).patterns - 1)
        }
        expectConsistent(Estimate(counts), with: 3.6, seeing: .relative(0.1))
        var settings = RetrievalEnsemble.Settings()
        (settings.samples, settings.sweeps) = (6, 3)
        let runs = try RetrievalEnsemble.draw(settings, sizes: [20, 30], loads: [0.1, 0.2])
        #expect(runs.map(\.size) == [20, 20, 30, 30] && runs.map(\.load) == [0.1, 0.2, 0.1, 0.2])
        let alone = try RetrievalEnsemble.draw(settings, sizes: [30], loads: [0.2])
        #expect(alone[0].overlaps == runs[3].overlaps && alone[0].energies == runs[3].energies)
        #expect(throws: CancellationError.self) {
            try RetrievalEnsemble.draw(settings, sizes: [20], loads: [0.1], shouldStop: { true })
        }
    }
}
