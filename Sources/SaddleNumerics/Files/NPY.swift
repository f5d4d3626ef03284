/// NumPy's file format for one array.
public enum NPY {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The array in a `.npy` file: float64, float32, any integer or bool, of either byte order, in C or Fortran order.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, is cut short or damaged, or holds something else than numbers.
    public static func read(_ path: String) throws(FileError) -> Tensor {
        try decode(WholeFile.read(path)[...], file: path)
    }

    /// Writes float64 in C order; the file appears only complete.
    public static func write(_ array: Tensor, to path: String) throws(FileError) {
        try AtomicFile.write(encode(array), to: path)
    }

    /// The bytes of a `.npy` file, version 1.0.
    package static func encode(_ array: Tensor) -> [UInt8] {
        var bytes = head(array.shape)
        bytes.reserveCapacity(bytes.count + 8 * array.elements.count)
        array.elements.withUnsafeBytes { bytes += $0 }
        return bytes
    }

    /// What stands before the numbers.
    static func head(_ axes: [Int]) -> [UInt8] {
        let shape = axes.map(String.init).joined(separator: ", ") + (axes.count == 1 ? "," : "")
        var header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape)), }".utf8)
        // Magic, version, length and header together fill a multiple of 64 bytes; the header ends with a newline.
        let length = (10 + header.count + 1 + 63) / 64 * 64 - 10
        header += [UInt8](repeating: 0x20, count: length - header.count - 1) + [0x0a]
        precondition(length <= 0xFFFF, "\(axes.count) axes")

        var bytes = magic + [1, 0]
        bytes.append(littleEndian: UInt16(length))
        return bytes + header
    }

    /// The array in the bytes of a `.npy` file, which errors call `file`.
    package static func decode(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> Tensor {
        var reader = ByteReader(bytes, file: file)
        guard bytes.starts(with: magic) else { throw .malformed(file: file, reason: "not a .npy file") }
        _ = try reader.take(magic.count)
        let version = try reader.take(2)
        guard (1...3).contains(version.first!), version.last! == 0 else {
            throw .malformed(file: file, reason: ".npy version \(version.first!).\(version.last!); 1.0, 2.0 and 3.0 are read")
        }
        let length = version.first! == 1 ? try reader.uint16() : Int(try reader.uint32())
        let text = String(decoding: try reader.take(length), as: UTF8.self)
        let header = try NPYHeader(text, file: file)

        let available = bytes.endIndex - reader.position
        guard let count = header.shape.elementCount, count <= Int.max / header.format.size else {
            throw .malformed(file: file, reason: "impossible shape \(header.shape)")
        }
        guard available == count * header.format.size else {
            throw .malformed(
                file: file,
                reason: (available < count * header.format.size ? "truncated: " : "too long: ")
                    + "shape \(header.shape) needs \(count * header.format.size) bytes, there are \(available)")
        }
        let elements = try header.format.decode(bytes[reader.position...], file: file)
        let shape = header.shape
        return Tensor(shape: shape, elements: header.isFortranOrder ? rowMajor(elements, shape: shape) : elements)
    }

    /// Reorders elements stored first axis fastest so that the last axis is fastest.
    private static func rowMajor(_ elements: [Double], shape: [Int]) -> [Double] {
        if shape.count < 2 { return elements }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        return elements.indices.map { _ in
            defer {
                var axis = shape.count - 1
                while axis >= 0 {
                    index[axis] += 1
                    source += strides[axis]
                    if index[axis] < shape[axis] { break }
                    source -= strides[axis] * shape[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
            return elements[source]
        }
    }
}
