import Foundation
import SaddleModels
import SaddleNumerics
import Testing

/// Exponents of known systems, and of every one in the registry that their sum is the mean divergence.
struct FlowsTests {
    private func spectrum(
        _ system: DynamicalSystem, count: Int? = nil, turns: Int, steps: Int = 10, start: [Double]? = nil, step: Double? = nil
    ) throws -> LyapunovSpectrum {
        let k = count ?? system.dimension
        var tangent = SystemTangent(system, vectors: k, step: step, steps: steps)
        let intervals = max(Int(Double(turns) * system.period / tangent.interval), 200)
        return try LyapunovSpectrum(
            of: &tangent, from: start ?? system.start, count: k, intervals: intervals, transient: intervals / 10)
    }

    @Test func registryIsComplete() {
        #expect(DynamicalSystem.all.count >= 40)
        #expect(Set(DynamicalSystem.all.map(\.name)).count == DynamicalSystem.all.count)
    }

    /// Derivatives by forward differentiation against differences, at the point where each system starts.
    @Test(arguments: DynamicalSystem.all)
    func derivatives(_ system: DynamicalSystem) {
        let x = system.start.map { $0 + 0.013 }, jacobian = system.program.jacobian(x)
        for j in x.indices {
            let h = 1e-6 * max(1, abs(x[j]))
            var (up, down) = (x, x)
            (up[j], down[j]) = (x[j] + h, x[j] - h)
            let (above, below) = (system.program.value(up), system.program.value(down))
            for i in x.indices {
                let slope = (above[i] - below[i]) / (2 * h)
                #expect(abs(jacobian[i, j] - slope) < 1e-6 * max(1, abs(slope)) * max(1, abs(x[i])), "\(system.name) \(i) \(j)")
            }
        }
    }

    /// Σλ = ⟨∇·F⟩ to 1e-5 where all exponents are measured, and every system is chaotic.
    @Test(arguments: DynamicalSystem.all)
    func sumsAreDivergences(_ system: DynamicalSystem) throws {
        let found = try spectrum(system, turns: system.kind == .map ? 4000 : 150)
        let sum = found.exponents.reduce(0) { $0 + $1.mean }
        #expect(abs(sum - found.divergence!) < 1e-5 * max(1, abs(sum)), "\(system.name): \(sum), \(found.divergence!)")
        #expect(found.exponents[0].mean > 0, "\(system.name): \(found.exponents[0])")
    }

    @Test func lorenz() throws {
        let system = DynamicalSystem.named("lorenz")!
        let found = try spectrum(system, turns: 6000)
        #expect(abs(found.exponents[0].mean - 0.9056) < 0.004 + 3 * found.exponents[0].standardError)
        #expect(found.exponents[0].standardError < 0.01)
        #expect(abs(found.exponents[1].mean) < 0.005)
        #expect(abs(found.sum.mean + 41.0 / 3) < 1e-6)
        #expect(abs(found.kaplanYorke!.mean - 2.062) < 0.002)
        // Fewer vectors find the first exponents of all.
        let first = try spectrum(system, count: 1, turns: 6000)
        #expect(abs(first.exponents[0].mean - found.exponents[0].mean) < 0.02)
    }

    /// At ρ = 20, started beside a fixed point, the exponents are the real parts of the linearisation there.
    @Test func stableLorenz() throws {
        let system = try DynamicalSystem.named("lorenz")!.with(["r": 20])
        let z = 19.0, x = (8.0 / 3 * z).squareRoot()
        let found = try spectrum(system, turns: 400, start: [x + 0.5, x, z])
        let real = try system.program.jacobian([x, x, z]).eigenvalues().map(\.real).sorted(by: >)
        for (λ, expected) in zip(found.exponents, real) { #expect(abs(λ.mean - expected) < 5e-3, "\(λ) \(expected)") }
        #expect(real[0] < 0)
    }

    @Test func closedForms() throws {
        let logistic = try spectrum(DynamicalSystem.named("logistic")!, turns: 200_000)
        #expect(abs(logistic.exponents[0].mean - log(2)) < 1e-3)
        let henon = try spectrum(DynamicalSystem.named("henon")!, turns: 50_000)
        #expect(abs(henon.sum.mean - log(0.3)) < 1e-10 && abs(henon.exponents[0].mean - 0.419) < 0.01)
        let rossler = try spectrum(DynamicalSystem.named("rossler")!, turns: 1500)
        #expect(abs(rossler.exponents[0].mean - 0.071) < 0.006)
        let heiles = try spectrum(DynamicalSystem.named("henon_heiles")!, turns: 400)
        #expect(abs(heiles.exponents[0].mean + heiles.exponents[3].mean) < 1e-3)
        #expect(abs(heiles.exponents[1].mean + heiles.exponents[2].mean) < 1e-3)
    }

    @Test func trajectoriesAndBadEquations() throws {
        let states = try DynamicalSystem.named("lorenz")!.trajectory(count: 101, every: 0.1)
        #expect(states.count == 101 && states.allSatisfy { $0.allSatisfy { abs($0) < 60 } })
        #expect(throws: ActivationError.self) {
            try DynamicalSystem("own", "own", variables: ["x"], equations: ["x*q"], start: [1])
        }
        let map = try DynamicalSystem("own", "own", .map, variables: ["x"], equations: ["2*x"], start: [1])
        #expect(try map.trajectory(count: 5, every: 1).map { $0[0] } == [1, 2, 4, 8, 16])
        #expect(throws: OrbitError.self) { try map.trajectory(count: 2000, every: 1) }
    }
}
