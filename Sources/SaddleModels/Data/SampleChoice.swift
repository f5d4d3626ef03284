import SaddleNumerics

/// Samples chosen from the pools, and the classes among which they were chosen (none for targets).
struct SampleChoice {
    let train: [Int]
    let test: [Int]
    /// As the data name them, in the order of the outputs.
    let classes: [ClassName]
    /// How many samples are of other classes.
    private(set) var leftOut: [String] = []
    private var trainClasses: [ClassName] = []
    private var testClasses: [ClassName] = []

    init(_ source: DataSource, _ pools: (train: SamplePool, test: SamplePool?), isImages: Bool) throws {
        var (eligible, eligibleTest) = (Array(0..<pools.train.count), pools.test.map { Array(0..<$0.count) })
        var used: [ClassName] = []
        var isNamed = false
        if case .names? = pools.train.labels { isNamed = true }
        if isImages || isNamed || source.classes != nil {
            let all = try pools.train.classes()
            trainClasses = all
            used = try Self.classes(source, pools.train, present: Set(all))
            eligible.removeAll { !used.contains(all[$0]) }
            leftOut += DataSource.leftOut(all, used, Self.name(source.source, source.moreSources))
            if let testPool = pools.test, testPool.labels != nil {
                let all = try testPool.classes()
                testClasses = all
                eligibleTest!.removeAll { !used.contains(all[$0]) }
                leftOut += DataSource.leftOut(
                    all, used, source.testSource.map { Self.name($0, source.moreTestSources) } ?? testPool.name)
            } else if pools.test == nil {
                testClasses = all
            }
        }
        classes = used
        let which = used.isEmpty ? "" : " of classes \(used.list)"
        if let eligibleTest {
            func pick(_ samples: [Int], _ wanted: Int?, _ key: String, _ index: Int) throws -> [Int] {
                let wanted = wanted ?? samples.count
                if wanted == samples.count { return samples }
                if wanted > samples.count {
                    throw DataError.key(key, reason: "\(wanted) samples asked for; there are \(samples.count)\(which)")
                }
                var stream = RandomStream(seed: source.seed, .dataSplit, index)
                return stream.permutation(samples.count).prefix(wanted).map { samples[$0] }
            }
            let chosen = try pick(eligible, source.train, "train", 0)
            train = source.keepsOrder ? chosen.sorted() : chosen
            test = try pick(eligibleTest, source.test, "test", 1)
            return
        }
        let testCount = source.test ?? 0
        let trainCount = source.train ?? max(eligible.count - testCount, 1)
        if trainCount + testCount > eligible.count {
            throw DataError.key(
                trainCount >= eligible.count ? "train" : "test",
                reason: "\(trainCount) training and \(testCount) test samples asked for; there are \(eligible.count)\(which)")
        }
        if trainCount == eligible.count {
            (train, test) = (eligible, [])
        } else {
            var stream = RandomStream(seed: source.seed, .dataSplit, 0)
            let order = stream.permutation(eligible.count).map { eligible[$0] }
            let first = Array(order.prefix(trainCount))
            (train, test) = (source.keepsOrder ? first.sorted() : first, Array(order.suffix(testCount)))
        }
    }

    private static func name(_ file: String, _ more: [String]) -> String {
        file + (more.isEmpty ? "" : " and \(more.count) more")
    }

    /// The classes that the description names, or all.
    private static func classes(_ source: DataSource, _ pool: SamplePool, present: Set<ClassName>) throws -> [ClassName] {
        let all = present.sorted(by: ClassName.precedes)
        var used = all
        if let wanted = source.classes {
            used = try wanted.map { name in
                if let found = pool.known(name, among: present) { return found }
                let titles = all.map { pool.title($0) == $0.text ? $0.text : "\($0) (\(pool.title($0)))" }
                throw DataError.key(
                    "classes",
                    reason: "\(source.source) has no class \(name); it has "
                        + titles.prefix(20).joined(separator: ", ") + (titles.count > 20 ? ", …" : ""))
            }
            if Set(used).count < used.count { throw DataError.key("classes", reason: "[\(wanted.list)] names a class twice") }
        }
        if used.count < 2 { throw DataError.key("classes", reason: "\(source.source) has only class \(used[0]); two are needed") }
        return used
    }

    /// Which of two named classes has +1, where nobody said.
    func signs(_ source: DataSource) -> [String] {
        guard source.classes == nil, classes.count == 2, classes.contains(where: { $0.number == nil }) else { return [] }
        return [
            "class \(classes[0]) has the label +1, class \(classes[1]) −1; `classes: [\(classes[1]), \(classes[0])]` turns them"
        ]
    }

    /// Labels ±1 whose signs change, since the first class has +1.
    var turnedSigns: [String] {
        classes == [-1, 1]
            ? [
                "class -1 becomes +1 and class 1 becomes −1, since the first of `classes` has +1; `classes: [1, -1]` keeps the signs"
            ] : []
    }

    /// Labels of the chosen samples, as the loss wants them.
    func labels(_ pools: (train: SamplePool, test: SamplePool?), loss: Loss) throws -> Labels {
        let testPool = pools.test ?? pools.train
        if let columns = testPool.labels?.columns, columns != pools.train.labels?.columns {
            throw DataError.array(
                testPool.labelsName,
                reason: "\(columns) labels a sample; \(pools.train.labelsName) has "
                    + "\(pools.train.labels?.columns ?? 0): expected the same")
        }
        guard testPool.axes == pools.train.axes else {
            throw DataError.array(
                testPool.name,
                reason: "inputs of axes \(testPool.axes), those of the training set (\(pools.train.name)) have "
                    + "\(pools.train.axes); expected the same, since otherwise their numbers are other ones or in another order")
        }
        if !classes.isEmpty {
            let index = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
            return Labels(
                trainClasses: train.map { index[trainClasses[$0]]! },
                testClasses: testClasses.isEmpty ? [] : test.map { index[testClasses[$0]]! },
                classNames: classes.map(pools.train.title), loss: loss)
        }
        func targets(_ pool: SamplePool, _ chosen: [Int]) throws -> Matrix {
            switch pool.labels {
            case .numbers(let matrix)?: return matrix.selectingRows(chosen)
            case .names?:
                throw DataError.array(
                    pool.labelsName, reason: "labels are texts; those of the training set are numbers: expected the same")
            case nil: return Matrix(rows: 0, columns: pools.train.labels?.columns ?? 1)
            }
        }
        return Labels(train: try targets(pools.train, train), test: try targets(testPool, test))
    }
}
