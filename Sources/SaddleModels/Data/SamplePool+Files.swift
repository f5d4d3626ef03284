import CDigits
import SaddleNumerics

extension DataSource {
    /// The samples of the source, and those of its separate test set if it has one.
    func pools(_ format: DataFormat, relativeTo directory: String) throws -> (train: SamplePool, test: SamplePool?) {
        if format == .npz { return try Self.npzPools(resolve(source, directory)) }
        if format == .csv { return try tables(directory) }
        let test = try testSource.map { try pool(format, $0, labels: testLabels, labelsKey: "test_labels", directory) }
        return (try pool(format, source, labels: labels, labelsKey: "labels", directory), test)
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

    private func resolve(_ path: String, _ directory: String) -> String {
        path.hasPrefix("/") || directory.isEmpty || directory == "." ? path : "\(directory)/\(path)"
    }

    private func pool(
        _ format: DataFormat, _ source: String, labels: String?, labelsKey: String, _ directory: String
    ) throws -> SamplePool {
        let path = resolve(source, directory)
        switch format {
        case .digits:
            var count = 0
            let bytes = sd_digits(&count)
            let text = try Gzip.inflate(Array(UnsafeBufferPointer(start: bytes, count: count)), file: "digits")
            let table = try CSV(text, file: "digits", TableFormat(header: false))
            var pool = try SamplePool(table, TableColumns(table, .init(labels: ["65"])), remarks: [])
            pool.axes = [8, 8]
            return pool
        case .npy:
            guard let labels else {
                throw DataError.key(labelsKey, reason: "missing: the .npy file with the labels of '\(source)'")
            }
            let labelsPath = resolve(labels, directory)
            return try SamplePool(inputs: (path, NPY.read(path)), labels: (labelsPath, NPY.read(labelsPath)))
        case .idx:
            return try Self.idxPool(path, labels: labels.map { resolve($0, directory) }, labelsKey: labelsKey)
        case .cifar:
            return try Self.cifarPool(path)
        case .gaussian, .npz, .csv:
            preconditionFailure("no single file: \(format)")
        }
    }

    /// The arrays `train_inputs`, `train_labels` and, if there, `test_inputs`, `test_labels`; also `x_train`, `y_train`, ….
    private static func npzPools(_ path: String) throws -> (train: SamplePool, test: SamplePool?) {
        let file = try NPZ(contentsOf: path)
        func array(_ names: [String]) throws -> (name: String, values: Tensor)? {
            let found = names.filter(file.names.contains)
            if found.count > 1 { throw DataError.array(path, reason: "it holds both '\(found[0])' and '\(found[1])'; keep one") }
            return try found.first.map { ("\(path), array '\($0)'", try file.array($0)) }
        }
        func pool(_ set: String) throws -> SamplePool? {
            let inputs = try array(["\(set)_inputs", "x_\(set)", "X_\(set)"])
            let labels = try array(["\(set)_labels", "y_\(set)", "Y_\(set)"])
            switch (inputs, labels) {
            case (let inputs?, let labels?): return try SamplePool(inputs: inputs, labels: labels)
            case (nil, nil) where set == "test": return nil
            default:
                let missing = inputs == nil ? "\(set)_inputs' (or 'x_\(set)" : "\(set)_labels' (or 'y_\(set)"
                throw DataError.array(path, reason: "no array '\(missing)'); it holds \(file.names.joined(separator: ", "))")
            }
        }
        return (try pool("train")!, try pool("test"))
    }

    private static func idxPool(_ path: String, labels: String?, labelsKey: String) throws -> SamplePool {
        var labelsPath = labels
        if labelsPath == nil {
            let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
            let name = String(path[slash...])
            let guess = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
            if guess != name { labelsPath = path[..<slash] + guess }
        }
        guard let labelsPath else {
            throw DataError.key(labelsKey, reason: "missing: the IDX file with the labels of '\(path)'")
        }
        let (images, classes) = (try IDX.read(path), try IDX.read(labelsPath))
        guard images.shape.count >= 2 else {
            throw DataError.array(path, reason: "shape \(images.shape); expected samples × rows × columns")
        }
        let dimension = images.shape[1...].reduce(1, *)
        let values = Tensor(shape: classes.shape, elements: try classes.elements(0..<classes.shape.reduce(1, *)))
        return try SamplePool(
            name: path, count: images.shape[0], axes: Array(images.shape[1...]), labels: (labelsPath, values),
            isInteger: images.isInteger
        ) { row throws(FileError) in
            try images.elements(row * dimension..<(row + 1) * dimension)
        }
    }

    /// CIFAR-10's binary format: a label byte, then 32×32 pixels red, green and blue, for every image.
    private static func cifarPool(_ path: String) throws -> SamplePool {
        let bytes = try Gzip.read(path)
        let record = 1 + 3 * 32 * 32
        guard !bytes.isEmpty, bytes.count % record == 0 else {
            throw FileError.malformed(
                file: path, reason: "truncated or not CIFAR-10: \(bytes.count) bytes are not whole records of \(record)")
        }
        let classes = stride(from: 0, to: bytes.count, by: record).map { Double(bytes[$0]) }
        if let row = classes.firstIndex(where: { $0 > 9 }) {
            throw FileError.malformed(
                file: path, reason: "not CIFAR-10: record \(row) (from 0) has class \(Int(classes[row])), not 0 to 9")
        }
        let labels = Tensor(shape: [classes.count], elements: classes)
        var pool = try SamplePool(
            name: path, count: classes.count, axes: [3, 32, 32], labels: (path, labels), isInteger: true
        ) { row in
            bytes[(row * record + 1)..<(row + 1) * record].map(Double.init)
        }
        pool.classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        return pool
    }
}
