import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Centring and scaling, with the cases in which nothing is left to scale. Oracle: small cases by hand.
struct PreprocessingTests {
    private func matrix(_ rows: [[Double]]) -> Matrix { Matrix(rows: rows.count, columns: rows[0].count) { rows[$0][$1] } }

    @Test func aCaseByHand() throws {
        var (train, test) = (matrix([[1, 0], [3, 4]]), matrix([[2, 4]]))
        #expect(try Preprocessing.centerScale.apply(train: &train, test: &test) == [])
        let s = (2.0 / 5).squareRoot()
        for (a, b) in zip(train.elements, [-s, s, -2 * s, 2 * s]) { expectClose(a, b, within: 1e-15) }
        for (a, b) in zip(test.elements, [0, 2.0.squareRoot()]) { expectClose(a, b, within: 1e-15) }
    }

    @Test func noneLeavesArraysAlone() throws {
        let (x, y) = (matrix([[1, 7], [3, 7]]), matrix([[1, 2]]))
        var (train, test) = (x, y)
        #expect(try Preprocessing.none.apply(train: &train, test: &test) == [])
        #expect(train == x && test == y)
        train = matrix([[1, 1], [0, 0]])
        #expect(try Preprocessing.none.apply(train: &train, test: &test).count == 1)
    }

    @Test func constantFeaturesAreCounted() throws {
        // 0.1 five times: its sum over five is not 0.1 in floating point, but the feature must still become exactly zero.
        var (train, test) = (matrix((0..<5).map { [0.1, Double($0 * $0)] }), matrix([[0.1, 20]]))
        let warnings = try Preprocessing.centerScale.apply(train: &train, test: &test)
        #expect(warnings == ["1 of 2 features are constant over the training samples: they carry no information"])
        #expect((0..<5).allSatisfy { train[$0, 0] == 0 } && test[0, 0] == 0)
    }

    @Test func nothingLeftIsAnError() {
        func error(_ train: [[Double]], _ test: [[Double]] = [[5, 6]]) -> DataError? {
            var (a, b) = (matrix(train), matrix(test.map { Array($0.prefix(train[0].count)) }))
            do { _ = try Preprocessing.centerScale.apply(train: &a, test: &b) } catch { return error }
            return nil
        }
        #expect(error([[1, 2], [1, 2]]) == .nothingVaries(samples: 2, features: 2))
        #expect(error([[1, 2]]) == .nothingVaries(samples: 1, features: 2))
        #expect(error([[0, 0], [2, 2], [1, 1]]) == .zeroNorm(array: "train_inputs", row: 2))
        // The mean 0.2 of 0.1, 0.2, 0.3 is off by a rounding error, which must not be blown up to norm √D.
        #expect(error([[0.1], [0.2], [0.3]]) == .zeroNorm(array: "train_inputs", row: 1))
        #expect(error([[0, 0], [2, 2]], [[3, 3], [1, 1]]) == .zeroNorm(array: "test_inputs", row: 1))
        #expect(error([[0, 1e200], [1, 0]])?.description.contains("beyond the range") == true)
        #expect(error([[0, 1], [1, 0]]) == nil)
    }
}
