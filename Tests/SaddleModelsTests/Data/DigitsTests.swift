import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// The bundled digits and what all sources share: choice of samples, labels, reproducibility.
/// Oracle: the counts that the data set's authors publish, and sums over the rows themselves.
struct DigitsTests {
    private func rows(_ x: Matrix) -> [[Double]] { (0..<x.rows).map { row in (0..<x.columns).map { x[row, $0] } } }

    @Test func allDigitsAreThere() throws {
        let data = try DataSource(source: "digits", preprocess: .none).load(loss: .crossEntropy).dataset
        #expect(data.trainCount == 1797 && data.inputDimension == 64 && data.testCount == 0 && data.outputCount == 10)
        #expect(data.classNames == (0..<10).map(String.init))
        // Class sizes of the UCI test half.
        let counts = (0..<10).map { digit in data.trainClasses.count { $0 == digit } }
        #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(data.trainInputs.elements.allSatisfy { (0...16).contains($0) && $0 == $0.rounded() })
        // The first image is a zero, in the order of the file.
        #expect(Array(rows(data.trainInputs)[0][..<8]) == [0, 0, 5, 13, 9, 1, 0, 0] && data.trainClasses[0] == 0)
        #expect(data.trainLabels[0, 0] == 1 && data.trainLabels[0, 1] == 0)
    }

    @Test func twoClassesBecomeSigns() throws {
        let loaded = try DataSource(source: "digits", classes: [1, 0], train: 50, test: 200).load(loss: .squared)
        let data = loaded.dataset
        #expect(data.trainCount == 50 && data.testCount == 200 && data.outputCount == 1)
        #expect(data.classNames == ["1", "0"] && data.name == "digits, classes 1, 0")
        #expect((0..<50).allSatisfy { data.trainLabels[$0, 0] == (data.trainClasses[$0] == 0 ? 1 : -1) })
        #expect((0..<200).allSatisfy { data.testLabels[$0, 0] == (data.testClasses[$0] == 0 ? 1 : -1) })
        // The margins of the images are blank: nothing to warn of.
        #expect(loaded.warnings.isEmpty)
    }

    /// The class that travels with a row is the class of that row: pixel sums tell zeros from ones in the raw file.
    @Test func labelsBelongToTheirRows() throws {
        let all = try DataSource(source: "digits", preprocess: .none).load(loss: .squared).dataset
        let classOf = Dictionary(zip(rows(all.trainInputs), all.trainClasses), uniquingKeysWith: { a, _ in a })
        let some = try DataSource(source: "digits", classes: [3, 8, 5], train: 60, test: 30, preprocess: .none, seed: 4)
            .load(loss: .squared).dataset
        for (inputs, classes) in [(some.trainInputs, some.trainClasses), (some.testInputs, some.testClasses)] {
            for (row, index) in zip(rows(inputs), classes) { #expect(classOf[row] == [3, 8, 5][index]) }
        }
        #expect(Set(rows(some.trainInputs)).isDisjoint(with: rows(some.testInputs)))
        #expect(Set(rows(some.trainInputs)).count == 60)
    }

    /// The same samples as are drawn otherwise, in the order of the file, whether test samples come out of it too or not.
    @Test(arguments: [0, 20]) func drawnSamplesMayKeepTheirOrder(test: Int) throws {
        let file = rows(try DataSource(source: "digits", preprocess: .none).load(loss: .squared).dataset.trainInputs)
        var source = DataSource(source: "digits", train: 40, test: test, preprocess: .none, seed: 3)
        let drawn = try source.load(loss: .squared).dataset
        source.keepsOrder = true
        let sorted = try source.load(loss: .squared).dataset
        let places = { (data: Dataset) in self.rows(data.trainInputs).map { file.firstIndex(of: $0)! } }
        #expect(places(drawn) != places(sorted) && places(drawn).sorted() == places(sorted))
        #expect(drawn.testInputs == sorted.testInputs)
        for (place, sample) in zip(places(drawn), 0..<40) {
            #expect(sorted.trainClasses[places(sorted).firstIndex(of: place)!] == drawn.trainClasses[sample])
        }
    }

    @Test func severalClassesAreOneHotAndCentredForTheSquaredLoss() throws {
        let source = DataSource(source: "digits", classes: [2, 7, 4], train: 30)
        let squared = try source.load(loss: .squared).dataset
        let crossEntropy = try source.load(loss: .crossEntropy).dataset
        for row in 0..<30 {
            for column in 0..<3 {
                let hot = squared.trainClasses[row] == column ? 1.0 : 0.0
                #expect(squared.trainLabels[row, column] == hot - 1.0 / 3)
                #expect(crossEntropy.trainLabels[row, column] == hot)
            }
        }
    }

    @Test func choiceIsReproducibleAndNested() throws {
        func load(_ train: Int, _ test: Int, seed: Int = 1) throws -> Dataset {
            try DataSource(source: "digits", classes: [0, 1], train: train, test: test, preprocess: .none, seed: seed)
                .load(loss: .squared).dataset
        }
        let (small, large) = (try load(20, 30), try load(40, 60))
        #expect(try load(20, 30).trainInputs == small.trainInputs)
        #expect(rows(large.trainInputs).starts(with: rows(small.trainInputs)))
        #expect(Set(rows(large.testInputs)).isSuperset(of: rows(small.testInputs)))
        #expect(try load(20, 30, seed: 2).trainInputs != small.trainInputs)
    }

    @Test func inputsAreCentredAndScaled() throws {
        let source = DataSource(source: "digits", classes: [0, 1], train: 40, test: 25, preprocess: .none, seed: 3)
        var prepared = source
        prepared.preprocess = .centerScale
        let (raw, data) = (try source.load(loss: .squared).dataset, try prepared.load(loss: .squared).dataset)
        let mean = (0..<64).map { j in (0..<40).reduce(0) { $0 + raw.trainInputs[$1, j] } / 40 }
        for (before, after) in [(raw.trainInputs, data.trainInputs), (raw.testInputs, data.testInputs)] {
            for i in 0..<before.rows {
                let centred = (0..<64).map { before[i, $0] - mean[$0] }
                let norm = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
                // Differences of numbers up to 16, a norm over 64 of them: 8 times the rounding of 16.
                for j in 0..<64 { expectClose(after[i, j], centred[j] * 8 / norm, within: 1e-13) }
            }
        }
    }
}
