import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

// The network's shortcut through M against the same network unit by unit. It would see a wrong factor, a transposed product, or a centre forgotten.

/// Outputs and gradients with every preactivation.
private struct SlowCommittee {
    var task: CommitteeTask
    var weights: Matrix
    let first: Matrix

    init(_ task: CommitteeTask, _ weights: Matrix) { (self.task, self.weights, first) = (task, weights, weights) }

    private func outputs(_ w: Matrix, _ x: Matrix) -> (fields: Matrix, outputs: [Double]) {
        let h = x * w.ᵀ
        let scale = task.alpha / Double(w.rows)
        return (
            h, (0..<x.rows).map { p in (0..<w.rows).reduce(0) { $0 + h[p, $1] + task.epsilon * h[p, $1] * h[p, $1] / 2 } * scale }
        )
    }

    func residuals(_ x: Matrix, _ y: [Double]) -> [Double] {
        let f = outputs(weights, x).outputs, f0 = outputs(first, x).outputs
        return y.indices.map { f[$0] - (task.isCentered ? f0[$0] : 0) - y[$0] }
    }

    mutating func step(_ x: Matrix, _ y: [Double]) {
        let r = residuals(x, y), h = outputs(weights, x).fields, p = Double(x.rows), n = weights.rows
        let back = Matrix(rows: x.rows, columns: n) { 2 * r[$0] / p * task.alpha / Double(n) * (1 + task.epsilon * h[$0, $1]) }
        weights.add(back.ᵀ, .plain(x), scale: -task.learningRate * Double(n) / (task.alpha * task.alpha))
    }
}

@Suite struct CommitteeNetworkTests {
    @Test(arguments: [(3, false), (40, false), (40, true)])
    func equalsUnitsOneByOne(width: Int, isCentered: Bool) {
        let task = CommitteeTask(dimension: 10, samples: 30, alpha: 2, epsilon: 0.3, learningRate: 0.5, isCentered: isCentered)
        let draw = task.draw(seed: 1)
        var fast = CommitteeNetwork(task, width: width, seed: 2, index: 0)
        var slow = SlowCommittee(task, fast.weights)
        for _ in 0..<200 {
            let loss = fast.step(draw.inputs, draw.labels)
            expectClose(
                loss, slow.residuals(draw.inputs, draw.labels).reduce(0) { $0 + $1 * $1 } / 30, within: 1e-11 * max(loss, 1))
            slow.step(draw.inputs, draw.labels)
        }
        for (a, b) in zip(fast.weights.elements, slow.weights.elements) { expectClose(a, b, within: 1e-10) }
        #expect(fast.movement > 0.01)
    }

    @Test func ensemblesDoNotDependOnThreads() throws {
        let task = CommitteeTask(dimension: 6, samples: 20), draw = task.draw(seed: 1)
        func run(_ batch: Int?) throws -> [Double] {
            try CommitteeEnsemble(task, draw, width: 8, networks: 5, steps: [0, 3, 9], batch: batch, seed: 4).networks.flatMap {
                $0.map(\.trainLoss)
            }
        }
        #expect(try run(nil) == run(nil) && run(16) == run(16))
        #expect(Set(try run(nil)).count == 15)
        let wild = CommitteeTask(dimension: 6, samples: 20, epsilon: 3, learningRate: 400)
        let text = errorText { _ = try CommitteeEnsemble(wild, draw, width: 8, networks: 2, steps: [0, 100], seed: 4) }
        #expect(text?.contains("diverged by step 100") == true, "\(text ?? "no error")")
        #expect(throws: CancellationError.self) {
            try CommitteeEnsemble(task, draw, width: 8, networks: 2, steps: [0, 9], seed: 4, shouldStop: { true })
        }
    }
}
