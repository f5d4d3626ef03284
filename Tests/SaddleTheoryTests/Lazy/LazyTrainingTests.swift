import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Dense training in the lazy limit against a linear model f = Xθ, whose tangent kernel is XXᵀ, trained in the space of its parameters
/// by the optimiser's own recursion. Catches a momentum that acts on the wrong quantity, a schedule read at the wrong step, a factor
/// of P, and test outputs that miss the initial ones.
@Suite struct LazyTrainingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var momentum = 0.0
        var nesterov = false
        var rate = LearningRate(base: 0.4)
        var testDescription: String { "β=\(momentum) Nesterov \(nesterov) \(rate)" }
        func training(steps: Int) -> Training {
            Training(steps: steps, learningRate: rate, momentum: momentum, usesNesterov: nesterov)
        }
    }
    static let cases = [
        Case(), Case(momentum: 0.8), Case(momentum: 0.8, nesterov: true),
        Case(rate: LearningRate(base: 0.5, warmup: 20, decay: .cosine(final: 0.1))),
        Case(momentum: 0.7, rate: LearningRate(base: 0.4, decay: .step(every: 30, factor: 0.5))),
        Case(momentum: 0.7, nesterov: true, rate: LearningRate(base: 0.3, warmup: 10)),
    ]
    static let recorded = [0, 1, 2, 10, 63, 64, 65, 66, 300]

    /// Six training and three test points in four dimensions: a kernel of rank 4.
    static func linearModel() -> (x: Matrix, test: Matrix, labels: Matrix, start: Matrix) {
        var stream = RandomStream(seed: 5, .test)
        return (
            stream.normals(rows: 6, columns: 4), stream.normals(rows: 3, columns: 4), stream.normals(rows: 6, columns: 2),
            stream.normals(rows: 4, columns: 2)
        )
    }

    /// Outputs Xθ of a linear model after each recorded step.
    static func descend(_ training: Training, _ x: Matrix, _ labels: Matrix, from start: Matrix, probing points: Matrix)
        -> [Matrix]
    {
        var (theta, velocity) = (start, Matrix(rows: start.rows, columns: start.columns))
        var outputs: [Matrix] = []
        for step in 0...recorded.last! {
            if recorded.contains(step) { outputs.append(points * theta) }
            let errors = training.loss.errors(outputs: x * theta, labels: labels)
            var gradient = Matrix(rows: start.rows, columns: start.columns)
            gradient.add(x.ᵀ, .plain(errors), scale: -1 / Double(x.rows))
            gradient.add(theta, scale: training.weightDecay)
            velocity.scale(by: training.momentum)
            velocity.add(gradient)
            let rate = training.rate(at: step)
            if training.usesNesterov {
                theta.add(velocity, scale: -rate * training.momentum)
                theta.add(gradient, scale: -rate)
            } else {
                theta.add(velocity, scale: -rate)
            }
        }
        return outputs
    }

    @Test(arguments: cases) func followsALinearModel(_ c: Case) throws {
        let (x, test, labels, start) = Self.linearModel()
        let training = c.training(steps: 300)
        let lazy = try LazyTraining(kernel: x * x.ᵀ, labels: labels, training: training)
        #expect(lazy.spectrum.rank == 4)
        let predictions = try lazy.predictions(
            at: Self.recorded.map(LazyTime.step), cross: test * x.ᵀ, initial: (x * start, test * start))
        let train = Self.descend(training, x, labels, from: start, probing: x)
        let tested = Self.descend(training, x, labels, from: start, probing: test)
        for (i, prediction) in predictions.enumerated() {
            #expect(largest(prediction.trainOutputs, train[i]) < 1e-12)
            #expect(largest(prediction.testOutputs, tested[i]) < 1e-12)
            var errors = labels
            errors.add(train[i], scale: -1)
            #expect(largest(prediction.trainErrors, errors) < 1e-12)
        }
        #expect(largest(train[8], train[0]) > 0.5, "the model learns")
    }

    /// Flow is descent with small steps: halving the step four times halves the difference each time (order 1 within 0.1).
    @Test func flowIsTheLimitOfSmallSteps() throws {
        let (x, test, labels, _) = Self.linearModel()
        func outputs(_ time: LazyTime, rate: Double) throws -> Matrix {
            let training = Training(steps: 1, learningRate: LearningRate(base: rate))
            return try LazyTraining(kernel: x * x.ᵀ, labels: labels, training: training)
                .predictions(at: [time], cross: test * x.ᵀ)[0].testOutputs
        }
        let flow = try outputs(.flow(1.5), rate: 1)
        let errors = try [15, 30, 60, 120, 240].map { try largest(outputs(.step($0), rate: 1.5 / Double($0)), flow) }
        for (coarse, fine) in zip(errors, errors.dropFirst()) { expectClose(log2(coarse / fine), 1, within: 0.1) }
    }

    /// Long training ends at the minimum-norm least-squares solution (normal equations on the four parameters).
    @Test func infinityIsLeastSquares() throws {
        let (x, test, labels, _) = Self.linearModel()
        let lazy = try LazyTraining(
            kernel: x * x.ᵀ, labels: labels, training: Training(steps: 1, learningRate: LearningRate(base: 0.1), momentum: 0.9))
        let r = try x.gram().cholesky()
        var solution = Matrix.product(x.ᵀ, .plain(labels)).transposed
        solution.solveRight(upper: r)
        solution.solveRight(upperTransposed: r)
        let expected = test * solution.transposed
        for time in [LazyTime.infinity, .step(10_000_000), .flow(1e7)] {
            let outputs = try lazy.predictions(at: [time], cross: test * x.ᵀ)[0].testOutputs
            // Null modes have eigenvalues exactly 0, but the cross kernel along them is rounding, times the flow time.
            #expect(largest(outputs, expected) < (time == .infinity ? 1e-13 : 1e-8), "\(time)")
        }
    }

    /// Two equal points with labels +1 and −1, one zero input with label 1, one ordinary point: by hand.
    @Test func repeatedAndZeroPointsAreExact() throws {
        let kernel = Matrix(rows: 4, columns: 4, elements: [2, 2, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        let labels = Matrix(rows: 4, columns: 1, elements: [3, -1, 1, 1])
        let lazy = try LazyTraining(
            kernel: kernel, labels: labels, training: Training(steps: 10, learningRate: LearningRate(base: 0.5)))
        let cross = Matrix(rows: 1, columns: 4, elements: [1, 1, 0, 1])
        for (time, pair, single) in [
            (LazyTime.step(10), 1 - pow(0.5, 10.0), 1 - pow(0.875, 10.0)), (.flow(2), 1 - exp(-2), 1 - exp(-0.5)),
            (.infinity, 1, 1),
        ] {
            let p = try lazy.predictions(at: [time], cross: cross)[0]
            for (i, value) in [pair, pair, 0, single].enumerated() { expectClose(p.trainOutputs[i, 0], value, within: 1e-15) }
            expectClose(p.testOutputs[0, 0], pair / 2 + single, within: 1e-15)
            expectClose(p.trainErrors[2, 0], 1, within: 0)
        }
        #expect(lazy.spectrum.rank == 2)
        let zero = try LazyTraining(
            kernel: Matrix(rows: 4, columns: 4), labels: labels,
            training: Training(steps: 10, learningRate: LearningRate(base: 1e6)))
        #expect(zero.maximumStableLearningRate == .infinity)
        for time in [LazyTime.step(1_000_000), .flow(1e9), .infinity] {
            let p = try zero.predictions(at: [time], cross: Matrix(rows: 1, columns: 4))[0]
            #expect(p.trainOutputs == Matrix(rows: 4, columns: 1) && p.testOutputs[0, 0] == 0)
        }
    }

    /// Just below the stated limit a long run of the plain recursion stays bounded, just above it does not.
    @Test(arguments: cases.prefix(3)) func stabilityLimitIsSharp(_ c: Case) throws {
        let (x, _, labels, start) = Self.linearModel()
        let maximum = try LazyTraining(kernel: x * x.ᵀ, labels: labels, training: c.training(steps: 1)).maximumStableLearningRate
        for (factor, isStable) in [(0.99, true), (1.06, false)] {
            var training = c.training(steps: 300)
            training.learningRate = LearningRate(base: factor * maximum)
            let size = Self.descend(training, x, labels, from: start, probing: x).last!.elements.map(abs).max()!
            #expect((size < 10) == isStable, "\(size) at \(factor)")
        }
        var training = c.training(steps: 3)
        training.learningRate = LearningRate(base: 1.01 * maximum)
        let beyond = try LazyTraining(kernel: x * x.ᵀ, labels: labels, training: training)
        #expect(throws: LazyError.unstable(learningRate: 1.01 * maximum, maximum: maximum)) {
            try beyond.responses(at: [.step(3)])
        }
        training.learningRate = LearningRate(base: 2 * maximum, warmup: 5)
        let scheduled = try LazyTraining(kernel: x * x.ᵀ, labels: labels, training: training)
        #expect(errorText { _ = try scheduled.responses(at: [.step(2000)]) }?.contains("diverges") == true)
    }

    @Test func badKernelsAreNamed() {
        func message(_ kernel: Matrix, _ change: (inout Training) -> Void = { _ in }) -> String {
            var training = Training(steps: 1, learningRate: LearningRate(base: 1))
            change(&training)
            return errorText {
                _ = try LazyTraining(kernel: kernel, labels: Matrix(rows: kernel.rows, columns: 1), training: training)
            } ?? ""
        }
        var asymmetric = Matrix.identity(3)
        asymmetric[0, 2] = 0.5
        #expect(message(asymmetric).contains("entry (0, 2) is 0.5, but entry (2, 0) is 0.0"))
        #expect(message(Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1])).contains("eigenvalue -1."))
        var infinite = Matrix.identity(3)
        infinite[1, 1] = .nan
        #expect(message(infinite).contains("kernel entry (1, 1) is nan"))
        #expect(message(Matrix.identity(2)) { $0.weightDecay = 0.1 }.contains("weight decay"))
        #expect(message(Matrix.identity(2)) { $0.loss = .crossEntropy }.contains("squared"))
        #expect(message(Matrix.identity(2)) { $0.batchSize = 1 }.contains("batches of 1"))
    }
}

/// The largest difference of entries.
func largest(_ a: Matrix, _ b: Matrix) -> Double {
    precondition(a.rows == b.rows && a.columns == b.columns)
    return zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
}
