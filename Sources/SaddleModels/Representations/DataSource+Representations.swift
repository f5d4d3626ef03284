import SaddleNumerics

extension DataSource {
    /// Reads samples as they are to be measured: without need of labels, as many arrays as a file has of them.
    ///
    /// Files of images are one set. Several files of arrays or tables, or several arrays of a file, are representations each, in their order. Of what is
    /// described, `classes`, `train` (at most so many samples, in the order of the file) and `preprocess` apply; what belongs to test samples does not.
    ///
    /// - Parameter allCounts: whether arrays with other numbers of samples than most are wanted too.
    /// - Throws: ``DataError`` or ``FileError``.
    public func representations(relativeTo directory: String = ".", allCounts: Bool = false) throws -> LoadedRepresentations {
        try checkDigest()
        var source = self
        (source.testSource, source.moreTestSources, source.testInputs, source.testLabels) = (nil, [], nil, nil)
        source.test = nil
        var (unfolded, warnings) = try source.unfolded(relativeTo: directory)
        unfolded.testSource = nil
        if try [.npz, .safetensors, .npy, .csv].contains(DataFormat(unfolded.source)), !unfolded.moreSources.isEmpty {
            let parts = try ([unfolded.source] + unfolded.moreSources).map { path in
                var single = unfolded
                (single.source, single.moreSources) = (path, [])
                return try single.loadRepresentations(relativeTo: directory, allCounts)
            }
            return LoadedRepresentations(parts.flatMap(\.all), warnings: warnings + parts.flatMap(\.warnings))
        }
        let loaded = try unfolded.loadRepresentations(relativeTo: directory, allCounts)
        warnings += loaded.warnings
        return LoadedRepresentations(loaded.all, warnings: warnings)
    }

    private func loadRepresentations(relativeTo directory: String, _ allCounts: Bool) throws -> LoadedRepresentations {
        let format = try checkedFormat()
        if format == .gaussian || format == .group {
            var source = self
            // Labels are not wanted; any teacher will do.
            if format == .gaussian, teacher == nil { source.teacher = .linear }
            let loaded = try source.load(loss: .squared, relativeTo: directory), data = loaded.dataset
            let labels: SampleLabels =
                format == .gaussian && teacher == nil
                ? .none
                : data.trainClasses.isEmpty ? .targets(data.trainLabels) : .classes(data.trainClasses, names: data.classNames)
            return LoadedRepresentations(
                [Representation(name: data.name, points: data.trainInputs, labels: labels)], warnings: loaded.warnings)
        }
        let pools = try representationPools(format, relativeTo: directory, allCounts)
        var warnings: [String] = [], all: [Representation] = []
        for pool in pools {
            let (rows, labels) = try chosen(of: pool, isImages: format.isImages, &warnings)
            warnings += pool.remarks.filter { !warnings.contains($0) }
            var (points, none) = (try pool.inputs(rows), Matrix(rows: 0, columns: pool.dimension))
            let unusual: [String]
            do {
                unusual = try preprocess.apply(train: &points, test: &none)
            } catch {
                throw error.moved { _, row in pool.place(rows[row]) }
            }
            try Self.checkRange(points, pool.name)
            if format != .digits, preprocess != .none { warnings += unusual.filter { !warnings.contains($0) } }
            var found = Representation(name: pool.shortName, points: points, axes: pool.axes, labels: labels)
            (found.layer, found.step) = (
                Self.number(after: ["layer", "block"], in: pool.shortName),
                Self.number(after: ["step", "epoch", "iter"], in: pool.shortName)
            )
            all.append(found)
        }
        return LoadedRepresentations(all, warnings: warnings)
    }

    /// The rows that are wanted, in the order of the file, and their labels.
    private func chosen(
        of pool: SamplePool, isImages: Bool, _ warnings: inout [String]
    ) throws -> (rows: [Int], labels: SampleLabels) {
        var rows = Array(0..<pool.count), all: [ClassName] = [], used: [ClassName] = []
        if classes != nil && pool.labels == nil {
            throw DataError.key(
                "classes", reason: "\(pool.name) has no labels; expected none, or 'data.labels' that say where they are")
        }
        if pool.labels != nil && (isImages || classes != nil || pool.labelsAreClasses) {
            all = try pool.classes()
            (used, warnings) = try pool.used(classes, among: all, warnings)
            if classes != nil { rows.removeAll { !used.contains(all[$0]) } }
        }
        // As many as the file holds, which is what is asked of the bundled digits unless a number is given, are all of the chosen classes.
        if let train, train > rows.count, train != pool.count {
            throw DataError.key("train", reason: "\(train) samples asked for; there are \(rows.count)")
        }
        if let train, train < rows.count {
            var stream = RandomStream(seed: seed, .dataSplit, 0)
            rows = stream.permutation(rows.count).prefix(train).map { rows[$0] }.sorted()
        }
        switch pool.labels {
        case nil: return (rows, .none)
        case .numbers(let matrix)? where used.isEmpty: return (rows, .targets(matrix.selectingRows(rows)))
        default:
            let index = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
            return (rows, .classes(rows.map { index[all[$0]]! }, names: used.map(pool.title)))
        }
    }

    /// Squares of differences must stay in range, in every measure.
    private static func checkRange(_ points: Matrix, _ name: String) throws(DataError) {
        let largest = points.elements.reduce(0) { max($0, abs($1)) }
        if largest > 1e140 || (largest > 0 && largest < 1e-140) {
            throw .array(
                name,
                reason:
                    "the largest number is of size \(largest), whose square leaves the range of float64; expected data scaled to sizes from 1e-140 to 1e140"
            )
        }
    }

    /// The number behind a word, as in "layer2" or "epoch_10".
    private static func number(after words: [String], in name: String) -> Int? {
        let text = name.lowercased()
        for word in words {
            guard let found = text.firstRange(of: word) else { continue }
            let digits = text[found.upperBound...].drop { "_-. ".contains($0) }.prefix { $0.isASCII && $0.isNumber }
            if let number = Int(digits) { return number }
        }
        return nil
    }
}

extension SamplePool {
    /// "layer2 of acts.npz", "digits": without folders.
    fileprivate var shortName: String {
        let parts = name.split(separator: ", array ").map(String.init)
        let file = parts[0].lastPathPart
        return parts.count == 2 ? "\(parts[1].filter { $0 != "'" }) of \(file)" : file
    }

    /// Whether labels are names, one-hot rows, or few different whole numbers.
    fileprivate var labelsAreClasses: Bool {
        switch labels {
        case nil: return false
        case .names?: return true
        case .numbers(let matrix)? where matrix.columns > 1: return Labels.firstThatIsNotOneHot(matrix) == nil
        case .numbers(let matrix)?:
            let values = Set(matrix.elements)
            return 2 * values.count <= matrix.rows && values.count <= 1000 && values.allSatisfy { Int(exactly: $0) != nil }
        }
    }

    /// The classes that are wanted, or all.
    fileprivate func used(
        _ wanted: [ClassName]?, among all: [ClassName], _ warnings: [String]
    ) throws(DataError) -> (used: [ClassName], warnings: [String]) {
        let present = Set(all), sorted = present.sorted(by: ClassName.precedes)
        guard let wanted else { return (sorted, warnings) }
        var used: [ClassName] = []
        for name in wanted {
            guard let found = known(name, among: present) else {
                throw .key("classes", reason: "\(self.name) has no class \(name); it has \(sorted.list(atMost: 20))")
            }
            used.append(found)
        }
        if Set(used).count < used.count { throw .key("classes", reason: "[\(wanted.list)] names a class twice") }
        let left = DataSource.leftOut(all, used, name)
        return (used, warnings + left.filter { !warnings.contains($0) })
    }
}
