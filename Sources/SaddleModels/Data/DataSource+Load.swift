import SaddleNumerics

extension DataSource {
    /// Reads, chooses, labels and prepares the samples.
    ///
    /// The same description gives the same samples in the same order. More training samples add to the fewer ones, and more
    /// test samples likewise, as long as both fit. A set that is used whole keeps the order of its file.
    ///
    /// - Parameters:
    ///   - loss: decides how classes become labels.
    ///   - directory: where relative paths start.
    /// - Throws: ``DataError`` or ``FileError``.
    public func load(loss: Loss, relativeTo directory: String = ".") throws -> LoadedData {
        let format = try checkedFormat()
        var warnings: [String] = []
        var inputs: (train: Matrix, test: Matrix)
        var name = self.name
        let labels: Labels
        let layout: InputLayout
        if format == .gaussian {
            let task = try SyntheticTask(self)
            inputs = task.inputs()
            warnings += try preprocess.apply(train: &inputs.train, test: &inputs.test)
            labels = task.labels(inputs)
            warnings += Self.conflicts(inputs.train, labels.train)
            layout = InputLayout(axes: [inputs.train.columns], order: .channelsLast)
        } else {
            let pools = try pools(format, relativeTo: directory)
            let chosen = try choose(pools, areClasses: format.isImages || classes != nil || !pools.train.classNames.isEmpty)
            inputs = (try pools.train.inputs(chosen.train), try (pools.test ?? pools.train).inputs(chosen.test))
            labels = try self.labels(pools, chosen, loss: loss)
            if let label = pools.train.labelName { name += ", label \(label)" }
            layout = InputLayout(axes: pools.train.axes, order: format == .cifar ? .channelsFirst : self.layout)
            warnings += pools.train.remarks + (pools.test?.remarks ?? []) + Self.duplicates(inputs)
            // That the bundled digits have ten classes is known.
            if format != .digits { warnings += chosen.leftOut }
            warnings += chosen.classes.isEmpty ? Self.likelyClasses(labels.train) : Self.absentClasses(labels)
            let unusual = try preprocess.apply(train: &inputs.train, test: &inputs.test)
            // The margins of the bundled digits are blank: that is how they are.
            let isKnown = format == .digits && [.centerScale, .center].contains(preprocess)
            if !isKnown { warnings += unusual }
            warnings += Self.conflicts(inputs.train, labels.train)
        }
        try labels.check(fit: loss)
        return LoadedData(
            dataset: Dataset(
                trainInputs: inputs.train, trainLabels: labels.train, testInputs: inputs.test, testLabels: labels.test,
                name: name, classNames: labels.classNames, trainClasses: labels.trainClasses, testClasses: labels.testClasses,
                layout: layout),
            warnings: warnings)
    }

    /// Samples chosen from the pools, and the classes among which they were chosen (none for targets).
    private struct Choice {
        var train: [Int]
        var test: [Int]
        var classes: [Int]
        /// How many samples are of other classes.
        var leftOut: [String] = []
    }

    private func choose(_ pools: (train: SamplePool, test: SamplePool?), areClasses: Bool) throws -> Choice {
        var (eligible, eligibleTest) = (Array(0..<pools.train.count), pools.test.map { Array(0..<$0.count) })
        var used: [Int] = []
        var leftOut: [String] = []
        if areClasses {
            let all = try pools.train.classes()
            let present = Set(all)
            used = classes ?? present.sorted()
            if let absent = used.first(where: { !present.contains($0) }) {
                let known = present.sorted().map(String.init).joined(separator: ", ")
                throw DataError.key("classes", reason: "\(source) has no class \(absent); it has \(known)")
            }
            if used.count < 2 { throw DataError.key("classes", reason: "\(source) has only class \(used[0]); two are needed") }
            eligible.removeAll { !used.contains(all[$0]) }
            leftOut += Self.leftOut(all, used, source)
            if let testPool = pools.test {
                let testClasses = try testPool.classes()
                eligibleTest!.removeAll { !used.contains(testClasses[$0]) }
                leftOut += Self.leftOut(testClasses, used, testPool.name)
            }
        }
        let which = used.isEmpty ? "" : " of classes \(used.map(String.init).joined(separator: ", "))"
        func pick(_ samples: [Int], _ wanted: Int?, _ key: String, _ index: Int) throws -> [Int] {
            let wanted = wanted ?? samples.count
            if wanted == samples.count { return samples }
            if wanted > samples.count {
                throw DataError.key(key, reason: "\(wanted) samples asked for; there are \(samples.count)\(which)")
            }
            var stream = RandomStream(seed: seed, .dataSplit, index)
            return stream.permutation(samples.count).prefix(wanted).map { samples[$0] }
        }
        if let eligibleTest {
            return Choice(
                train: try pick(eligible, train, "train", 0), test: try pick(eligibleTest, test, "test", 1), classes: used,
                leftOut: leftOut)
        }
        let testCount = test ?? 0
        let trainCount = train ?? max(eligible.count - testCount, 1)
        if trainCount + testCount > eligible.count {
            throw DataError.key(
                trainCount >= eligible.count ? "train" : "test",
                reason: "\(trainCount) training and \(testCount) test samples asked for; there are \(eligible.count)\(which)")
        }
        if trainCount == eligible.count { return Choice(train: eligible, test: [], classes: used, leftOut: leftOut) }
        var stream = RandomStream(seed: seed, .dataSplit, 0)
        let order = stream.permutation(eligible.count).map { eligible[$0] }
        return Choice(
            train: Array(order.prefix(trainCount)), test: Array(order.suffix(testCount)), classes: used, leftOut: leftOut)
    }

    private func labels(_ pools: (train: SamplePool, test: SamplePool?), _ chosen: Choice, loss: Loss) throws -> Labels {
        let testPool = pools.test ?? pools.train
        guard testPool.dimension == pools.train.dimension, testPool.labels.columns == pools.train.labels.columns else {
            throw DataError.array(
                testPool.name,
                reason: "\(testPool.dimension) features and \(testPool.labels.columns) labels a sample; the training set has "
                    + "\(pools.train.dimension) and \(pools.train.labels.columns)")
        }
        guard testPool.axes == pools.train.axes else {
            throw DataError.array(
                testPool.name,
                reason:
                    "inputs of axes \(testPool.axes), those of the training set have \(pools.train.axes); expected the same, since "
                    + "otherwise their numbers may be in another order")
        }
        if chosen.classes.isEmpty {
            return Labels(
                train: pools.train.labels.selectingRows(chosen.train), test: testPool.labels.selectingRows(chosen.test))
        }
        func indices(_ pool: SamplePool, _ samples: [Int]) -> [Int] {
            samples.map { chosen.classes.firstIndex(of: Int(pool.labels[$0, 0]))! }
        }
        let names = pools.train.classNames
        return Labels(
            trainClasses: indices(pools.train, chosen.train), testClasses: indices(testPool, chosen.test),
            classNames: chosen.classes.map { names.indices.contains($0) ? names[$0] : String($0) }, loss: loss)
    }

    /// What a reader calls the data.
    private var name: String {
        if source == DataFormat.gaussian.rawValue { return SyntheticTask.name(self) }
        let file = source.split(separator: "/").last.map(String.init) ?? source
        return classes.map { "\(file), classes \($0.map(String.init).joined(separator: ", "))" } ?? file
    }
}
