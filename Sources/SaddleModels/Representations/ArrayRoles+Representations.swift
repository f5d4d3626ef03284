import SaddleNumerics

extension DataSource {
    /// Pools of samples for each array that is a representation, labels optional.
    func representationPools(_ format: DataFormat, relativeTo directory: String, _ allCounts: Bool) throws -> [SamplePool] {
        let paths = ([source] + moreSources).map { resolve($0, directory) }
        switch format {
        case .npz, .safetensors: return try Self.layers(of: SamplePool.namedArrays(paths[0], format), self, allCounts)
        case .csv:
            let table = try CSV.read(paths[0], self.table)
            let columns = try TableColumns(
                table,
                .init(labels: labelColumns, features: self.columns, left: drop, classes: classes != nil, isLabelOptional: true))
            return [try SamplePool(table, columns, remarks: columns.remarks)]
        case .npy:
            return [
                try SamplePool(
                    series: ArrayFile.read(paths[0]), labels: labels.map { try ArrayFile.read(resolve($0, directory)) })
            ]
        default:
            return [try SamplePool(joining: paths.map { try pool(format, $0, labels: labels, isTest: true, directory) })]
        }
    }

    /// Of a file with named arrays: those that `inputs` names, or all of as many rows as there are labels, or as most of them have.
    private static func layers(of file: any NamedArrays, _ source: DataSource, _ allCounts: Bool) throws -> [SamplePool] {
        var headers: [String: ArrayHeader] = [:]
        for name in file.names { headers[name] = try file.header(name) }
        func require(_ name: String, _ key: String) throws -> String {
            if headers[name] != nil { return name }
            throw DataError.key(
                key, reason: "\(file.file) has no array '\(name)'; it holds \(ArrayRoles.contents(file, among: file.names))")
        }
        func rows(_ name: String) -> Int { headers[name]?.shape.first ?? 0 }
        var labels = try source.labels.map { try require($0, "labels") }
        var names: [String]
        if let inputs = source.inputs {
            names = [try require(inputs, "inputs")]
        } else {
            let numbers = file.names.filter { name in
                name != labels && !(headers[name]!.isText) && (headers[name]!.shape.count >= 2)
                    && ArrayRoles.meaning(name, .labels) == nil && ArrayRoles.meaning(name, .inputs) != "test"
            }
            let training = numbers.filter { ArrayRoles.meaning($0, .inputs) == "train" }
            names = training.isEmpty ? numbers : training
            if names.isEmpty { names = file.names.filter { !headers[$0]!.isText && ArrayRoles.meaning($0, .labels) == nil } }
        }
        guard let first = names.first else {
            throw DataError.key(
                "inputs",
                reason: "no array of \(file.file) is samples × features; it holds \(ArrayRoles.contents(file, among: file.names))"
            )
        }
        if labels == nil {
            let candidates = file.names.filter { !names.contains($0) && headers[$0]!.shape.count <= 2 }
            for part in ["train", ""] where labels == nil {
                let fitting = candidates.filter { ArrayRoles.meaning($0, .labels) == part && names.map(rows).contains(rows($0)) }
                if fitting.count > 1 {
                    throw DataError.key(
                        "labels",
                        reason:
                            "missing: \(ArrayRoles.contents(file, among: fitting)) of \(file.file) may each be the labels; expected the name of one"
                    )
                }
                labels = fitting.first
            }
        }
        // Arrays of other lengths are of other things.
        let counts = Dictionary(grouping: names, by: rows).mapValues(\.count)
        let length = labels.map(rows) ?? counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? rows(first)
        if source.inputs == nil && (!allCounts || labels != nil) { names = names.filter { rows($0) == length } }
        let unused = file.names.filter { $0 != labels && !names.contains($0) }
        var pools = try names.map { name in
            try SamplePool(series: file.stored(name), labels: labels.map { try file.stored($0) })
        }
        if !unused.isEmpty && source.inputs == nil {
            pools[0].remarks.append(
                "\(file.file): measured \(names.brief(6)); not used: \(ArrayRoles.contents(file, among: unused)); `inputs` chooses one"
            )
        }
        return pools
    }
}

extension SamplePool {
    /// One number a sample is a series of them.
    fileprivate init(series array: StoredArray, labels: StoredArray?) throws {
        guard array.shape.count == 1, !array.isText else {
            try self.init(inputs: array, labels: labels)
            return
        }
        try self.init(
            name: array.name, count: array.shape[0], axes: [1], rawLabels: labels.map { ($0.name, try RawLabels($0)) },
            isInteger: array.isInteger
        ) { row throws(FileError) in
            try array.elements(row..<row + 1)
        }
    }
}
