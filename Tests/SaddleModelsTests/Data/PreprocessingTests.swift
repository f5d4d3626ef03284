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
        var (train, test) = (matrix((0..<5).map { [0.1, Double($0 * $0), Double($0)] }), matrix([[0.1, 20, 1]]))
        let warnings = try Preprocessing.centerScale.apply(train: &train, test: &test)
        #expect(warnings == ["1 of 3 features are constant over the training samples: they carry no information"])
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
        #expect(error([[0, 0], [2, 2], [1, 1]]) == .sample(array: "train_inputs", row: 2, .equalsMean))
        // The mean 0.2 of 0.1, 0.2, 0.3 is off by a rounding error, which must not be blown up to norm √D.
        #expect(error([[0.1], [0.2], [0.3]]) == .sample(array: "train_inputs", row: 1, .equalsMean))
        #expect(error([[0, 0], [2, 2]], [[3, 3], [1, 1]]) == .sample(array: "test_inputs", row: 1, .equalsMean))
        #expect(error([[0, 1e200], [1, 0]])?.description.contains("beyond the range") == true)
        #expect(error([[0, 1], [1, 0]]) == nil)
    }

    private func apply(
        _ preprocess: Preprocessing, _ train: [[Double]], _ test: [[Double]] = []
    ) throws -> (train: Matrix, test: Matrix, warnings: [String]) {
        var (a, b) = (matrix(train), test.isEmpty ? Matrix(rows: 0, columns: train[0].count) : matrix(test))
        let warnings = try preprocess.apply(train: &a, test: &b)
        return (a, b, warnings)
    }

    @Test func theOthersByHand() throws {
        let (train, test) = ([[1.0, 0], [3, 4]], [[2.0, 6]])
        let standard = try apply(.standardize, train, test)
        #expect(standard.train == matrix([[-1, -1], [1, 1]]) && standard.test == matrix([[0, 2]]) && standard.warnings == [])
        let centred = try apply(.center, train, test)
        #expect(centred.train == matrix([[-1, -2], [1, 2]]) && centred.test == matrix([[0, 4]]) && centred.warnings == [])
        let scaled = try apply(.scale, [[3, 4], [0, -2]])
        for (a, b) in zip(scaled.train.elements, [3, 0, 4, -5].map { $0 * 2.0.squareRoot() / 5 }) {
            expectClose(a, b, within: 1e-15)
        }
    }

    /// The laws of each, on numbers far from 0 and 1: mean 0 and deviation 1 of every feature, or |x|² = D of every sample.
    @Test func laws() throws {
        var stream = RandomStream(seed: 3, .test)
        let train = (0..<50).map { _ in stream.normals(4).enumerated().map { 1e6 + Double($0 + 1) * 1e-2 * $1 } }
        let x = try apply(.standardize, train).train
        for column in 0..<4 {
            let values = (0..<50).map { x[$0, column] }
            // Rounding of the inputs, relative to what varies: 1e6/1e-2 · ε.
            expectClose(values.reduce(0, +) / 50, 0, within: 1e-7)
            expectClose(values.reduce(0) { $0 + $1 * $1 } / 50, 1, within: 1e-12)
        }
        let scaled = try apply(.scale, train).train
        for row in 0..<50 { expectClose((0..<4).reduce(0) { $0 + scaled[row, $1] * scaled[row, $1] }, 4, within: 1e-13) }
        // Squares beyond the range of float64 do no harm where only a mean and a deviation are taken.
        #expect(try apply(.standardize, [[1e200], [3e200]]).train == matrix([[-1], [1]]))
    }

    @Test func constantFeaturesAreExplained() throws {
        let train = (0..<5).map { [0.1, Double($0)] }
        let (a, b, warnings) = try apply(.standardize, train, [[0.1, 2], [0.2, 2]])
        #expect((0..<5).allSatisfy { a[$0, 0] == 0 } && b == matrix([[0, 0], [0, 0]]))
        #expect(
            warnings == [
                "1 of 2 features are constant over the training samples: they carry no information and, having no standard deviation, "
                    + "are set to zero", "1 test samples differ in such a feature, which networks then do not see",
            ])
        #expect(throws: DataError.nothingVaries(samples: 2, features: 1)) { try apply(.standardize, [[1], [1]]) }
        // The mean of the inputs is one of them.
        #expect(
            try apply(.center, [[1], [2], [3]]).warnings
                == ["1 training inputs equal the mean of all and become zero (the first: 1, from 0)"])
        #expect(throws: DataError.sample(array: "train_inputs", row: 1, .zero)) { try apply(.scale, [[1], [0]]) }
        #expect(throws: DataError.self) { try apply(.center, [[1.7e308], [-1.7e308], [1.7e308]]) }
    }

    /// Eight inputs of one dimension, or on a line, fall onto two points; what does not scale single inputs keeps them apart.
    @Test(arguments: [1, 3]) func inputsOnALineAreSaid(_ dimension: Int) throws {
        let train = (0..<8).map { i in (0..<dimension).map { 0.3 + Double($0 + 1) * Double(i) } }
        let (x, _, warnings) = try apply(.centerScale, train)
        #expect(Set(x.elements.map { ($0 * 1e9).rounded() }).count == 2 * dimension)
        #expect(
            warnings == [
                "preprocess center_scale puts 8 different training inputs onto 2 (samples 0 and 1, from 0, become equal): inputs on a "
                    + "line through the mean differ in length, which is what scaling removes; "
                    + (dimension == 1 ? "inputs of one number all become ±1; " : "") + "expected standardize, center or none here"
            ])
        for preprocess in [Preprocessing.standardize, .center, .none] {
            #expect(try apply(preprocess, train).warnings == [])
        }
        #expect(
            try apply(.scale, [[1, 2], [2, 4], [1, 0]]).warnings.first?.contains("puts 3 different training inputs onto 2")
                == true)
        #expect(try apply(.scale, [[1, 2], [1, 2], [1, 0]]).warnings == [])
        #expect(try apply(.centerScale, [[0, 0], [1, 0], [0, 1], [5, 5]]).warnings == [])
    }
}
