import SaddleNumerics

/// The section `spectrum`: an ensemble of random matrices, and how many of them are drawn beside its limit.
public struct RandomMatrixStudy: Sendable, Equatable {
    public enum Ensemble: String, Sendable, CaseIterable {
        /// Symmetric, entries of variance σ²/N.
        case goe
        /// Sample covariances of D dimensions.
        case wishart
        /// Products of sample covariances.
        case randomFeatures = "random-features"
        /// Sample covariances with single large directions.
        case spiked
        /// A few large eigenvalues plus noise.
        case spikedWigner = "spiked-wigner"
        /// A fixed matrix plus a randomly rotated one.
        case freeSum = "free-sum"
        /// Complex, without symmetry.
        case ginibre
        /// Real, partially symmetric.
        case elliptic
    }

    public enum Population: Sendable, Equatable {
        case isotropic
        case powerLaw
        /// Each the same number of times.
        case values([Double])
    }

    public enum Addend: String, Sendable, CaseIterable { case goe, wishart, population }

    /// The two-dimensional Coulomb gas of `saddle simulate gas`.
    public struct Gas: Sendable, Equatable {
        public var charges = 100
        public var beta = 2.0
        /// p of the potential (2/p) rᵖ.
        public var trap = 2.0
        public var chains = 64
        public var sweeps = 1000

        public init() {}
    }

    public var ensemble = Ensemble.wishart
    /// N, or D.
    public var size = 400
    public var matrices = 40
    public var seed = 1
    /// σ of a Wigner matrix.
    public var deviation = 1.0
    /// D/N_i, one for each factor.
    public var ratios: [Double] = []
    public var population = Population.isotropic
    /// α of λ_k = k^{−α}.
    public var exponent = 1.0
    public var spikes: [Double] = []
    public var addend = Addend.goe
    /// τ
    public var symmetry = 0.5
    /// Of the statistic x/(x + ridge).
    public var ridge = 0.1
    public var gas = Gas()

    public init() { finish() }

    static let names = Ensemble.allCases.map(\.rawValue) + ["mp"]

    /// The section; every key has a default.
    init(_ section: StudySection) {
        let name = section.choice("ensemble", default: ensemble.rawValue, of: Self.names)
        ensemble = Ensemble(rawValue: name) ?? .wishart
        size = section.integer("size", default: size, atLeast: 10, atMost: 20_000)
        matrices = section.integer("matrices", default: matrices, atLeast: 4)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        deviation = section.number("deviation", default: deviation, "a number above 0") { $0 > 0 }
        readRatios(section)
        readPopulation(section)
        exponent = section.number("exponent", default: exponent, "a number at least 0, at most 10") { $0 >= 0 && $0 <= 10 }
        spikes =
            section.value("spikes", expected: "a list of numbers, such as [3, 5], or [] for none") { node in
                node.sequence.map { $0.compactMap(StudySection.number) }.flatMap { $0.count == node.sequence!.count ? $0 : nil }
            } ?? (ensemble == .spiked ? [3] : ensemble == .spikedWigner ? [2] : [])
        if let bad = spikes.first(where: { $0 <= 0 }), ensemble == .spiked {
            section.reject("spikes", "'spectrum.spikes' has \(bad); eigenvalues of a covariance are above 0")
        }
        addend = Addend(rawValue: section.choice("addend", default: addend.rawValue, of: Addend.allCases.map(\.rawValue)))!
        symmetry = section.number("symmetry", default: symmetry, "a number from -1 to 1") { $0 >= -1 && $0 <= 1 }
        ridge = section.number("ridge", default: ridge, "a number above 0") { $0 > 0 }
        gas = Gas(section.section("gas"))
        section.finish()
        finish()
    }

    private mutating func readRatios(_ section: StudySection) {
        let accepted = "a number above 0 (dimensions over samples), or a list of them, one for each factor"
        ratios =
            section.value("ratio", expected: accepted) { node -> [Double]? in
                let numbers = node.sequence.map { $0.map(StudySection.number) } ?? [StudySection.number(node)]
                let found = numbers.compactMap { $0 }
                return !found.isEmpty && found.count == numbers.count && found.allSatisfy { $0 > 0 } ? found : nil
            } ?? []
        if ratios.count > 1, ensemble != .randomFeatures {
            section.reject(
                "ratio",
                "'spectrum.ratio' has \(ratios.count) numbers, and \(ensemble.rawValue) has one factor; expected one number, or "
                    + "spectrum.ensemble: random-features")
            ratios = []
        }
    }

    private mutating func readPopulation(_ section: StudySection) {
        population =
            section.value("population", expected: "isotropic, power_law, or a list of eigenvalues such as [1, 3]") { node in
                switch node.scalar?.string {
                case "isotropic": return .isotropic
                case "power_law": return .powerLaw
                default: break
                }
                let numbers = node.sequence.map { $0.compactMap(StudySection.number) } ?? []
                return !numbers.isEmpty && numbers.count == node.sequence!.count ? .values(numbers) : nil
            } ?? (ensemble == .freeSum ? .values([-2, 2]) : .isotropic)
        if case .values(let values) = population, ensemble != .freeSum, let bad = values.first(where: { $0 <= 0 }) {
            section.reject(
                "population",
                "'spectrum.population' has the eigenvalue \(bad); those of a covariance are above 0 (directions without variance add "
                    + "nothing but zeros: leave them out)")
            population = .isotropic
        }
    }

    /// Ratios that the ensemble has by itself.
    private mutating func finish() {
        if ratios.isEmpty { ratios = ensemble == .randomFeatures ? [0.5, 0.25] : [0.5] }
    }

    var lines: [String] {
        let population =
            switch population {
            case .isotropic: "isotropic"
            case .powerLaw: "power_law"
            case .values(let values): YAMLText.list(values)
            }
        return [
            YAMLText.line("ensemble", ensemble.rawValue), YAMLText.line("size", size), YAMLText.line("matrices", matrices),
            YAMLText.line("seed", seed), YAMLText.line("deviation", deviation),
            YAMLText.line("ratio", ratios.count == 1 ? "\(ratios[0])" : YAMLText.list(ratios)),
            YAMLText.line("population", population), YAMLText.line("exponent", exponent),
            YAMLText.line("spikes", YAMLText.list(spikes)), YAMLText.line("addend", addend.rawValue),
            YAMLText.line("symmetry", symmetry), YAMLText.line("ridge", ridge),
            YAMLText.line(
                "gas",
                "{charges: \(gas.charges), beta: \(gas.beta), trap: \(gas.trap), chains: \(gas.chains), sweeps: \(gas.sweeps)}"),
        ]
    }
}

extension RandomMatrixStudy.Gas {
    init(_ section: StudySection) {
        charges = section.integer("charges", default: charges, atLeast: 1, atMost: 100_000)
        beta = section.number("beta", default: beta, "a number above 0") { $0 > 0 }
        trap = section.number("trap", default: trap, "a number above 0") { $0 > 0 }
        chains = section.integer("chains", default: chains, atLeast: 8)
        sweeps = section.integer("sweeps", default: sweeps, atLeast: 10)
        section.finish()
    }
}
