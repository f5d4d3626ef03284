import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// What other programs write is measured as they wrote it: every layer of a file, with labels if there are any.
struct RepresentationTests {
    private func load(
        _ arrays: [(name: String, array: Tensor)], _ change: (inout DataSource) -> Void = { _ in }
    ) throws -> LoadedRepresentations {
        try withTemporaryDirectory { directory in
            try NPZ.write(arrays, to: directory + "/acts.npz")
            var source = DataSource(source: "acts.npz", preprocess: .none)
            change(&source)
            return try source.representations(relativeTo: directory)
        }
    }

    private func counted(_ shape: [Int], from first: Double = 0) -> Tensor {
        Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { first + Double($0) })
    }
    private let labels = Tensor(shape: [6], elements: [0, 1, 0, 1, 1, 0])

    @Test func everyLayerOfAFileIsOne() throws {
        let loaded = try load([
            ("layer1_step10", counted([6, 3])), ("layer2_step10", counted([6, 2, 2])), ("labels", labels),
            ("weights", counted([3, 3])),
        ])
        #expect(loaded.all.map(\.name) == ["layer1_step10 of acts.npz", "layer2_step10 of acts.npz"])
        #expect(loaded.all.map(\.layer) == [1, 2] && loaded.all.map(\.step) == [10, 10])
        #expect(loaded.all[1].axes == [2, 2] && loaded.all[1].dimension == 4)
        #expect(loaded.all[0].points[5, 2] == 17)
        #expect(loaded.all[0].labels.classes?.of == [0, 1, 0, 1, 1, 0])
        #expect(loaded.warnings.contains { $0.contains("not used: 'weights'") })
    }

    @Test func labelsAreNotNeeded() throws {
        let loaded = try load([("arr_0", counted([4, 2]))])
        #expect(loaded.all.count == 1 && loaded.all[0].labels.count == nil && loaded.warnings.isEmpty)
        #expect(try load([("series", counted([9]))]).all[0].points.columns == 1)
    }

    @Test func oneArrayCanBeChosenAndSamplesKeepTheirOrder() throws {
        let loaded = try load([("a", counted([6, 3])), ("b", counted([6, 1], from: 100)), ("y", labels)]) {
            $0.inputs = "b"
            $0.train = 4
        }
        let points = loaded.all[0].points.elements
        #expect(loaded.all.count == 1 && points.count == 4 && points == points.sorted())
        #expect(loaded.all[0].labels.classes?.of == points.map { [0, 1, 0, 1, 1, 0][Int($0) - 100] })
    }

    /// All digits are asked for unless a number is given; of two classes they are fewer, which is no error.
    @Test func allSamplesOfChosenClasses() throws {
        let two = try DataSource(source: "digits", classes: [3, 8], train: 1797, preprocess: .none).representations()
        #expect(two.all.map(\.count) == [183 + 174] && two.all[0].labels.classes?.names == ["3", "8"])
        #expect(errorText { _ = try DataSource(source: "digits", classes: [3, 8], train: 400).representations() } != nil)
    }

    @Test func trainingArraysOfADataSetAreMeasured() throws {
        let loaded = try load([
            ("x_train", counted([6, 2])), ("y_train", labels), ("x_test", counted([3, 2])), ("y_test", counted([3])),
        ])
        #expect(loaded.all.map(\.count) == [6])
        #expect(loaded.all[0].labels.classes?.names == ["0", "1"])
    }

    @Test func realLabelsAreTargets() throws {
        let loaded = try load([("x", counted([4, 2])), ("y", Tensor(shape: [4], elements: [0.5, 1, 2, 3]))])
        guard case .targets(let y) = loaded.all[0].labels else { Issue.record("no targets"); return }
        #expect(y.elements == [0.5, 1, 2, 3])
    }

    @Test func whatCannotBeMeasuredIsNamed() throws {
        var bad = counted([4, 2])
        bad[2, 1] = .nan
        #expect(errorText { _ = try load([("x", bad)]) }?.contains("[2, 1] is nan") == true)
        #expect(errorText { _ = try load([("x", counted([4, 2]))]) { $0.inputs = "z" } }?.contains("has no array 'z'") == true)
        #expect(errorText { _ = try load([("x", counted([4, 2]))]) { $0.classes = [1, 2] } }?.contains("has no labels") == true)
        #expect(errorText { _ = try load([("x", counted([4, 2]))]) { $0.train = 9 } }?.contains("there are 4") == true)
    }

    @Test func tablesNeedNoLabel() throws {
        try withTemporaryDirectory { directory in
            try AtomicFile.write([UInt8]("a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n".utf8), to: directory + "/t.csv")
            try AtomicFile.write([UInt8]("a,b,label\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n".utf8), to: directory + "/u.csv")
            let plain = try DataSource(source: "t.csv", preprocess: .none).representations(relativeTo: directory)
            #expect(plain.all[0].points.elements == [1, 3, 5, 7, 2, 4, 6, 8] && plain.all[0].labels.count == nil)
            let labelled = try DataSource(source: "u.csv", preprocess: .none).representations(relativeTo: directory)
            #expect(labelled.all[0].labels.classes?.names == ["x", "y"])
            var both = DataSource(source: "t.csv", preprocess: .none)
            both.moreSources = ["u.csv"]
            #expect(try both.representations(relativeTo: directory).all.map(\.name) == ["t.csv", "u.csv"])
        }
    }
}
