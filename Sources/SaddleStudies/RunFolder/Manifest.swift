import Foundation
import SaddleModels
import SaddleNumerics

/// What was computed in a run folder, by which program, on which machine, and how long it took.
public struct Manifest: Codable, Sendable, Equatable {
    public var program = "saddle"
    public var version = saddleVersion
    /// Name of the study.
    public var study: String
    /// Seeds by what they are for.
    public var seeds: [String: Int] = [:]
    public var machine = Machine.current
    /// BLAS library; results may differ in the last bits between libraries and between kernels.
    public var blas = BLAS.library
    /// Missing for Accelerate, and in folders of earlier versions.
    public var blasKernel = KernelChoice.current
    public var threads = Threads.count
    /// What the user should know, beside the warnings of single stages.
    public var warnings: [String] = []
    /// Finished stages by name: `theory`, `ensemble_64`, `comparison`, `report`.
    public var stages: [String: Stage] = [:]
    /// Finished topics by name: `criticality`, `kernel`, `lazy`, ….
    public var topics: [String: Stage]?
    /// Digests of the contents of the result files, by name; nil in folders of earlier versions.
    public var files: [String: String]?

    public struct Stage: Codable, Sendable, Equatable {
        /// Fingerprint of all that the result depends on.
        public var digest: String
        /// What was done, in words.
        public var did: String
        /// Wall-clock seconds, over all runs that it took.
        public var seconds: Double
        /// When it finished, UTC.
        public var finished: String
        public var warnings: [String]
        /// Of the theory: what one network of a width would take, on all cores together, to compare; nil where nobody measured it.
        public var networkSeconds: [Int: Double]?
        /// The file that it came from, of ensembles that were trained elsewhere and of what followed from them; then `digest` is that of the theory.
        public var source: String?
    }

    public struct Machine: Codable, Sendable, Equatable {
        public var processor: String
        public var cores: Int
        public var system: String

        public static var current: Machine {
            Machine(
                processor: SaddleNumerics.Machine.processor, cores: ProcessInfo.processInfo.activeProcessorCount,
                system: ProcessInfo.processInfo.operatingSystemVersionString)
        }
    }

    init(study: Study) {
        self.study = study.name
        seeds["predict"] = study.predict.seed
        seeds["simulate"] = study.simulate?.seed
    }

    /// Whether the result of a stage is there and still what the study asks for.
    func isCurrent(_ stage: String, digest: String) -> Bool { stages[stage]?.digest == digest }

    /// Stages whose results belong to another version of the study: they stay in the folder, but say nothing about this one.
    /// Without its data, nobody knows: none.
    func staleStages(of study: Study, data: Dataset?) -> Set<String> {
        guard let data else { return [] }
        let digests = StudyDigests(study, data, version: version)
        let widths = study.simulate?.widths ?? []
        var current = ["theory": digests.theory, "report": ""]
        for width in widths { current["ensemble_\(width)"] = digests.ensemble(width: width) }
        // Of a sweep's point some widths may have diverged.
        let trained = widths.filter { stages["ensemble_\($0)"] != nil }
        current["comparison"] = digests.comparison(widths: trained)
        return Set(
            stages.filter { $0.value.digest != ($0.value.source == nil ? current[$0.key] : current["theory"]) }.keys)
    }
}
