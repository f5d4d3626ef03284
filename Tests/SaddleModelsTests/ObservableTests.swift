import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Names of observables are a contract of the run folder: they are written out here, and read back. It would catch a renamed array, a name that is read
/// as another observable, and one that is accepted though no array has it.
@Suite struct ObservableTests {
    private let named: [(Observable, String)] = [
        (.output(.train), "train_output"), (.output(.test), "test_output"), (.loss(.train), "train_loss"),
        (.loss(.test), "test_loss"), (.accuracy(.test), "test_accuracy"), (.kernel(.feature, layer: 1), "feature_kernel_1"),
        (.kernel(.gradient, layer: 12), "gradient_kernel_12"), (.tangentKernel, "tangent_kernel"),
    ]

    @Test func namesBothWays() {
        for (observable, name) in named {
            #expect(observable.name == name && Observable(name: name) == observable)
            #expect(ObservableSlice(name: name) == ObservableSlice(observable))
        }
        for name in [
            "", "output", "train_output_error", "train_output_", "_train_output", "feature_kernel", "feature_kernel_0",
            "feature_kernel_01", "feature_kernel_+1", "feature_kernel_-1", "tangent_kernel_1", "valid_loss", "train_Loss",
            "ranks",
        ] {
            #expect(Observable(name: name) == nil, "\(name)")
        }
    }

    @Test func placesBothWays() {
        for (name, index) in [("test_output[3]", [3]), ("train_output[0,12]", [0, 12]), ("tangent_kernel[1,2]", [1, 2])] {
            let slice = ObservableSlice(name: name)
            #expect(slice?.index == index && slice?.description == name)
        }
        #expect(ObservableSlice(name: "test_output[3, 1]")?.description == "test_output[3,1]")
        for name in ["test_output[]", "test_output[-1]", "test_output[1", "test_output[1][2]", "test_output[1,]", "x[1]"] {
            #expect(ObservableSlice(name: name) == nil, "\(name)")
        }
    }

    /// Positions counted by hand: T = 2 times, 3 training and 2 test samples, 2 outputs.
    @Test func positionsInTheFlatVector() throws {
        let data = Dataset(
            trainInputs: Matrix(rows: 3, columns: 1), trainLabels: Matrix(rows: 3, columns: 2),
            testInputs: Matrix(rows: 2, columns: 1), testLabels: Matrix(rows: 2, columns: 2))
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh), data: data,
            training: Training(steps: 4, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 4])
        let layout = ObservableLayout(experiment, withKernels: true)
        #expect(
            layout.entries.map(\.name) == [
                "train_output", "test_output", "train_loss", "test_loss", "feature_kernel_1", "feature_kernel_2",
                "gradient_kernel_1", "gradient_kernel_2", "tangent_kernel",
            ])
        #expect(layout.count == 2 * (6 + 4 + 1 + 1 + 5 * 9))
        func positions(_ name: String) throws -> [Int]? { layout.positions(of: try #require(ObservableSlice(name: name))) }
        #expect(try positions("test_output[1,0]") == [12 + 2, 12 + 4 + 2])
        #expect(try positions("test_loss") == [22, 23])
        #expect(try positions("test_output[1]") == nil && positions("test_output[2,0]") == nil && positions("test_output") == nil)
        #expect(layout == ObservableLayout(layout.entries.map { ($0.observable, $0.shape) }))
    }
}

/// Views of flat vectors, by hand. It would catch axes in another order, and a spread that is divided by its count twice.
@Suite struct ObservableSeriesTests {
    @Test func viewsAndSignal() throws {
        let layout = ObservableLayout([(.loss(.test), [2]), (.output(.test), [2, 2, 2])])
        let all = [9.0, 8] + (0..<8).map(Double.init)
        let series = ObservableSeries(try #require(layout[.output(.test)]), of: all)
        #expect(series.at(1, 0, 1) == 5 && series.curve(1, 0) == [2, 6] && series.meanSums == [3, 11])
        #expect(Array(series.numbers(at: 1)) == [4, 5, 6, 7])

        let entry = try #require(ObservableLayout([(.output(.train), [1, 2])])[.output(.train)])
        func numbers(_ values: [Double]) -> ObservableSeries { ObservableSeries(entry, of: values) }
        // √12.5 over √(½·(4 + 0)/2) = 1; half of a relative error of (1 + 0)/(4 + 0).
        let signal = try #require(
            ObservableSeries.signalToNoise(
                mean: numbers([3, -4]), variance: numbers([4, 0]), error: numbers([1, 0]), scale: 0.5))
        expectClose(signal[0].value, 12.5.squareRoot(), within: 1e-14)
        expectClose(signal[0].error, 12.5.squareRoot() / 8, within: 1e-14)
        #expect(
            ObservableSeries.signalToNoise(mean: numbers([3, 4]), variance: numbers([0, 0]), error: numbers([0, 0])) == nil)
    }
}

/// The rule by which outputs name a class. It would catch a flipped sign of two classes, and a tie that counts as right for both.
@Suite struct ClassificationTests {
    @Test func signsAndLargest() {
        func accuracy(_ classes: [Int], _ rows: [[Double]]) -> Double {
            Classification.accuracy(classes: classes, Matrix(rows: rows.count, columns: rows[0].count) { rows[$0][$1] })
        }
        #expect(accuracy([0, 1, 0, 1], [[2], [-0.1], [-3], [0.5]]) == 0.5)
        #expect(accuracy([0], [[0]]) + accuracy([1], [[0]]) == 1)
        #expect(accuracy([2, 0, 1], [[0, 1, 5], [3, -1, 2], [7, 1, 2]]) == 2.0 / 3)
        // The labels of a data set are classified as the classes they were made from.
        let labels = Matrix(rows: 2, columns: 1) { i, _ in i == 0 ? 1 : -1 }
        #expect(Classification.accuracy(classes: [0, 1], labels) == 1)
    }
}
