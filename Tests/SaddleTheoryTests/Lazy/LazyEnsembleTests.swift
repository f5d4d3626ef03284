import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Gaussian processes and the spread over initialisations. Oracles: direct formulas with Cholesky, and an ensemble of linear models
/// f = Xθ with random θ₀, each trained in its own parameters. Catches cross terms with the wrong sign and a posterior that
/// loses its digits where the kernel is singular.
@Suite struct LazyEnsembleTests {
    /// mean and covariance as they stand in textbooks, by Cholesky of K + σ².
    @Test(arguments: [0.0, 0.3]) func posteriorAgreesWithCholesky(noise: Double) throws {
        var stream = RandomStream(seed: 6, .test)
        let (x, test) = (stream.normals(rows: 5, columns: 9), stream.normals(rows: 3, columns: 9))
        let labels = stream.normals(rows: 5, columns: 2)
        let (kernel, cross, all) = (x * x.ᵀ, test * x.ᵀ, test * test.ᵀ)
        let posterior = try GaussianProcess(kernel: kernel).posterior(
            labels: labels, cross: cross, test: .covariance(all), noiseVariance: noise)
        var noisy = kernel
        for i in 0..<5 { noisy[i, i] += noise }
        let r = try noisy.cholesky()
        var half = cross
        half.solveRight(upper: r)
        var covariance = all
        covariance.add(.plain(half), half.ᵀ, scale: -1)
        var mapped = half
        mapped.solveRight(upperTransposed: r)
        #expect(largest(posterior.mean, mapped * labels) < 1e-13)
        #expect(largest(posterior.covariance!, covariance) < 1e-13)
        for i in 0..<3 { expectClose(posterior.variances[i], covariance[i, i], within: 1e-13) }
    }

    /// Without noise Cholesky's factor serves instead of eigenvectors, and where a mode may be null it does not.
    @Test func factorsAgree() throws {
        var stream = RandomStream(seed: 8, .test)
        let (x, test) = (stream.normals(rows: 30, columns: 50), stream.normals(rows: 7, columns: 50))
        let labels = stream.normals(rows: 30, columns: 3)
        func expectAgreement(_ x: Matrix, within tolerance: Double) throws {
            let (kernel, cross, all) = (x * x.ᵀ, test * x.ᵀ, test * test.ᵀ)
            let quick = try GaussianProcess(kernel: kernel, accuracy: 1e-14, isNoisy: false)
            let modes = try GaussianProcess(kernel: kernel, accuracy: 1e-14)
            let (a, b) = try (
                quick.posterior(labels: labels, cross: cross, test: .covariance(all), noiseVariance: 0),
                modes.posterior(labels: labels, cross: cross, test: .covariance(all), noiseVariance: 0)
            )
            #expect(largest(a.mean, b.mean) <= tolerance && largest(a.covariance!, b.covariance!) <= 50 * tolerance)
            for (u, v) in zip(a.variances, b.variances) { expectClose(u, v, within: 50 * tolerance) }
            #expect(
                largest(quick.fitted(labels: labels, noiseVariance: 0), modes.fitted(labels: labels, noiseVariance: 0))
                    <= tolerance)
            // The spread of a network trained for a while asks for a root of the kernel.
            let training = try LazyTraining(
                kernel: kernel, labels: labels, training: Training(steps: 5, learningRate: LearningRate(base: 0.1)))
            let spreads = try [quick, modes].map {
                try LazyEnsemble(
                    training: training, initial: $0, initialCross: cross, initialTest: .covariance(all), cross: cross
                )
                .spreads(at: [.step(5)])[0]
            }
            for (u, v) in zip(spreads[0].testVariances, spreads[1].testVariances) { expectClose(u, v, within: 50 * tolerance) }
            for (u, v) in zip(spreads[0].trainVariances, spreads[1].trainVariances) { expectClose(u, v, within: 50 * tolerance) }
        }
        try expectAgreement(x, within: 1e-11)
        // A repeated point: eigenvectors either way, and the mean label.
        try expectAgreement(x.selectingRows((0..<29) + [3]), within: 0)
        withKnownIssue("of another point") {
            let other = try GaussianProcess(kernel: x * x.ᵀ, isNoisy: false).posterior(
                labels: labels, cross: test.selectingRows([6, 5, 4, 3, 2, 1, 0]) * x.ᵀ, test: .covariance(test * test.ᵀ),
                noiseVariance: 0)
            let right = try GaussianProcess(kernel: x * x.ᵀ).posterior(
                labels: labels, cross: test * x.ᵀ, test: .covariance(test * test.ᵀ), noiseVariance: 0)
            #expect(largest(other.mean, right.mean) < 1e-6)
        }
    }

    /// One measured point, repeated with labels 1 and 3: without noise the mean label and no variance, with noise σ² a posterior
    /// of two measurements, 2·2/(2 + σ²) and σ²/(2 + σ²); a point that nothing tells about keeps its prior.
    @Test func singularKernelsInterpolate() throws {
        let process = try GaussianProcess(kernel: Matrix(rows: 2, columns: 2, repeating: 1))
        let labels = Matrix(rows: 2, columns: 1, elements: [1, 3])
        let cross = Matrix(rows: 2, columns: 2, elements: [1, 0, 1, 0])
        for noise in [0, 1e-12, 0.5] {
            let posterior = try process.posterior(
                labels: labels, cross: cross, test: .variances([1, 7]), noiseVariance: noise)
            expectClose(posterior.mean[0, 0], 4 / (2 + noise), within: 1e-15)
            expectClose(posterior.variances[0], noise / (2 + noise), within: 1e-15)
            expectClose(posterior.mean[1, 0], 0, within: 0)
            expectClose(posterior.variances[1], 7, within: 0)
        }
        #expect(throws: GaussianProcessError.self) {
            try process.posterior(labels: labels, cross: cross, test: .variances([0.5, 7]), noiseVariance: 0)
        }
    }

    /// 3000 linear models with θ₀ of unequal variances (so that the two kernels differ), momentum 0.6, six points in four dimensions.
    /// The standard error of a variance is 2.6 % of it: an error of 20 % is caught.
    @Test func spreadAgreesWithDrawnModels() throws {
        let (x, test, labels, _) = LazyTrainingTests.linearModel()
        let scales = [1.5, 0.2, 1.0, 0.6]
        var (scaled, scaledTest) = (x, test)
        scaled.scaleColumns(by: scales)
        scaledTest.scaleColumns(by: scales)
        let one = Matrix(rows: 6, columns: 1, elements: Array(labels.elements[..<6]))
        let training = Training(steps: 300, learningRate: LearningRate(base: 0.1), momentum: 0.6)
        let recorded = LazyTrainingTests.recorded
        let ensemble = try LazyEnsemble(
            training: LazyTraining(kernel: x * x.ᵀ, labels: one, training: training),
            initial: GaussianProcess(kernel: scaled * scaled.ᵀ), initialCross: scaledTest * scaled.ᵀ,
            initialTest: .covariance(scaledTest * scaledTest.ᵀ), cross: test * x.ᵀ)
        let spreads = try ensemble.spreads(at: recorded.map(LazyTime.step) + [.infinity])

        // All models side by side: the recursion acts on each column by itself.
        let count = 3000
        var stream = RandomStream(seed: 7, .test)
        var start = stream.normals(rows: 4, columns: count)
        start.scaleRows(by: scales)
        // A quarter of the largest variance at initialisation.
        let effect = 0.25 * (spreads[0].trainVariances + spreads[0].testVariances).max()!
        let copies = Matrix(rows: 6, columns: count) { i, _ in one[i, 0] }
        let points = x.appendingRows(of: test)
        let outputs = LazyTrainingTests.descend(training, x, copies, from: start, probing: points)
        for (i, sample) in outputs.enumerated() {
            func covariance(_ a: Int, _ b: Int) -> Estimate {
                let means = [a, b].map { row in (0..<count).reduce(0) { $0 + sample[row, $1] } / Double(count) }
                return Estimate((0..<count).map { (sample[a, $0] - means[0]) * (sample[b, $0] - means[1]) })
            }
            for a in 0..<6 {
                expectConsistent(
                    covariance(a, a), with: spreads[i].trainVariances[a], seeing: .absolute(effect), falseAlarm: 1e-7,
                    allowance: 1e-13)
            }
            for a in 0..<3 {
                expectConsistent(
                    covariance(6 + a, 6 + a), with: spreads[i].testVariances[a], seeing: .absolute(effect), falseAlarm: 1e-7,
                    allowance: 1e-13)
                for b in 0..<a {
                    expectConsistent(
                        covariance(6 + a, 6 + b), with: spreads[i].testCovariance![a, b], seeing: .absolute(effect),
                        falseAlarm: 1e-7,
                        allowance: 1e-13)
                }
            }
        }
        // Negative control: the spread of training without momentum, a third of the way.
        let slow = try LazyEnsemble(
            training: LazyTraining(
                kernel: x * x.ᵀ, labels: one, training: Training(steps: 300, learningRate: LearningRate(base: 0.1))),
            initial: GaussianProcess(kernel: scaled * scaled.ᵀ), initialCross: scaledTest * scaled.ᵀ,
            initialTest: .covariance(scaledTest * scaledTest.ᵀ), cross: test * x.ᵀ
        ).spreads(at: recorded.map(LazyTime.step))
        let middle = recorded.firstIndex { $0 >= 10 }!
        withKnownIssue {
            let sample = outputs[middle], mean = (0..<count).reduce(0) { $0 + sample[6, $1] } / Double(count)
            let variance = Estimate((0..<count).map { (sample[6, $0] - mean) * (sample[6, $0] - mean) })
            expectConsistent(
                variance, with: slow[middle].testVariances[0], seeing: .relative(0.2), falseAlarm: 1e-7, allowance: 1e-13)
        }
        // Four parameters, six points: in the end nothing of θ₀ remains.
        #expect(spreads.last!.testVariances.allSatisfy { $0 < 1e-12 } && spreads[0].testVariances.allSatisfy { $0 > 0.1 })
    }
}
