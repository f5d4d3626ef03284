import SaddleNumerics

/// A check to be calibrated: studies whose theory is right, in any number, and mistakes that can be planted in them.
public struct CalibrationCase: Sendable {
    /// What a study came to: the verdict, with a mistake or without.
    public typealias Judgement = @Sendable (PlantedError?) throws -> Verdict

    /// What is calibrated, as tables and reports call it.
    public let name: String
    /// Probability of a false alarm that the check states.
    public let statedRate: Double
    /// Studies that are made of it: fewer where they are dear.
    public var studies = 300
    /// Mistakes that can be planted.
    public let planted: [PlantedError]
    /// Measures with this seed.
    public let study: @Sendable (_ seed: Int) throws -> Judgement

    /// A case of 300 studies; `study` is given a seed and returns how a study with it judges each mistake.
    public init(
        _ name: String, statedRate: Double = Check.usualRate, planted: [PlantedError] = [],
        study: @escaping @Sendable (_ seed: Int) throws -> Judgement
    ) {
        self.name = name
        self.statedRate = statedRate
        self.planted = planted
        self.study = study
    }

    /// How many studies with each mistake, or with none, end in each verdict.
    public func outcomes() throws -> [(planted: PlantedError?, counts: [Verdict: Int])] {
        let all = [nil] + planted.map(Optional.some)
        let verdicts = try Threads.map(studies) { seed in
            let judge = try study(seed + 1)
            return try all.map(judge)
        }
        return all.indices.map { i in
            (all[i], Dictionary(grouping: verdicts, by: { $0[i] }).mapValues(\.count))
        }
    }
}
