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
        try checkDigest()
        let (unfolded, remarks) = try unfolded(relativeTo: directory)
        var loaded = try unfolded.loadFiles(loss: loss, relativeTo: directory)
        loaded.warnings = remarks + loaded.warnings
        if !remarks.isEmpty { loaded.dataset.name = name }
        return loaded
    }

    private func loadFiles(loss: Loss, relativeTo directory: String) throws -> LoadedData {
        let format = try checkedFormat()
        if format == .gaussian { return try loadSynthetic(loss: loss) }
        if format == .group { return try loadGroup(loss: loss) }
        let pools = try pools(format, relativeTo: directory)
        let chosen = try SampleChoice(self, pools, isImages: format.isImages)
        let testPool = pools.test ?? pools.train
        var inputs = (train: try pools.train.inputs(chosen.train), test: try testPool.inputs(chosen.test))
        let labels = try chosen.labels(pools, loss: loss)
        var warnings = pools.train.remarks + (pools.test?.remarks ?? []) + Self.duplicates(inputs)
        // That the bundled digits have ten classes is known.
        if format != .digits { warnings += chosen.leftOut }
        if testPool.labels == nil {
            warnings.append(
                "test samples (\(testPool.name)) have no labels: their outputs are predicted, without losses and accuracies")
        }
        warnings += chosen.classes.isEmpty ? Self.likelyClasses(labels.train) : Self.absentClasses(labels)
        warnings += chosen.turnedSigns + chosen.signs(self)
        func place(_ isTest: Bool, _ row: Int) -> SamplePool.Place {
            isTest ? testPool.place(chosen.test[row]) : pools.train.place(chosen.train[row])
        }
        let unusual: [String]
        do {
            unusual = try preprocess.apply(train: &inputs.train, test: &inputs.test)
        } catch {
            // Rows count in the file, where a reader can look.
            throw error.moved(place)
        }
        // The margins of the bundled digits are blank: that is how they are.
        let isKnown = format == .digits && [.centerScale, .center].contains(preprocess)
        if !isKnown { warnings += unusual }
        warnings += Self.conflicts(inputs.train, labels.train)
        try labels.check(fit: loss, place)
        let layout = InputLayout(axes: pools.train.axes, order: format == .cifar ? .channelsFirst : self.layout)
        return LoadedData(
            dataset: Dataset(
                inputs, labels, name: name + (pools.train.labelName.map { ", label \($0)" } ?? ""), layout: layout),
            warnings: warnings)
    }

    private func loadSynthetic(loss: Loss) throws -> LoadedData {
        let task = try SyntheticTask(self)
        var inputs = task.inputs()
        var warnings: [String]
        if draw == 0 {
            warnings = try preprocess.apply(train: &inputs.train, test: &inputs.test)
        } else {
            // All draws are prepared by the first, so that test samples and teacher are the same.
            var first = self
            first.draw = 0
            var base = try SyntheticTask(first).inputs().train, own = inputs.train.appendingRows(of: inputs.test)
            warnings = try preprocess.apply(train: &base, test: &own)
            let count = inputs.train.rows
            inputs = (own.selectingRows(Array(0..<count)), own.selectingRows(Array(count..<own.rows)))
        }
        let labels = task.labels(inputs)
        warnings += Self.conflicts(inputs.train, labels.train)
        try labels.check(fit: loss) {
            SamplePool.Place(inputs: name, labels: $0 ? "the test labels" : "the training labels", row: $1)
        }
        return LoadedData(
            dataset: Dataset(
                inputs, labels, name: name, layout: InputLayout(axes: [inputs.train.columns], order: .channelsLast)),
            warnings: warnings)
    }

    /// Pairs of a group's elements, each one-hot, and the class of their product; test samples are pairs that training does not see.
    private func loadGroup(loss: Loss) throws -> LoadedData {
        guard let text = group else { throw DataError.key("group", reason: "missing: \(FiniteGroup.syntax)") }
        guard let group = FiniteGroup(text), group.order > 1 else {
            throw DataError.key(
                "group", reason: "'\(text)'; expected \(FiniteGroup.syntax), of order 2 to \(FiniteGroup.largestOrder)")
        }
        let m = group.order, all = m * m, count = train ?? max(2, all - (test ?? all / 5))
        guard count + (test ?? 0) <= all else {
            throw DataError.key(
                train == nil || count <= all ? "test" : "train",
                reason:
                    "\(count) training and \(test ?? 0) test samples, and \(group.name) has \(all) pairs; expected at most so many"
            )
        }
        let task = GroupTask(group, samples: count, seed: seed)
        let pairs = (train: task.seen, test: Array(task.unseen.prefix(test ?? task.unseen.count)))
        func oneHot(_ pairs: [Int]) -> Matrix {
            var x = Matrix(rows: pairs.count, columns: 2 * m)
            for (i, pair) in pairs.enumerated() { (x[i, pair / m], x[i, m + pair % m]) = (1, 1) }
            return x
        }
        var inputs = (train: oneHot(pairs.train), test: oneHot(pairs.test))
        let warnings = try preprocess.apply(train: &inputs.train, test: &inputs.test)
        let labels = Labels(
            trainClasses: pairs.train.map { group.table[$0] }, testClasses: pairs.test.map { group.table[$0] },
            classNames: (0..<m).map(String.init), loss: loss)
        return LoadedData(
            dataset: Dataset(inputs, labels, name: name, layout: InputLayout(axes: [2 * m], order: .channelsLast)),
            warnings: warnings)
    }

    /// What a reader calls the data.
    private var name: String {
        if source == DataFormat.group.rawValue { return "products in \(group ?? "a group")" }
        if source == DataFormat.gaussian.rawValue { return SyntheticTask.name(self) }
        let file = source == Self.standardInput ? "standard input" : source.lastPathPart
        let files = file + (moreSources.isEmpty ? "" : " and \(moreSources.count) more")
        return classes.map { "\(files), classes \($0.list)" } ?? files
    }
}

extension Dataset {
    fileprivate init(_ inputs: (train: Matrix, test: Matrix), _ labels: Labels, name: String, layout: InputLayout) {
        self.init(
            trainInputs: inputs.train, trainLabels: labels.train, testInputs: inputs.test, testLabels: labels.test, name: name,
            classNames: labels.classNames, trainClasses: labels.trainClasses, testClasses: labels.testClasses, layout: layout)
    }
}
