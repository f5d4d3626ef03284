import Foundation
import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Teachers label inputs as they claim. Oracles: solving for the linear teacher from its labels, recomputing each label
/// from the inputs, and moments of the Gaussian. False-alarm rates: 1e-6 for each of the nine estimates.
struct SyntheticTaskTests {
    private func load(
        _ teacher: DataSource.Teacher, dimension: Int = 6, train: Int = 40, test: Int = 20, seed: Int = 1,
        preprocess: Preprocessing = .none, _ change: (inout DataSource) -> Void = { _ in }
    ) throws -> Dataset {
        var source = DataSource(source: "gaussian", train: train, test: test, preprocess: preprocess, seed: seed)
        (source.dimension, source.teacher) = (dimension, teacher)
        change(&source)
        return try source.load(loss: .squared).dataset
    }

    @Test func inputsAreStandardNormal() throws {
        let data = try load(.linear, dimension: 50, train: 400, test: 400)
        for x in [data.trainInputs.elements, data.testInputs.elements] {
            expectConsistent(Estimate(x), with: 0, seeing: 0.1)
            expectConsistent(Estimate(x.map { $0 * $0 }), with: 1, seeing: 0.1)
        }
        #expect(Set(data.trainInputs.elements).isDisjoint(with: data.testInputs.elements))
    }

    /// A unit vector u with y = u·x for training and test samples, raw or preprocessed. Least squares by Cholesky;
    /// 1e-11 allows for the condition number of a 40 × 6 Gaussian matrix, below 10.
    @Test(arguments: [Preprocessing.none, .centerScale]) func linearTeacherIsAUnitVector(_ preprocess: Preprocessing) throws {
        let data = try load(.linear, preprocess: preprocess)
        let r = try data.trainInputs.gram().cholesky()
        var u = (data.trainLabels.ᵀ * data.trainInputs)
        u.solveRight(upper: r)
        u = Matrix.product(.plain(u), .transposed(inverse(r)))
        expectClose(u.elements.reduce(0) { $0 + $1 * $1 }, 1, within: 1e-11)
        for (x, y) in [(data.trainInputs, data.trainLabels), (data.testInputs, data.testLabels)] {
            for (a, b) in zip((x * u.ᵀ).elements, y.elements) { expectClose(a, b, within: 1e-11) }
        }
        if preprocess == .centerScale {
            for i in 0..<40 {
                expectClose((0..<6).reduce(0) { $0 + data.trainInputs[i, $1] * data.trainInputs[i, $1] }, 6, within: 1e-12)
            }
        }
    }

    private func inverse(_ r: Matrix) -> Matrix {
        var identity = Matrix(rows: r.rows, columns: r.rows) { $0 == $1 ? 1 : 0 }
        identity.solveRight(upper: r)
        return identity
    }

    @Test func linksActOnTheLinearTeacher() throws {
        let z = try load(.linear, train: 4000)
        let links: [(String, (Double) -> Double)] = [
            ("he2", { ($0 * $0 - 1) / 2.0.squareRoot() }), ("he3", { ($0 * $0 * $0 - 3 * $0) / 6.0.squareRoot() }),
            ("he4", { ($0 * $0 * $0 * $0 - 6 * $0 * $0 + 3) / 24.0.squareRoot() }), ("tanh", { Foundation.tanh($0) }),
            ("relu", { max($0, 0) }),
        ]
        for (name, link) in links {
            let data = try load(.singleIndex, train: 4000) { $0.link = name }
            #expect(data.trainInputs == z.trainInputs)
            for (a, b) in zip(data.trainLabels.elements, z.trainLabels.elements) {
                expectClose(a, link(b), within: 1e-13 * (1 + b * b * b * b))
            }
        }
        // Unit variance, by orthogonality of the Hermite polynomials.
        let he3 = try load(.singleIndex, train: 4000) { $0.link = "he3" }.trainLabels.elements
        expectConsistent(Estimate(he3.map { $0 * $0 }), with: 1, seeing: .relative(2))
    }

    @Test func parityCountsSigns() throws {
        let data = try load(.parity, train: 200) { $0.sparsity = 3 }
        for i in 0..<200 {
            let negative = (0..<3).count { data.trainInputs[i, $0] < 0 }
            #expect(data.trainLabels[i, 0] == (negative % 2 == 0 ? 1 : -1))
        }
        #expect(data.classNames == ["+1", "−1"])
        expectConsistent(Estimate(data.trainLabels.elements), with: 0, seeing: 0.5)
    }

    @Test func noiseIsOnTrainingLabelsOnly() throws {
        let (clean, noisy) = (try load(.linear, train: 2000), try load(.linear, train: 2000) { $0.noise = 0.5 })
        let noise = zip(noisy.trainLabels.elements, clean.trainLabels.elements).map { $0 - $1 }
        expectConsistent(Estimate(noise), with: 0, seeing: 0.1)
        expectConsistent(Estimate(noise.map { $0 * $0 }), with: 0.25, seeing: .relative(0.25))
        #expect(noisy.testLabels == clean.testLabels)

        let parity = try load(.parity, train: 2000) { $0.sparsity = 2 }
        let flipped = try load(.parity, train: 2000) { ($0.sparsity, $0.noise) = (2, 0.1) }
        let flips = zip(parity.trainLabels.elements, flipped.trainLabels.elements).map { $0 == $1 ? 0.0 : 1.0 }
        expectConsistent(Estimate(flips), with: 0.1, seeing: .relative(0.5))
        #expect(parity.testLabels == flipped.testLabels)
    }

    @Test func reproducibleAndNested() throws {
        let (small, large) = (try load(.linear, train: 5, test: 2), try load(.linear, train: 50, test: 9))
        for i in 0..<5 { for j in 0..<6 { #expect(small.trainInputs[i, j] == large.trainInputs[i, j]) } }
        for i in 0..<2 { for j in 0..<6 { #expect(small.testInputs[i, j] == large.testInputs[i, j]) } }
        #expect(try load(.linear, train: 5, test: 2).trainLabels == small.trainLabels)
        #expect(try load(.linear, train: 5, test: 2, seed: 2).trainInputs != small.trainInputs)
    }
}
