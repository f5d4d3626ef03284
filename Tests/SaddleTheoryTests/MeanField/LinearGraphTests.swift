import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Linear residual and convolutional networks against their closed equations (``LinearGraphEquations``), while they learn.
///
/// The two share no code and no method. Catches a factor of a branch, a window's place or a position that is counted wrongly in what is
/// learnt or in a response; both readouts and paddings.
@Suite struct LinearGraphTests {
    private static func data(_ samples: Int, _ dimension: Int) -> Dataset {
        var stream = RandomStream(seed: 17, .test)
        return Dataset(
            trainInputs: stream.normals(rows: samples, columns: dimension),
            trainLabels: Matrix(rows: samples, columns: 1) { i, _ in i % 2 == 0 ? 1 : -0.5 },
            testInputs: Matrix(rows: 0, columns: dimension), testLabels: Matrix(rows: 0, columns: 1))
    }

    private static func outputs(_ network: Network, _ data: Dataset, steps: Int, rate: Double) throws -> [Double] {
        let experiment = Experiment(
            network: network, data: data, training: Training(steps: steps, learningRate: LearningRate(base: rate)),
            recordedSteps: Array(0...steps))
        let solver = MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 1000, tolerance: 1e-20, directions: 0, replicas: 1, recordsKernels: false))
        let solution = try solver.solve(replica: 0)
        return solver.layout.tensor(.output(.train), of: solution.observables)!.elements
    }

    private static func expectAgreement(_ found: [Double], _ exact: [Double], samples: Int, labels: [Double]) {
        #expect(found.count == exact.count)
        for (a, b) in zip(found, exact) { expectClose(a, b, within: 1e-8) }
        // It learns, and what it learns is not small beside its beginning.
        let last = exact.suffix(samples)
        #expect(zip(last, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } < 0.8 * labels.reduce(0) { $0 + $1 * $1 })
    }

    @Test(arguments: [1, 3]) func residual(blocks: Int) throws {
        let (steps, rate, γ, samples, b) = (6, 0.15, 1.3, 2, 0.7)
        let data = Self.data(samples, 4)
        var network = Network(hiddenLayers: blocks + 1, activation: .linear, richness: γ)
        network.residual = Residual(scale: .branch(b))
        var equations = LinearGraphEquations(
            levels: blocks + 1, weights: (1...blocks).map { .init(from: $0, to: $0 + 1, factor: b, reads: [0]) },
            skips: (1...blocks).map { ($0, $0 + 1) },
            inputs: .product(.plain(data.trainInputs), data.trainInputs.ᵀ, scale: 0.25), labels: data.trainLabels.elements,
            positions: 1,
            steps: steps, rate: rate, richness: γ)
        let found = try Self.outputs(network, data, steps: steps, rate: rate)
        Self.expectAgreement(found, equations.outputs(), samples: samples, labels: equations.labels)
        // Negative control: another factor of the branches.
        equations.weights[0].factor = 0.75
        #expect(zip(found, equations.outputs()).contains { abs($0 - $1) > 1e-4 })
    }

    @Test(arguments: [Convolution.Readout.averagePooling, .flatten], [Convolution.Padding.circular, .same])
    func convolution(readout: Convolution.Readout, padding: Convolution.Padding) throws {
        let (steps, rate, γ, samples, length) = (4, 0.4, 1.2, 2, 4)
        let data = Self.data(samples, length)
        var network = Network(hiddenLayers: 2, activation: .linear, richness: γ)
        network.convolution = Convolution(shape: [length], padding: padding, readout: readout)
        func reads(_ shift: Int) -> [Int?] {
            (0..<length).map { x in
                if padding == .circular { return (x + shift + length) % length }
                return (0..<length).contains(x + shift) ? x + shift : nil
            }
        }
        // Of samples and positions: inner products of windows.
        let x = data.trainInputs
        let inputs = Matrix(rows: samples * length, columns: samples * length) { a, b in
            (-1...1).reduce(0) { sum, shift in
                guard let i = reads(shift)[a % length], let j = reads(shift)[b % length] else { return sum }
                return sum + x[a / length, i] * x[b / length, j] / 3
            }
        }
        var equations = LinearGraphEquations(
            levels: 2, weights: [-1, 0, 1].map { .init(from: 1, to: 2, factor: 1 / 3.0.squareRoot(), reads: reads($0)) },
            hasOwnReadouts: readout == .flatten, inputs: inputs, labels: data.trainLabels.elements, positions: length,
            steps: steps,
            rate: rate, richness: γ)
        let found = try Self.outputs(network, data, steps: steps, rate: rate)
        Self.expectAgreement(found, equations.outputs(), samples: samples, labels: equations.labels)
        // Negative control: one place of the window reads another position; where the mean over a ring hides that, it counts more.
        if readout == .averagePooling && padding == .circular {
            equations.weights[0].factor *= 1.1
        } else {
            equations.weights[0].reads = reads(1)
        }
        #expect(zip(found, equations.outputs()).contains { abs($0 - $1) > 1e-4 })
    }
}
