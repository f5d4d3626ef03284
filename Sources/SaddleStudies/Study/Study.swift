import SaddleModels
import SaddleTheory

/// One question asked of theory and of finite networks: the content of a study file.
///
/// A study is a description: it holds where the data are, not the data. `Study(text:file:)` reads it, `yaml` writes it
/// with every default filled in, and reading that text gives the same study again.
public struct Study: Sendable {
    /// Names the run folder.
    public var name: String
    public var data: DataSource
    public var network: Network
    public var training: Training
    public var predict: Prediction
    /// Nil: theory alone.
    public var simulate: Simulation?
    public var record: Record
    public var kernels: Kernels
    /// For the commands of these names; nil: their defaults.
    public var hypernetwork: HypernetworkStudy?
    public var spectralMixture: SpectralStudy?
    public var spectrum: RandomMatrixStudy?
    public var learningCurve: LearningCurveStudy?
    public var generalization: GeneralizationStudy?
    public var scaling: ScalingStudy?
    public var widthError: WidthErrorStudy?
    public var linearResponse: LinearResponseStudy?
    /// Where in which file each value stands, so that trouble found later can be traced to its line.
    var origin: Origin

    struct Origin: Sendable {
        var file: String
        var places: [String: (line: Int, column: Int)]
        /// What set the values that are not the file's.
        var options: [String: String]

        /// What set the value of a key, or the section in which it stands.
        static func option(for key: String, in options: [String: String]) -> String? {
            var path = key[...]
            while true {
                if let option = options[String(path)] { return option }
                guard let dot = path.lastIndex(of: ".") else { return nil }
                path = path[..<dot]
            }
        }
    }

    /// How the theory is solved, and for what.
    public struct Prediction: Sendable, Equatable {
        public var sites = 2000
        public var tolerance = 1e-4
        public var directions = 64
        public var replicas = 4
        public var seed = 1
        /// How the 1/N corrections are found.
        public var method = CorrectionMethod.auto
        /// Names of the scalar observables whose variance is wanted, as in `ScalarRequest`; nil for all observables.
        public var observables: [String]?

        public init() {}
    }

    /// Which ensembles of finite networks are trained.
    public struct Simulation: Sendable, Equatable {
        /// Ascending.
        public var widths = [64, 256]
        public var networks = 100
        public var seed = 2

        public init() {}
    }

    /// At which steps observables are recorded.
    public enum Record: Sendable, Equatable {
        /// So many log-spaced steps, the first and the last included.
        case times(Int)
        case steps([Int])
    }

    /// Whether kernels, with P² numbers a layer and time, are recorded.
    public enum Kernels: String, Sendable, CaseIterable {
        /// While the arrays stay below about a gigabyte.
        case auto
        case yes = "true"
        case no = "false"
    }
}
