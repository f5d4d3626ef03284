extension String {
    /// The last part of a path: the name of a file or folder; all of it where there is none, as in "/".
    package var lastPathPart: String { split(separator: "/").last.map(String.init) ?? self }
}
