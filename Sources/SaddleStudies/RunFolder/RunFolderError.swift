/// Why a folder cannot take the results of a study.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
    case notAFolder(path: String)
    case holdsSomethingElse(path: String, example: String)
    case holdsAnotherStudy(path: String, name: String, wanted: String)
    case notARunFolder(path: String)
    case inUse(path: String)
    case damagedManifest(path: String, reason: String)
    case missing(path: String, file: String)

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
        case .notARunFolder(let path):
            "'\(path)' is not a run folder: it has no manifest.json; 'saddle run STUDY.yaml' makes one"
        case .inUse(let path):
            "another saddle is at work in '\(path)'; wait for it to finish, or choose another folder with --output"
        case .damagedManifest(let path, let reason):
            "'\(path)' is damaged (\(reason)); delete it to compute the study again"
        case .missing(let path, let file):
            "'\(path)' has no \(file) yet; 'saddle run' in the same folder computes it"
        }
    }
}
