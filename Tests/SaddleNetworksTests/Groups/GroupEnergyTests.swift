import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

// The energy against its definition with dense matrices and against the convolution, gradients against finite differences, maxima against the known
// ones, and a step of the network against differences of the loss that its ridge readout leaves.

private func dense(_ task: GroupTask) -> (x: Matrix, y: Matrix) {
    let m = task.group.order, n = task.seen.count
    var (x, y) = (Matrix(rows: n, columns: 2 * m), Matrix(rows: n, columns: m))
    for (p, pair) in task.seen.enumerated() {
        (x[p, pair / m], x[p, m + pair % m]) = (1, 1)
        y[p, task.group.product(pair / m, pair % m)] = 1
    }
    for h in 0..<m {
        let mean = (0..<n).reduce(0) { $0 + y[$1, h] } / Double(n)
        for p in 0..<n { y[p, h] -= mean }
    }
    return (x, y)
}

private func energy(_ task: GroupTask, _ w: [Double]) -> Double {
    let (x, y) = dense(task)
    var f = x * Matrix(rows: w.count, columns: 1, elements: w)
    f.multiplyElements(by: f)
    return (y.ᵀ * f).elements.reduce(0) { $0 + $1 * $1 } / 2
}

@Suite struct GroupEnergyTests {
    @Test(arguments: [("Z7", 49), ("Z7", 20), ("D3", 36), ("D3", 17), ("Z2xZ3", 30)]) func definition(name: String, pairs: Int)
        throws
    {
        let task = GroupTask(try #require(FiniteGroup(name)), samples: pairs, seed: 1), m = task.group.order
        var stream = RandomStream(seed: 2, .test)
        let w = stream.normals(2 * m)
        var gradient = w
        let value = GroupEnergy(task).value(w, gradient: &gradient)
        expectClose(value, energy(task, w), within: 1e-10 * value)
        for i in w.indices {
            var (up, down) = (w, w)
            up[i] += 1e-4
            down[i] -= 1e-4
            expectClose(gradient[i], (energy(task, up) - energy(task, down)) / 2e-4, within: 1e-5 * value)
        }
        guard pairs == m * m else { return }
        // 2 Σ_h (Σ_{ab = h} u(a)v(b) − mean)²
        var products = [Double](repeating: 0, count: m)
        for a in 0..<m { for b in 0..<m { products[task.group.product(a, b)] += w[a] * w[m + b] } }
        let mean = products.reduce(0, +) / Double(m)
        expectClose(value, 2 * products.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }, within: 1e-10 * value)
    }

    /// Z₇ and Z₁₃ end at M/4; Z₈ at 2 and 4, the latter its sign.
    @Test func maxima() throws {
        for (name, allowed) in [("Z7", [1.75]), ("Z13", [3.25]), ("Z8", [2, 4])] {
            let landscape = try GroupLandscape(GroupTask(#require(FiniteGroup(name))), starts: 40, seed: 1)
            for maximum in landscape.maxima {
                #expect(maximum.residual <= GroupEnergy.tolerance)
                #expect(allowed.contains { abs($0 - maximum.energy) < 1e-9 }, "\(name): \(maximum.energy)")
            }
            #expect(allowed.allSatisfy { level in landscape.maxima.contains { abs($0.energy - level) < 1e-9 } })
        }
    }

    /// Ascent never descends, on all pairs or some.
    @Test func ascentGoesUp() throws {
        let task = GroupTask(try #require(FiniteGroup("Z11")), samples: 60, seed: 2), field = GroupEnergy(task)
        var stream = RandomStream(seed: 5, .test)
        let start = stream.normals(22)
        let levels = [1, 2, 4, 8, 16, 32, 64].map { field.ascend(from: start, mostSteps: $0, tolerance: 0).energy }
        for (a, b) in zip(levels, levels.dropFirst()) { #expect(b >= a * (1 - 1e-12)) }
        // One pair alone has nothing to tell products apart.
        #expect(GroupEnergy(GroupTask(task.group, samples: 1, seed: 2)).ascend(from: start).energy < 1e-20)
    }

    @Test func networkDescendsTheRidgeLoss() throws {
        let task = GroupTask(try #require(FiniteGroup("Z5")), samples: 18, seed: 1), (x, y) = dense(task)
        var settings = GroupNetwork.Settings()
        (settings.width, settings.ridge, settings.decay, settings.learningRate, settings.steps) = (4, 3, 0.2, 1e-3, 1)
        let network = try GroupNetwork(task, settings, steps: [0, 1], seed: 1)
        /// min over V of ½‖Ỹ − FV‖² + ½η‖V‖² = ½ tr Ỹᵀ(1 + FFᵀ/η)⁻¹Ỹ, with the mean of F removed, and the decay.
        func loss(_ w: Matrix) throws -> Double {
            var f = x * w
            f.multiplyElements(by: f)
            for j in 0..<f.columns {
                let mean = (0..<f.rows).reduce(0) { $0 + f[$1, j] } / Double(f.rows)
                for i in 0..<f.rows { f[i, j] -= mean }
            }
            var kernel = f * f.ᵀ
            kernel.scale(by: 1 / 3.0)
            for i in 0..<kernel.rows { kernel[i, i] += 1 }
            var rest = y
            rest.solveLeftTransposed(upper: try kernel.cholesky())
            return rest.elements.reduce(0) { $0 + $1 * $1 } / 2 + 0.1 * w.elements.reduce(0) { $0 + $1 * $1 }
        }
        let (first, second) = (network.records[0].weights, network.records[1].weights)
        for k in first.elements.indices {
            var (up, down) = (first, first)
            up.elements[k] += 1e-4
            down.elements[k] -= 1e-4
            let slope = (try loss(up) - loss(down)) / 2e-4
            expectClose((first.elements[k] - second.elements[k]) / 1e-3, slope, within: 1e-6)
        }
    }

    @Test func networkGeneralises() throws {
        let task = GroupTask(try #require(FiniteGroup("Z11")), samples: 100, seed: 1)
        var settings = GroupNetwork.Settings()
        (settings.width, settings.steps) = (60, 600)
        let records = try GroupNetwork(task, settings, steps: [0, 50, 600], seed: 1).records
        #expect(records[0].testAccuracy < 0.3 && records[1].trainAccuracy > 0.95 && records[2].testAccuracy > 0.95)
        settings.learningRate = 1e6
        let text = errorText { _ = try GroupNetwork(task, settings, steps: [0, 600], seed: 1) }
        #expect(text?.contains("training diverged by step") == true, "\(text ?? "no error")")
    }
}
