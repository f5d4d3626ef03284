import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleMeasures

/// Matrices that differ and series that differ only in time; they catch a classifier that sees its test part and an embedding that adds nothing.
@Suite struct MatrixClassificationTests {
    private func covariances(_ count: Int, difference: Double) throws -> (points: [PositiveDefinite], classes: [Int]) {
        let classes = (0..<count).map { $0 % 2 }
        let points = try classes.enumerated().map { index, c in
            var stream = RandomStream(seed: 1, .test, index)
            var x = stream.normals(rows: 40, columns: 4)
            x.scaleColumns(by: [1, 1 + difference * Double(c), 1, 1])
            return try RepresentationMatrix.covariance.matrix(of: x, .none).point
        }
        return (points, classes)
    }

    @Test func toldApart() throws {
        let (points, classes) = try covariances(60, difference: 0.6)
        let found = try MatrixClassification(points, classes: classes, folds: 5, seed: 1)
        #expect(found.accuracy(found.byMean).mean > 0.85 && found.accuracy(found.byTangent).mean > 0.85)
        #expect(found.chance == 0.5)
    }

    /// Nothing to tell: right as often as by chance. 200 matrices, standard error 0.035.
    @Test func nothingToTell() throws {
        let (points, classes) = try covariances(200, difference: 0)
        let found = try MatrixClassification(points, classes: classes, folds: 5, seed: 1)
        for answer in [found.byMean, found.byTangent] {
            expectConsistent(found.accuracy(answer), with: 0.5, seeing: 0.25)
        }
    }

    @Test func foldsAreBalanced() {
        let classes = (0..<50).map { $0 % 5 == 0 ? 1 : 0 }
        let fold = MatrixClassification.assignment(classes, count: 2, folds: 5, seed: 1)
        for part in 0..<5 {
            #expect(classes.indices.count { fold[$0] == part } == 10)
            #expect(classes.indices.count { fold[$0] == part && classes[$0] == 1 } == 2)
        }
    }

    /// The chosen ridge has the least error of refits without each row.
    @Test func leaveOneOut() throws {
        var stream = RandomStream(seed: 2, .test)
        let x = stream.normals(rows: 14, columns: 5)
        let y = Matrix(rows: 14, columns: 2) { i, j in x[i, 0] > 0.3 * stream.normal() ? Double(j) : Double(1 - j) }
        let chosen = try RidgeClassifier(x, y).ridge
        func refit(_ ridge: Double) throws -> Double {
            var error = 0.0
            for left in 0..<14 {
                let rows = (0..<14).filter { $0 != left }
                let (a, b) = (x.selectingRows(rows), y.selectingRows(rows))
                func mean(_ m: Matrix, _ j: Int) -> Double { (0..<13).reduce(0) { $0 + m[$1, j] } / 13 }
                let (ac, bc) = (a.centredColumns, b.centredColumns)
                var gram = ac.gram()
                gram.add(.identity(5), scale: ridge)
                let weights = try PositiveDefinite(gram).mapping { 1 / $0 } * (ac.ᵀ * bc)
                for c in 0..<2 {
                    let value = (0..<5).reduce(mean(b, c)) { $0 + (x[left, $1] - mean(a, $1)) * weights[$1, c] }
                    error += (y[left, c] - value) * (y[left, c] - value)
                }
            }
            return error
        }
        let best = try refit(chosen)
        for factor in [0.1, 0.316, 3.16, 10] { #expect(try refit(chosen * factor) >= best - 1e-12) }
    }

    /// Two kinds of oscillation with the same variances and no correlation at equal times: only delays tell them.
    @Test func augmentedCovariances() throws {
        var (trials, classes) = ([Matrix](), [Int]())
        for trial in 0..<40 {
            var stream = RandomStream(seed: 3, .test, trial)
            let c = trial % 2, period = [8.0, 14][c]
            let phases = (0..<2).map { _ in 2 * .pi * stream.uniform() }
            trials.append(
                Matrix(rows: 160, columns: 2) { t, j in
                    2.0.squareRoot() * sin(2 * .pi * Double(t) / period + phases[j]) + 0.7 * stream.normal()
                })
            classes.append(c)
        }
        func accuracy(_ embedding: DelayEmbedding) throws -> Double {
            let points = try trials.map { try RepresentationMatrix.covariance.matrix(of: embedding.apply($0), .none).point }
            let found = try MatrixClassification(points, classes: classes, folds: 5, seed: 1)
            return min(found.accuracy(found.byMean).mean, found.accuracy(found.byTangent).mean)
        }
        #expect(try accuracy(DelayEmbedding(order: 1, lag: 1)) < 0.85)
        let choice = DelayChoice(trials, lag: nil, order: nil, largestOrder: 4)
        #expect(choice.embedding.order > 1)
        #expect(try accuracy(choice.embedding) > 0.95, "\(choice.embedding)")
    }

    /// The lag of a noisy sine is about a quarter of its period, 10 (its information is flat there); Hénon's map needs two delays.
    @Test func delays() {
        var stream = RandomStream(seed: 4, .test)
        let sine = Matrix(rows: 600, columns: 1) { t, _ in sin(2 * .pi * Double(t) / 40) + 0.1 * stream.normal() }
        let choice = DelayChoice([sine], lag: nil, order: nil, largestOrder: 3)
        #expect((6...14).contains(choice.embedding.lag) && choice.lagRule == .minimumOfInformation, "\(choice)")
        var (x, y) = (0.1, 0.1)
        let henon = Matrix(rows: 600, columns: 1) { _, _ in
            (x, y) = (1 - 1.4 * x * x + y, 0.3 * x)
            return x
        }
        let order = DelayChoice([henon], lag: 1, order: nil, largestOrder: 4)
        #expect(order.embedding == DelayEmbedding(order: 2, lag: 1) && order.orderRule == .fewFalseNeighbours)
    }

    @Test func distancesOfRepresentations() throws {
        var stream = RandomStream(seed: 5, .test)
        let x = stream.normals(rows: 6, columns: 20)
        var doubled = x
        doubled.scale(by: 2)
        let points = try [x, doubled, stream.normals(rows: 6, columns: 30)].map {
            try RepresentationMatrix.kernel.matrix(of: $0, .none).point
        }
        let found = try MatrixDistances(points)
        expectClose(found.distances[0, 1], 6.0.squareRoot() * log(4), within: 1e-10)
        expectClose(found.shapes[0, 1], 0, within: 1e-10)
        expectClose(found.distances[0, 2], found.distances[2, 0], within: 0)
        #expect(found.toMean.count == 3 && found.toMean.min()! > 0)
        // Fewer features than samples: no kernel without shrinkage.
        let thin = stream.normals(rows: 6, columns: 3)
        #expect(throws: PositiveDefiniteError.self) { try RepresentationMatrix.kernel.matrix(of: thin, .none) }
        let shrunk = try RepresentationMatrix.kernel.matrix(of: thin, .ledoitWolf)
        #expect(shrunk.intensity > 0)
        #expect(try RepresentationMatrix.kernel.matrix(of: thin, .fixed(0.1)).intensity == 0.1)
    }
}
