import SaddleLaws
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

/// Products of kernels by tiles, and training by them alone, against the whole matrix and its eigenvectors. Catches a tile used once too often, an
/// edge tile of the wrong size, sums whose order depends on threads, and error estimates that promise too much.
@Suite struct MatrixFreeTests {
    /// Exponential kernel of 100 random points in three dimensions (full rank), 17 test points, two outputs.
    static let problem: (kernel: Matrix, cross: Matrix, labels: Matrix) = {
        var stream = RandomStream(seed: 31, .test)
        let x = stream.normals(rows: 117, columns: 3)
        let all = Matrix(rows: 117, columns: 117) { i, j in
            let distance = (0..<3).reduce(0) { $0 + (x[i, $1] - x[j, $1]) * (x[i, $1] - x[j, $1]) }.squareRoot()
            return (1 + distance) * exp(-distance)
        }
        let labels = stream.normals(rows: 100, columns: 2)
        return (
            all.leading(rows: 100, columns: 100), Matrix(rows: 17, columns: 100) { all[100 + $0, $1] }, labels
        )
    }()

    @Test(arguments: [1, 7, 32, 100, 512]) func productsAreThoseOfTheMatrix(tile: Int) throws {
        let (kernel, cross, labels) = Self.problem
        for (budget, precision) in [(0.0, TilePrecision.double), (20_000, .double), (1e9, .double), (1e9, .single)] {
            let tiled = KernelOperator(StoredKernel(kernel), budget: budget, precision: precision, tile: tile)
            let half = tiled.allEntries
            let kept = tiled.keptEntries
            #expect(Double(kept * 8) <= budget && (budget < 1e9 || kept == half))
            for product in 1...2 {
                let error = try largest(tiled.apply(labels), kernel * labels)
                // 100 terms of size one, times the rounding of an entry.
                #expect(error < (precision == .single ? 100 * 0x1p-24 : 1e-13))
                #expect((precision == .single) == (error > 1e-10))
                #expect(tiled.evaluatedEntries == half + (product - 1) * (half - kept))
            }
            let rounding = precision == .single ? 1e-6 : 1e-13
            #expect(LinearOperatorLaws(isSymmetric: true, isSemidefinite: true, tolerance: rounding).violations(tiled) == [])
            #expect(try tiled.diagonal() == (0..<100).map { kernel[$0, $0] })
            #expect(try tiled.column(57) == (0..<100).map { kernel[$0, 57] })
        }
        #expect(LinearOperatorLaws().violations(CrossKernelOperator(StoredKernel(cross), tile: tile)) == [])
        #expect(try largest(CrossKernelOperator(StoredKernel(cross), tile: tile).apply(labels), cross * labels) < 1e-13)
    }

    /// The same bits with one thread and with three (the number is global; other suites may set it too, which is the point).
    @Test func threadsDoNotMatter() throws {
        defer { Threads.use(2) }
        var results: [[Matrix]] = []
        for threads in [1, 3, 2] {
            Threads.use(threads)
            let tiled = KernelOperator(StoredKernel(Self.problem.kernel), budget: 20_000, tile: 9)
            let training = Training(steps: 50, learningRate: LearningRate(base: 1.5))
            let krylov = try MatrixFreeTraining(kernel: tiled, labels: Self.problem.labels, training: training)
                .predictions(at: [.step(50)])
            let cross = CrossKernelOperator(StoredKernel(Self.problem.cross), tile: 9)
            results.append([try tiled.apply(Self.problem.labels), krylov.coefficients[0], try cross.apply(Self.problem.labels)])
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }

    /// Sizes by hand: 60 000 points take 115.2 GB as four matrices of doubles, 7.26 GB as half a matrix of singles.
    @Test func memoryIsKnownBefore() throws {
        let memory = LazyMemory(trainCount: 60_000, testCount: 0, outputCount: 1, times: 0)
        expectClose(memory.dense(withSpread: false), 115.2e9, within: 0.01e9)
        expectClose(memory.keptKernel(.single), 7.26e9, within: 0.01e9)
        let text = errorText { try LazyMemory.check(115.2e9, for: "a dense kernel", advice: "use tiles", present: 24e9) }
        #expect(text == "a dense kernel would need 115.2 GB of memory, and this machine has 24.0 GB; use tiles")
        #expect(Machine.memory > 1e8 && Machine.memory < 1e14)
    }

    @Test func badEntriesAreNamed() {
        var kernel = Matrix.identity(20)
        kernel[3, 15] = .infinity
        let tiled = KernelOperator(StoredKernel(kernel), tile: 6)
        #expect(throws: SemidefiniteError.notFinite(row: 3, column: 15, value: .infinity)) {
            try tiled.apply(Matrix(rows: 20, columns: 1, repeating: 1))
        }
        var indefinite = Matrix.identity(20)
        indefinite[4, 4] = -1
        let training = Training(steps: 1, learningRate: LearningRate(base: 1))
        #expect(
            errorText {
                _ = try MatrixFreeTraining(
                    kernel: KernelOperator(StoredKernel(indefinite)), labels: Matrix(rows: 20, columns: 1, repeating: 1),
                    training: training
                ).predictions(at: [.flow(1)])
            }?.contains("eigenvalue -1.0") == true)
    }

    /// All kinds of times from one Krylov space; the true error stays below ten times the tolerance, at training and test points.
    @Test(arguments: [1e-4, 1e-8]) func krylovAgreesWithEigenvectors(tolerance: Double) throws {
        let (kernel, cross, labels) = Self.problem
        let times: [LazyTime] = [.step(0), .step(3), .step(200), .step(3000), .flow(0.5), .flow(1000), .infinity]
        let start = Matrix(rows: 100, columns: 2) { i, c in Double(i % 3) - Double(c) }
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            let training = Training(
                steps: 3000, learningRate: LearningRate(base: 1.5), momentum: momentum, usesNesterov: nesterov)
            let dense = try LazyTraining(kernel: kernel, labels: labels, training: training)
            let expected = try dense.predictions(at: times, cross: cross, initial: (start, Matrix(rows: 17, columns: 2)))
            let krylov = try MatrixFreeTraining(
                kernel: KernelOperator(StoredKernel(kernel), tile: 30), labels: labels, training: training
            ).predictions(at: times, initial: start, tolerance: tolerance)
            #expect(krylov.advice == nil && krylov.products <= 100)
            expectClose(krylov.maximumStableLearningRate / dense.maximumStableLearningRate, 1, within: 1e-9)
            for (t, prediction) in expected.enumerated() {
                var outputs = krylov.trainOutputs[t]
                outputs.add(start)
                #expect(largest(outputs, prediction.trainOutputs) < 10 * tolerance)
                #expect(largest(cross * krylov.coefficients[t], prediction.testOutputs) < 10 * tolerance)
                #expect(krylov.errorEstimates[t] <= tolerance)
            }
        }
    }

    /// An invariant space after three dimensions: exact, and null modes do not move.
    @Test func lowRankKernelsEndEarly() throws {
        let kernel = Matrix(rows: 6, columns: 6) { i, j in i % 3 == j % 3 ? Double(i % 3) : 0 }
        let labels = Matrix(rows: 6, columns: 1, elements: [1, 2, 3, 4, 5, 6])
        let result = try MatrixFreeTraining(
            kernel: KernelOperator(StoredKernel(kernel)), labels: labels,
            training: Training(steps: 1, learningRate: LearningRate(base: 1))
        ).predictions(at: [.infinity], tolerance: 1e-12)
        for (i, value) in [0, 3.5, 4.5, 0, 3.5, 4.5].enumerated() {
            expectClose(result.trainOutputs[0][i, 0], value, within: 1e-12)
        }
        #expect(result.advice == nil && result.products <= 4)
        let short = try MatrixFreeTraining(
            kernel: KernelOperator(StoredKernel(Self.problem.kernel)), labels: Self.problem.labels,
            training: Training(steps: 1, learningRate: LearningRate(base: 1))
        ).predictions(at: [.infinity], maximumProducts: 10)
        #expect(short.advice?.contains("not converged after 10") == true && short.errorEstimates[0] > 1e-6)
    }

    /// Two outputs together, with and without preconditioner and ridge, against Cholesky.
    @Test(arguments: [(0.0, 0), (0, 20), (0.01, 0), (0.01, 30), (0.01, 100)])
    func conjugateGradientsSolve(ridge: Double, rank: Int) throws {
        let (kernel, _, labels) = Self.problem
        let tiled = KernelOperator(StoredKernel(kernel), tile: 30)
        let preconditioner = rank == 0 ? nil : try tiled.preconditioner(ridge: ridge, rank: rank)
        #expect(preconditioner.map { $0.rank == rank && $0.relativeRemainder < 0.2 } ?? true)
        let found = try ConjugateGradients(ridge: ridge, tolerance: 1e-10, preconditioner: preconditioner).solve(tiled, labels)
        var shifted = kernel
        for i in 0..<100 { shifted[i, i] += ridge }
        let r = try shifted.cholesky()
        var expected = labels.transposed
        expected.solveRight(upper: r)
        expected.solveRight(upperTransposed: r)
        let scale = expected.largestSize
        // Residual 1e-10 times a condition number of about 1e4.
        #expect(largest(found.solution, expected.transposed) < 1e-5 * scale)
        #expect(found.relativeResiduals.allSatisfy { $0 <= 2e-10 } && found.history.count == found.iterations + 1)
        if rank == 100 { #expect(found.iterations <= 3) }
    }

    @Test func failuresAreHonest() throws {
        let (kernel, _, labels) = Self.problem
        let tiled = KernelOperator(StoredKernel(kernel))
        do {
            _ = try ConjugateGradients(tolerance: 1e-10, maximumIterations: 40).solve(tiled, labels)
            Issue.record("forty iterations were enough")
        } catch IterationError.notConverged(let best, _, let advice) {
            #expect(best.iterations == 40 && best.relativeResiduals.max()! < 1 && advice.contains("more iterations"))
        }
        // Contradictory labels of one point: no solution exists.
        let twice = KernelOperator(StoredKernel(Matrix(rows: 2, columns: 2, repeating: 1)))
        do {
            _ = try ConjugateGradients().solve(twice, Matrix(rows: 2, columns: 1, elements: [1, 3]))
            Issue.record("a contradiction was solved")
        } catch IterationError.notConverged(let best, _, let advice) {
            #expect(advice.contains("singular"))
            // One step, x = 10/16 b, leaves (−3/2, 1/2) of (1, 3); the next direction is null.
            expectClose(best.relativeResiduals[0], 0.5, within: 1e-12)
            expectClose(best.solution[0, 0], 0.625, within: 1e-12)
        }
        #expect(throws: IterationError.self) { try ConjugateGradients().solve(tiled, labels, shouldStop: { true }) }
    }
}

extension Matrix {
    fileprivate var largestSize: Double { elements.map(abs).max() ?? 0 }
}
