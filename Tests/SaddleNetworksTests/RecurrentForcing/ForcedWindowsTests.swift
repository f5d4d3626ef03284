import Foundation
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Networks that are drawn to a series: gradients through time, and when they explode.
struct ForcedWindowsTests {
    private func series(_ rows: Int, _ columns: Int) -> Matrix {
        Matrix(rows: rows, columns: columns) { sin(0.7 * Double($0) + Double($1)) + 0.3 * cos(1.9 * Double($0 * ($1 + 1))) }
    }

    /// The loss by its definition, with one window at a time and no transposes.
    private func loss(
        _ network: PiecewiseLinearNetwork, _ x: Matrix, _ starts: [Int], _ length: Int, _ α: Double, settling: Int = 0
    )
        -> Double
    {
        var sum = 0.0
        for start in starts {
            var z = (0..<network.latent).map { $0 < x.columns ? x[start, $0] : 0 }
            for t in 1...length {
                z = network.next(z)
                for j in 0..<x.columns {
                    let error = z[j] - x[start + t, j]
                    if t > settling { sum += error * error }
                    z[j] = (1 - α) * z[j] + α * x[start + t, j]
                }
            }
        }
        return sum / Double(starts.count * (length - settling) * x.columns)
    }

    /// The gradient of every parameter against central differences of the plain loss, with all variables observed and with more latent ones.
    @Test(arguments: [(2, 2, 0.0), (2, 2, 0.3), (4, 2, 0.3), (3, 3, 1.0)])
    func gradient(latent: Int, observed: Int, α: Double) throws {
        var network = PiecewiseLinearNetwork(latent: latent, hidden: 6, seed: 3)
        for i in network.parameters.indices where network.parameters[i] == 0 { network.parameters[i] = 0.05 * Double(i % 7) }
        let x = series(60, observed), starts = [0, 11, 23, 40, 48]
        var windows = ForcedWindows(network, observed: observed, length: 11, batch: starts.count, settling: 3)
        let value = windows.evaluate(network, on: x, starts: starts, forcing: α)
        expectClose(value, loss(network, x, starts, 11, α, settling: 3), within: 1e-13)
        for i in network.parameters.indices {
            let h = 1e-6
            func at(_ step: Double) -> Double {
                var moved = network
                moved.parameters[i] += step
                return loss(moved, x, starts, 11, α, settling: 3)
            }
            expectClose(windows.gradient[i], (at(h) - at(-h)) / (2 * h), within: 1e-8, "parameter \(i)")
        }
    }

    @Test func jacobian() {
        let network = PiecewiseLinearNetwork(latent: 3, hidden: 20, seed: 1), z = [0.3, -0.7, 1.1], h = 1e-6
        let found = network.jacobian(z)
        for j in 0..<3 {
            var (up, down) = (z, z)
            up[j] += h
            down[j] -= h
            for (i, (a, b)) in zip(network.next(up), network.next(down)).enumerated() {
                expectClose(found[i, j], (a - b) / (2 * h), within: 1e-8)
            }
        }
    }

    /// A linear network (W₁ = 0) of norm σ: the gradient by the first state, which A's gradient holds, is bounded in the length of the window for α ≥ 1 − 1/σ and grows like ((1 − α)σ)ᵗ below.
    @Test func boundOfLinearNetworks() throws {
        let σ = 1.25
        var network = PiecewiseLinearNetwork(latent: 2, hidden: 1, seed: 1)
        for i in network.parameters.indices { network.parameters[i] = 0 }
        (network.parameters[0], network.parameters[1]) = (σ, 0.5)
        let growth = try JacobianGrowth((0..<50).map { _ in network.jacobian([1, 1]) })
        expectClose(growth.largestNorm, σ, within: 1e-14)
        expectClose(growth.meanNorm, σ, within: 1e-14)
        expectClose(growth.logNorms[49], 50 * log(σ), within: 1e-11)
        expectClose(ForcingStrength.bound(norm: growth.largestNorm), 0.2, within: 1e-14)
        #expect(ForcingStrength.bound(norm: 0.7) == 0)
        // Data at rest but for a first push: the loss of window T is the square of what is left of it.
        func gradient(_ length: Int, _ α: Double) -> Double {
            var windows = ForcedWindows(network, observed: 2, length: length, batch: 1)
            _ = windows.evaluate(
                network, on: Matrix(rows: length + 2, columns: 2) { i, _ in i == 0 ? 1 : 0 }, starts: [0], forcing: α)
            return abs(windows.gradient[0]) * Double(length)
        }
        // Above the bound the sum over times converges; below it grows with the square of ((1 − α)σ)ᵗ.
        expectClose(gradient(200, 0.3), gradient(400, 0.3), within: 1e-10 * gradient(200, 0.3))
        let ratio = gradient(101, 0.1) / gradient(100, 0.1)
        expectClose(ratio, (0.9 * σ) * (0.9 * σ), within: 0.05)
        #expect(gradient(200, 0.1) > 1e6 * gradient(200, 0.3))
    }

    /// A series that a network of this kind makes is learnt by another one.
    @Test func learnsALinearSystem() throws {
        // A rotation that decays to nothing would be at rest; one that does not.
        let turn = Matrix(rows: 2, columns: 2, elements: [cos(0.3), sin(0.3), -sin(0.3), cos(0.3)])
        var (state, rows) = (Matrix(rows: 2, columns: 1, elements: [1.0, 0]), [[Double]]())
        for _ in 0..<400 {
            rows.append(state.elements)
            state = turn * state
        }
        let x = Matrix(rows: 400, columns: 2) { rows[$0][$1] }
        var training = RecurrentTraining()
        (training.latent, training.hidden, training.length, training.updates) = (2, 16, 20, 1500)
        (training.settling, training.firstRate) = (2, 5e-3)
        let result = try training.train(on: x, seed: 1)
        let (first, last) = (result.records.first!.loss, result.records.last!.loss)
        #expect(result.divergedAt == nil && last < first / 30, "\(first) to \(last)")
        #expect(result.records.last!.forcing > 0.2 && result.records.last!.forcing < 0.25)
        // The same numbers again, and others from another seed.
        #expect(try training.train(on: x, seed: 1).network == result.network)
        #expect(try training.train(on: x, seed: 2).network != result.network)
        training.forcing = .fixed(0)
        training.firstRate = 1e3
        training.largestGradient = 1e9
        let lost = try training.train(on: x, seed: 1)
        #expect(lost.divergedAt != nil && lost.network.parameters.allSatisfy(\.isFinite))
        #expect(throws: CancellationError.self) { try training.train(on: x, seed: 1, shouldStop: { true }) }
    }
}
