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
        var warnings = try preprocess.apply(train: &inputs.train, test: &inputs.test)
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

    /// What a reader calls the data.
    private var name: String {
        if source == DataFormat.gaussian.rawValue { return SyntheticTask.name(self) }
        let file = source == Self.standardInput ? "standard input" : source.split(separator: "/").last.map(String.init) ?? source
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
