import Foundation
import SaddleMeasures
import SaddleNumerics

extension Study {
    /// The path as it was typed.
    func typed(_ path: String) -> String {
        let home = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(home) ? String(path.dropFirst(home.count)) : path
    }

    /// Reads a table of measured curves, or arrays that end in .npz; trouble with them is the study's, or the file's.
    ///
    /// - Parameter section: whose keys choose columns.
    func reading<Result>(
        _ path: String, _ format: TableFormat, section: String, curves: ((String) throws -> Result)? = nil,
        table body: (CSV) throws -> Result
    ) throws -> Result {
        var format = format
        format.namesOptions = origin.file == Study.settingsFile
        let file = typed(path)
        do {
            if let curves, path.hasSuffix(".npz") { return try curves(path) }
            return try body(CSV(Gzip.read(path == "-" ? WholeFile.standardInput : path), file: file, format))
        } catch LossFileError.column(let key, let reason) {
            let typed = format.namesOptions ? "--\(key.replacing("_", with: "-"))" : "'\(section).\(key)'"
            // Not typed, and needed: the table is to blame.
            let isGiven = origin.places["\(section).\(key)"] != nil
            throw isGiven ? problem("\(section).\(key)", reason) : StudyFileError(file: typed, reason)
        } catch LossFileError.table(let place, let reason) {
            throw StudyFileError(file: place, reason)
        } catch FileError.malformed(let place, let reason) {
            throw StudyFileError(file: place == path ? file : place, reason)
        } catch FileError.refused(_, _, let reason) {
            throw StudyFileError(file: file, "cannot be read: \(reason)")
        }
    }
}
