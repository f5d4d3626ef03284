import SaddleNumerics

/// The section `spectrum`: an ensemble of random matrices, and how many of them are drawn beside its limit.
public struct RandomMatrixStudy: Settings, Equatable {
    /// The two-dimensional Coulomb gas of `saddle simulate gas`.
    public struct Gas: Settings, Equatable {
        public var charges = 100
        public var beta = 2.0
        /// p of the potential (2/p) rᵖ.
        public var trap = 2.0
        public var chains = 64
        public var sweeps = 1000

        public init() {}

        static let keys: [Key<Self>] = [
            Key("charges", \.charges, .integer(atLeast: 1, atMost: 100_000), "How many charges."),
            Key("beta", \.beta, .number(above: 0), "β, the inverse temperature."),
            Key("trap", \.trap, .number(above: 0), "p of the potential (2/p) rᵖ."),
            Key("chains", \.chains, .integer(atLeast: 8), "Independent chains of Metropolis's moves."),
            Key("sweeps", \.sweeps, .integer(atLeast: 10), "Of each chain, each a move for every charge."),
        ]
    }

    public var model = RandomMatrixModel()
    /// N, or D.
    public var size = 400
    public var matrices = 40
    public var seed = 1
    public var gas = Gas()

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "ensemble", \.model.ensemble,
            .named(
                RandomMatrixModel.Ensemble.allCases.map(\.rawValue) + ["mp"],
                { $0 == "mp" ? .wishart : RandomMatrixModel.Ensemble(rawValue: $0) }, \.rawValue),
            "Which matrices; mp is another name for wishart."),
        Key("size", \.size, .integer(atLeast: 10, atMost: 20_000), "Order of the matrices."),
        Key("matrices", \.matrices, .integer(atLeast: 4), "How many are drawn."),
        Key("seed", \.seed, .seed, "Of the matrices' random numbers."),
        Key("deviation", \.model.deviation, .number(above: 0), "σ of a Wigner matrix."),
        Key("ratio", \.model.ratios, ratioKind, "Dimensions over samples, one for each factor."),
        Key("population", \.model.population, populationKind, "Eigenvalues of the covariance, or of the fixed matrix."),
        Key("exponent", \.model.exponent, .number(0...10), "Of a power-law population, λ_k = k^−exponent."),
        Key(
            "spikes", \.model.spikes, .numbers("a list of numbers, such as [3, 5], or [] for none", isEmptyAccepted: true),
            "Single large eigenvalues."),
        Key("addend", \.model.addend, .choice, "The randomly rotated matrix of a free sum."),
        Key("symmetry", \.model.symmetry, .number(-1...1), "τ of the elliptic ensemble."),
        Key("ridge", \.model.ridge, .number(above: 0), "Of the linear statistic Σ x/(x + ridge)."),
        .section("gas", \.gas, "The two-dimensional Coulomb gas."),
    ]

    private static let ratioKind = Kind<[Double]>(
        "a number above 0 (dimensions over samples), or a list of them, one for each factor", isList: false,
        read: { node, _ in
            let numbers = node.sequence.map { $0.map(StudySection.number) } ?? [StudySection.number(node)]
            let found = numbers.compactMap { $0 }
            return !found.isEmpty && found.count == numbers.count && found.allSatisfy { $0 > 0 } ? found : nil
        }, write: { $0.count == 1 ? "\($0[0])" : YAMLText.list($0) })

    private static let populationKind = Kind<RandomMatrixModel.Population>(
        "isotropic, power_law, or a list of eigenvalues such as [1, 3]", words: ["isotropic", "power_law"], isList: true,
        read: { node, _ in
            switch node.scalar?.string {
            case "isotropic": return .isotropic
            case "power_law": return .powerLaw
            default: break
            }
            let numbers = node.sequence.map { $0.compactMap(StudySection.number) } ?? []
            return !numbers.isEmpty && numbers.count == node.sequence!.count ? .values(numbers) : nil
        },
        write: { population in
            switch population {
            case .isotropic: "isotropic"
            case .powerLaw: "power_law"
            case .values(let values): YAMLText.list(values)
            }
        })

    mutating func complete(_ section: StudySection) {
        let ensemble = model.ensemble
        if !section.has("ratio") { model.ratios = [] }
        if !section.has("spikes") { model.spikes = ensemble == .spiked ? [3] : ensemble == .spikedWigner ? [2] : [] }
        if !section.has("population") { model.population = ensemble == .freeSum ? .values([-2, 2]) : .isotropic }
        if let bad = model.spikes.first(where: { $0 <= 0 }), ensemble == .spiked {
            section.reject("spikes", "'spectrum.spikes' has \(bad); eigenvalues of a covariance are above 0")
        }
        if model.ratios.count > 1, ensemble != .randomFeatures {
            section.reject(
                "ratio",
                "'spectrum.ratio' has \(model.ratios.count) numbers, and \(ensemble.rawValue) has one factor; expected one number, or "
                    + "spectrum.ensemble: random-features")
            model.ratios = []
        }
        if case .values(let values) = model.population, ensemble != .freeSum, let bad = values.first(where: { $0 <= 0 }) {
            section.reject(
                "population",
                "'spectrum.population' has the eigenvalue \(bad); those of a covariance are above 0 (directions without variance add "
                    + "nothing but zeros: leave them out)")
            model.population = .isotropic
        }
        if model.ratios.isEmpty { model.ratios = ensemble == .randomFeatures ? [0.5, 0.25] : [0.5] }
    }
}
