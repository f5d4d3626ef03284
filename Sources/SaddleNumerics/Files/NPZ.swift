/// NumPy's file format for several named arrays: a ZIP archive of `.npy` files.
public struct NPZ: NamedArrays {
    public let names: [String]
    public let file: String
    private let archive: ZipArchive

    /// Opens a `.npz` file and reads its directory; arrays are decoded when asked for.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, is cut short or damaged, or is no ZIP archive.
    public init(contentsOf path: String) throws(FileError) {
        try self.init(WholeFile.read(path), file: path)
    }

    /// - Parameter file: what errors call the bytes.
    package init(_ bytes: [UInt8], file: String) throws(FileError) {
        self.file = file
        archive = try ZipArchive(bytes, file: file)
        names = archive.members.filter { $0.name.hasSuffix(".npy") }.map { String($0.name.dropLast(4)) }
    }

    /// What the file says of an array; only the beginning of a compressed member is inflated.
    public func header(_ name: String) throws(FileError) -> ArrayHeader { try beginning(of: member(name), name).header }

    /// The array of that name, stored or compressed; its checksum is checked.
    ///
    /// A compressed one is inflated only if its own header asks for as many bytes as the directory promises.
    ///
    /// - Throws: ``FileError/malformed(file:reason:)`` if there is no such array, or naming the member that is damaged.
    public func stored(_ name: String) throws(FileError) -> StoredArray {
        let member = try member(name)
        let (header, size) = try beginning(of: member, name)
        try header.check(available: member.size - size, file: label(name))
        return try StoredArray(label(name), header, archive.contents(of: member).dropFirst(size))
    }

    /// The numbers of an array.
    public func array(_ name: String) throws(FileError) -> Tensor { try stored(name).tensor() }

    private func member(_ name: String) throws(FileError) -> ZipArchive.Member {
        guard let member = archive.members.first(where: { $0.name == name + ".npy" }) else { throw missing(name) }
        return member
    }

    private func beginning(
        of member: ZipArchive.Member, _ name: String
    ) throws(FileError) -> (header: ArrayHeader, size: Int) {
        try NPYHeader.read(archive.beginning(of: member, NPYHeader.longest + 12), file: label(name))
    }

    /// All arrays of a `.npz` file.
    public static func read(_ path: String) throws(FileError) -> [String: Tensor] {
        try NPZ(contentsOf: path).arrays()
    }

    /// All arrays by name.
    public func arrays() throws(FileError) -> [String: Tensor] {
        var arrays: [String: Tensor] = [:]
        for name in names { arrays[name] = try array(name) }
        return arrays
    }

    /// Writes float64 arrays, uncompressed; the same arrays give the same bytes. The file appears only complete.
    public static func write(_ arrays: [(name: String, array: Tensor)], to path: String) throws(FileError) {
        try AtomicFile.write([pending(arrays, to: path)])
    }

    /// The file that `write` writes, for writing it together with others.
    public static func pending(_ arrays: [(name: String, array: Tensor)], to path: String) -> AtomicFile.Pending {
        pending(arrays.map { NamedArray($0.name, $0.array) }, to: path)
    }

    /// The same for views, whose names must differ.
    public static func pending(_ arrays: [NamedArray], to path: String) -> AtomicFile.Pending {
        precondition(Set(arrays.map(\.name)).count == arrays.count, "two arrays of one name in \(arrays.map(\.name))")
        return AtomicFile.Pending(to: path) { output throws(FileError) in
            var writer = NPZWriter(ZipWriter(output))
            for array in arrays { try writer.append(array) }
            try writer.finish()
        }
    }

    /// Writes arrays one after the other as `body` makes them, so that they need not be in memory together.
    public static func write(to path: String, _ body: (inout NPZWriter) throws(FileError) -> Void) throws(FileError) {
        try AtomicFile.write(to: path) { output throws(FileError) in
            var writer = NPZWriter(ZipWriter(output))
            try body(&writer)
            try writer.finish()
        }
    }
}

/// Numbers with a name and axes, as an `.npz` file has them: a view, not a copy.
public struct NamedArray: Sendable {
    /// Its name in the file, without `.npy`.
    public let name: String
    /// Axes, the last one the fastest.
    public let shape: [Int]
    /// In C order, as many as the shape has.
    public let elements: ArraySlice<Double>

    /// A view of numbers in C order.
    ///
    /// - Precondition: as many elements as the shape has.
    public init(_ name: String, shape: [Int], _ elements: ArraySlice<Double>) {
        precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements for '\(name)' of shape \(shape)")
        self.name = name
        self.shape = shape
        self.elements = elements
    }

    /// A view of a whole array.
    public init(_ name: String, _ array: Tensor) { self.init(name, shape: array.shape, array.elements[...]) }
}

/// An `.npz` file that takes arrays at its end.
public struct NPZWriter {
    private var archive: ZipWriter

    fileprivate init(_ archive: ZipWriter) { self.archive = archive }

    /// Writes an array after those before.
    public mutating func append(_ array: NamedArray) throws(FileError) {
        try archive.append(array.name + ".npy", NPY.head(array.shape), array.elements)
    }

    fileprivate func finish() throws(FileError) { try archive.finish() }
}
