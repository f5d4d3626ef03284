import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Networks that learn a system from a noisy series.
struct ReconstructionTests {
    /// The Hénon map with 2 % of noise: exponents of the networks near those of the equations, whose sum is log 0.3; an untrained network has none of it.
    @Test func henon() throws {
        let system = DynamicalSystem.named("henon")!
        let task = try ReconstructionTask(of: system, times: 2000, interval: 1, noise: 0.02, integrator: .init(), seed: 1)
        expectClose(task.truth!.sum.mean, log(0.3), within: 1e-9)
        for j in 0..<2 {
            let column = (0..<2000).map { task.training[$0, j] }
            expectClose(column.reduce(0, +), 0, within: 1e-9)
            expectClose(column.reduce(0) { $0 + $1 * $1 }, 2000, within: 1e-8)
        }
        var training = RecurrentTraining()
        (training.latent, training.hidden, training.length, training.updates) = (2, 30, 15, 3000)
        (training.settling, training.firstRate) = (3, 5e-3)
        training.forcing = .annealed(to: 0.3)
        let found = try ReconstructionEnsemble(task, training, seeds: 3, seed: 1, ahead: 5)
        let good = found.members.filter { $0.fate == .chaos && abs($0.spectrum!.exponents[0].mean - 0.419) < 0.06 }
        #expect(good.count >= 2, "\(found.members.map { ($0.fate, $0.spectrum?.exponents as Any) })")
        training.updates = 100
        training.firstRate = 1e-6
        training.lastRate = 1e-6
        let idle = try Reconstruction(task, training, seed: 1, ahead: 5)
        #expect(idle.fate == .rest && idle.spectrum!.exponents[0].mean < 0 && idle.distances!.stateSpace! > 2)
        for member in good {
            #expect(member.distances!.stateSpace! < idle.distances!.stateSpace! / 3, "\(member.distances!) \(idle.distances!)")
            #expect(member.forecast[0] < idle.forecast[0] / 5, "\(member.forecast) \(idle.forecast)")
        }
        let growth = try #require(found.growth)
        // Free gradients grow with λ; those drawn with 1 − 1/σ never exceed one.
        #expect(growth.free.logNorms[99] > 10 && growth.maximum.logNorms.allSatisfy { $0 < 1e-9 })
        #expect(abs(growth.geometric.logNorms.last!) < 0.5 * growth.free.logNorms[growth.geometric.logNorms.count - 1])
    }

    @Test func whatCannotBeLearnt() throws {
        let line = Matrix(rows: 500, columns: 2) { $1 == 0 ? sin(0.1 * Double($0)) : 3 }
        #expect(throws: ReconstructionError.constant("b")) {
            try ReconstructionTask(line, interval: 1, names: ["a", "b"], heldOut: 0.2)
        }
        let wave = Matrix(rows: 150, columns: 1) { i, _ in sin(0.1 * Double(i)) }
        let task = try ReconstructionTask(wave, interval: 1, names: ["a"], heldOut: 0.2)
        var training = RecurrentTraining()
        training.latent = 1
        #expect(throws: ReconstructionError.tooShort(times: 120, needed: 200)) {
            try ReconstructionEnsemble(task, training, seeds: 1, seed: 1, ahead: 5)
        }
    }
}
