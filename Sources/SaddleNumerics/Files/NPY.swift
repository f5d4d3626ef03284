/// NumPy's file format for one array.
public enum NPY {
    /// The array in a `.npy` file: floats, integers or booleans of any size and byte order, in C or Fortran order.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, is cut short or damaged, or holds something else than numbers.
    public static func read(_ path: String) throws(FileError) -> Tensor { try decode(WholeFile.read(path)[...], file: path) }

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
        precondition(length <= NPYHeader.longest, "\(axes.count) axes")

        var bytes = NPYHeader.magic + [1, 0]
        bytes.append(littleEndian: UInt16(length))
        return bytes + header
    }

    /// The array in the bytes of a `.npy` file, which errors call `file`.
    package static func decode(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> Tensor {
        try stored(bytes, file: file).tensor()
    }

    static func stored(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> StoredArray {
        let (header, size) = try NPYHeader.read(bytes, file: file)
        return try StoredArray(file, header, bytes.dropFirst(size))
    }
}
