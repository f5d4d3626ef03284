import Foundation
import SaddleNumerics

// What the program needs beside studies: it imports this target only.

extension StudyRunner {
    /// Works with so many threads; results do not depend on it.
    public static func useThreads(_ count: Int) { Threads.use(count) }
    public static func useAllThreads() { Threads.use(Threads.count) }
}

extension StudySummary {
    /// The summary for other programs.
    public func json() throws -> String { String(decoding: try JSON.encode(self, indented: true), as: UTF8.self) }
}

extension Study {
    /// Writes `NAME.yaml`, an example with comments; an existing file is left alone.
    ///
    /// - Parameter example: nil for the first one, fully connected layers on the bundled digits.
    /// - Returns: the name of the file.
    public static func writeExample(_ example: ExampleStudy? = nil, name: String) throws -> String {
        let stem = name.hasSuffix(".yaml") ? String(name.dropLast(".yaml".count)) : name
        let file = stem + ".yaml"
        guard isFolderName(stem.lastPathPart) else {
            throw StudyFileError(file: file, "'\(name)' is not a name for a study: use letters, digits, '.', '-' and '_'")
        }
        if FileManager.default.fileExists(atPath: file) {
            throw StudyFileError(file: file, "the file exists already and is left alone; choose another name")
        }
        let last = stem.lastPathPart
        try AtomicFile.write([UInt8]((example?.text(name: last) ?? Study.example(name: last)).utf8), to: file)
        return file
    }
}

extension RunFolder {
    /// The folder of that path, or the default folder of the study in that file.
    public init(ofFolderOrStudy path: String) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        self.init(path: exists && isFolder.boolValue ? path : "runs/\(try Study(path: path).name)")
    }
}
