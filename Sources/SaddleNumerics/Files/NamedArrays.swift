/// A file that holds arrays under names: `.npz` or `.safetensors`. Arrays are decoded when asked for.
public protocol NamedArrays {
    /// What errors call the file.
    var file: String { get }
    /// Names of the arrays, in the order of the file.
    var names: [String] { get }
    /// What the file says of an array, without its elements.
    func header(_ name: String) throws(FileError) -> ArrayHeader
    /// An array with its elements, which are decoded when asked for; ``FileError`` if there is none of that name.
    func stored(_ name: String) throws(FileError) -> StoredArray
}

extension NamedArrays {
    /// What errors call one array of the file.
    func label(_ name: String) -> String { "\(file), array '\(name)'" }

    func missing(_ name: String) -> FileError {
        .malformed(file: file, reason: "no array '\(name)'; it holds \(names.joined(separator: ", "))")
    }
}
