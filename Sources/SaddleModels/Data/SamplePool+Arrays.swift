import SaddleNumerics

extension SamplePool {
    /// Inputs and labels as arrays. Further axes of the inputs are those of images.
    init(inputs: StoredArray, labels: StoredArray?) throws {
        let shape = inputs.shape
        guard shape.count >= 2, !inputs.isText else {
            throw DataError.array(inputs.name, reason: "\(inputs.header); expected numbers, samples × features")
        }
        let dimension = shape[1...].reduce(1, *)
        if let labels, labels.shape.first != shape[0], !labels.shape.isEmpty {
            throw DataError.array(
                labels.name,
                reason: "\(labels.shape[0]) labels (\(labels.header)) for the \(shape[0]) samples of \(inputs.name) "
                    + "(\(inputs.header)); expected \(shape[0])")
        }
        try self.init(
            name: inputs.name, count: shape[0], axes: Array(shape[1...]),
            rawLabels: labels.map { ($0.name, try RawLabels($0)) }, isInteger: inputs.isInteger
        ) { row throws(FileError) in
            try inputs.elements(row * dimension..<(row + 1) * dimension)
        }
    }

    /// The samples of a file with named arrays, for training and, if there are any, for testing.
    static func named(
        _ file: any NamedArrays, _ source: DataSource, part: ArrayRoles.Part
    ) throws -> (train: SamplePool, test: SamplePool?) {
        let roles = try ArrayRoles(file, source, part)
        func pool(_ pair: ArrayRoles.Pair) throws -> SamplePool {
            try SamplePool(inputs: file.stored(pair.inputs), labels: pair.labels.map { try file.stored($0) })
        }
        var train = try pool(roles.train)
        train.remarks = roles.remarks
        return (train, try roles.test.map(pool))
    }

    static func namedArrays(_ path: String, _ format: DataFormat) throws -> any NamedArrays {
        format == .npz ? try NPZ(contentsOf: path) : try Safetensors(Gzip.read(path), file: path)
    }
}

extension RawLabels {
    init(_ array: StoredArray) throws {
        if array.isText {
            guard array.shape.count == 1 || (array.shape.count == 2 && array.shape[1] == 1) else {
                throw DataError.array(array.name, reason: "\(array.header); expected one name of a class a sample")
            }
            self = .names(try array.texts())
        } else {
            try self.init(array.name, shape: array.shape, described: "\(array.header)") { try array.tensor().elements }
        }
    }
}

/// CIFAR-10's binary format: a label byte, then 32×32 pixels red, green and blue, for every image.
enum CIFAR {
    static let record = 1 + 3 * 32 * 32
    static let classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

    static func pool(_ path: String) throws -> SamplePool {
        let bytes = try Gzip.read(path)
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
        pool.classNames = classNames
        return pool
    }
}
