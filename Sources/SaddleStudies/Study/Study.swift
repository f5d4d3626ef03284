import SaddleModels
import SaddleNetworks
import SaddleTheory

/// One question asked of theory and of finite networks: the content of a study file.
///
/// A study is a description: it holds where the data are, not the data. `Study(text:file:)` reads it, `yaml` writes it
/// with every default filled in, and reading that text gives the same study again.
public struct Study: Sendable {
    /// Names the run folder.
    public var name = "study"
    public var data = DataSource()
    public var network = Network()
    public var training = Training()
    public var predict = Prediction()
    /// Nil: theory alone.
    public var simulate: Simulation?
    public var record = Record.times(25)
    public var kernels = Kernels.auto
    /// For the commands of these names; nil: their defaults.
    public var hypernetwork: HypernetworkStudy?
    public var spectralMixture: SpectralStudy?
    public var spectrum: RandomMatrixStudy?
    public var memory: AssociativeMemoryStudy?
    public var field: FieldStudy?
    public var lazy: LazyStudy?
    public var depth: DepthStudy?
    public var depthLimit: DepthLimitStudy?
    public var coordinates: CoordinatesStudy?
    public var kernel: KernelStudy?
    public var measuredKernel: MeasuredKernelStudy?
    public var grok: GrokStudy?
    public var group: GroupStudy?
    public var hessian: HessianStudy?
    public var barrier: BarrierStudy?
    public var subspace: SubspaceStudy?
    public var flow: FlowStudy?
    public var lyapunov: LyapunovStudy?
    public var rnn: RnnStudy?
    public var representation: RepresentationStudy?
    public var dims: DimsStudy?
    public var sharpness: SharpnessStudy?
    public var difficulty: DifficultyStudy?
    public var correlations: CorrelationsStudy?
    public var koopman: KoopmanStudy?
    public var walks: WalksStudy?
    public var entropy: EntropyStudy?
    public var geometry: GeometryStudy?
    public var vectorField: VectorFieldStudy?
    public var spd: SpdStudy?
    public var screen: ScreenStudy?
    public var gridScore: GridScoreStudy?
    public var transport: TransportStudy?
    public var plan: PlanStudy?
    public var planTransfer: PlanTransferStudy?
    public var coordinateTable: CoordinateTableStudy?
    public var seeds: SeedsStudy?
    public var transfer: TransferStudy?
    public var collapse: CollapseStudy?
    public var matrixSpectrum: MatrixSpectrumStudy?
    public var learningCurve: LearningCurveStudy?
    public var generalization: GeneralizationStudy?
    public var scaling: ScalingStudy?
    public var widthError: WidthErrorStudy?
    public var linearResponse: LinearResponseStudy?
    public var cluster: ClusterStudy?
    /// Where in which file each value stands, so that trouble found later can be traced to its line.
    var origin = Origin(file: settingsFile, places: [:])
    /// Where its data come from if several studies share them.
    var shared: SharedData?

    public init() {}

    struct Origin: Sendable {
        var file: String
        var places: [String: StudyFileError.Place]
    }

    /// How the theory is solved, and for what.
    public typealias Prediction = MeanFieldSettings

    /// Which ensembles of finite networks are trained.
    public struct Simulation: Sendable, Equatable {
        /// Ascending.
        public var widths = [64, 256]
        public var networks = 100
        public var seed = 2
        public var precision = Precision.double
        /// Of samples, for `saddle simulate streams`.
        public var streams = 8

        public init() {}

        func settings(width: Int, recordsKernels: Bool) -> EnsembleSettings {
            EnsembleSettings(width: width, networks: networks, seed: seed, recordsKernels: recordsKernels, precision: precision)
        }
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
