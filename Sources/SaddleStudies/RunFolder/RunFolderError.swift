import SaddleNumerics

/// Why a folder cannot take the results of a study.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
    case notAFolder(path: String)
    case holdsSomethingElse(path: String, example: String)
    case holdsAnotherStudy(path: String, name: String, wanted: String)
    /// Results of another version of the study, of the same name, would be lost.
    case holdsAnotherVersion(path: String, result: String, changes: [String])
    /// The table of a sweep of other keys would be lost.
    case holdsAnotherSweep(path: String, what: String)
    case notARunFolder(path: String)
    case inUse(path: String)
    case damagedManifest(path: String, reason: String)
    /// A result that the manifest speaks of is gone.
    case missing(path: String, file: String)
    /// A result lacks what this version draws: an earlier one wrote it.
    case outdated(path: String, reason: String)
    /// The content of a result is not what was written.
    case changed(path: String)

    public var description: String {
        switch self {
        case .notAFolder(let path):
            "'\(path)' is not a folder; choose another one with --output"
        case .holdsSomethingElse(let path, let example):
            """
            the folder '\(path)' holds other things ('\(example)') and no Saddle run; it is left alone. \
            Choose an empty or new folder with --output
            """
        case .holdsAnotherStudy(let path, let name, let wanted):
            """
            the folder '\(path)' holds the study '\(name)', not '\(wanted)'; it is left alone. \
            Choose another folder with --output, or another 'name:' in the study
            """
        case .holdsAnotherVersion(let path, let result, let changes):
            """
            '\(path)' holds \(result) of another version of this study\(changes.isEmpty ? "" : " (\(changes.brief(5)))"); --force computes it again in its \
            place, another --output or 'name:' writes beside it
            """
        case .holdsAnotherSweep(let path, let what):
            "'\(path)' holds a sweep of \(what), whose table would be lost; another --output writes beside it, --force puts this sweep in its place"
        case .notARunFolder(let path):
            "'\(path)' is not a run folder: it has no manifest.json; 'saddle run STUDY.yaml' makes one"
        case .inUse(let path):
            "another saddle is at work in '\(path)'; wait for it to finish, or choose another folder with --output"
        case .damagedManifest(let path, let reason):
            "'\(path)' is damaged (\(reason)); --force computes the study again in its place"
        case .changed(let path):
            "'\(path)' \(Self.change); put the original back, or compute it again with 'saddle run'"
        case .outdated(let path, let reason):
            "'\(path)' is of an earlier version (\(reason)); compute it again with 'saddle run'"
        case .missing(let path, let file):
            "'\(path)' has no \(file), which was there; put it back, or compute it again with 'saddle run'"
        }
    }

    static let change = "is not as it was written: its content has been edited, damaged or copied in part"
}
