import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Why a study has no results; it decides the exit code of the program.
public enum StudyFailure: Error, CustomStringConvertible {
    /// The study file, the data or the folder cannot be used.
    case badInput(any Error)
    /// A stage failed.
    case failed(stage: String, any Error)
    /// Somebody asked to stop; what was computed is kept in the folder.
    case interrupted(folder: String?)

    public var description: String {
        switch self {
        case .badInput(let error): "\(error)"
        case .failed(let stage, let error): "\(stage): \(error)"
        case .interrupted(let folder): "stopped" + (folder.map { "; what is computed so far is kept in \($0)" } ?? "")
        }
    }
}

extension StudyFailure {
    /// Whether training diverged, which is a result rather than a mistake.
    var isDivergence: Bool {
        guard case .failed(_, let cause) = self else { return false }
        return switch cause {
        case EnsembleError.networksDiverged, MeanFieldError.diverged, MeanFieldError.networksDiverged, LazyError.diverged: true
        default: cause is Divergence || cause is NotFinite
        }
    }
}

/// Marks whatever `body` throws as a mistake in the input, but for files that could not be written to their end.
public func badInput<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as FileError {
        if case .unfinished = error { throw StudyFailure.failed(stage: "writing the results", error) }
        throw StudyFailure.badInput(error)
    } catch {
        throw StudyFailure.badInput(error)
    }
}
