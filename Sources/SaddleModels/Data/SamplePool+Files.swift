import CDigits
import SaddleNumerics

extension DataSource {
    /// The samples of the source, and those of its separate test set if it has one.
    func pools(_ format: DataFormat, relativeTo directory: String) throws -> (train: SamplePool, test: SamplePool?) {
        if format == .csv { return try tables(directory) }
        let paths = ([source] + moreSources).map { resolve($0, directory) }
        let testPaths = testSource.map { ([$0] + moreTestSources).map { resolve($0, directory) } } ?? []
        if format.hasNames {
            let parts = try paths.map { try SamplePool.named(SamplePool.namedArrays($0, format), self, part: .trainAndTest) }
            let tests =
                testPaths.isEmpty
                ? parts.compactMap(\.test)
                : try testPaths.map { try SamplePool.named(SamplePool.namedArrays($0, format), self, part: .testAlone).train }
            return (try SamplePool(joining: parts.map(\.train)), try Self.joined(tests))
        }
        let train = try paths.map { try pool(format, $0, labels: labels, isTest: false, directory) }
        let test = try testPaths.map { try pool(format, $0, labels: testLabels, isTest: true, directory) }
        return (try SamplePool(joining: train), try Self.joined(test))
    }

    private static func joined(_ pools: [SamplePool]) throws -> SamplePool? {
        pools.isEmpty ? nil : try SamplePool(joining: pools)
    }

    /// The columns of a second table are those of the first.
    private func tables(_ directory: String) throws -> (train: SamplePool, test: SamplePool?) {
        let train = try CSV.read(resolve(source, directory), table)
        let columns = try TableColumns(
            train, .init(labels: labelColumns, features: self.columns, left: drop, classes: classes != nil))
        let test = try testSource.map { source in
            let table = try CSV.read(resolve(source, directory), self.table)
            try columns.check(table)
            return try SamplePool(table, columns, remarks: table.remarks)
        }
        return (try SamplePool(train, columns, remarks: columns.remarks), test)
    }

    func resolve(_ path: String, _ directory: String) -> String {
        if path == Self.standardInput { return WholeFile.standardInput }
        return path.hasPrefix("/") || directory.isEmpty || directory == "." ? path : "\(directory)/\(path)"
    }

    /// - Parameter isTest: whether labels may be missing.
    func pool(
        _ format: DataFormat, _ path: String, labels: String?, isTest: Bool, _ directory: String
    ) throws -> SamplePool {
        let labels = labels.map { resolve($0, directory) }
        switch format {
        case .digits: return try Self.digits()
        case .cifar: return try CIFAR.pool(path)
        case .npy, .idx:
            let found = try labels ?? (format == .idx ? Self.labels(besides: path) : nil)
            if found == nil && !isTest {
                throw DataError.key("labels", reason: "missing: the file with the labels of '\(path)', .npy or IDX")
            }
            let inputs = try ArrayFile.read(path)
            if format == .idx && inputs.shape.count < 2 {
                throw DataError.array(path, reason: "\(inputs.header); expected images, samples × rows × columns")
            }
            return try SamplePool(inputs: inputs, labels: found.map { try ArrayFile.read($0) })
        case .gaussian, .group, .npz, .safetensors, .csv:
            preconditionFailure("no single file: \(format)")
        }
    }

    private static func digits() throws -> SamplePool {
        var count = 0
        let bytes = sd_digits(&count)
        let text = try Gzip.inflate(Array(UnsafeBufferPointer(start: bytes, count: count)), file: "digits")
        let table = try CSV(text, file: "digits", TableFormat(header: false))
        var pool = try SamplePool(table, TableColumns(table, .init(labels: ["65"])), remarks: [])
        (pool.axes, pool.labelName) = ([8, 8], nil)
        return pool
    }

    /// The file of the labels by MNIST's naming, compressed or not as it is; nil if there is none.
    private static func labels(besides path: String) throws -> String? {
        let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        let name = String(path[slash...])
        var guess = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
        if guess == name { return nil }
        if guess.hasSuffix(".gz") { guess.removeLast(3) }
        let present = Directory.names(slash == path.startIndex ? "." : String(path[..<slash])) ?? []
        return [guess, guess + ".gz"].first(where: present.contains).map { path[..<slash] + $0 }
    }
}
