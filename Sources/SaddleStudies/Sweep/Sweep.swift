import SaddleNumerics

/// A study with keys that take several values each: one point for every combination.
public struct Sweep: Sendable {
    public struct Point: Sendable {
        /// Names its files: `learning_rate=0.5,richness=1`.
        public let name: String
        /// One an axis.
        public let values: [String]
        let study: Study
    }

    /// What is computed at each point.
    public enum Task: Sendable {
        case study(StudyRunner.Goal)
        case question(any Question.Type)

        /// From "predict criticality" or "predict-criticality".
        public init(asking text: String) throws {
            let id = text.split { " -".contains($0) }.joined(separator: "-")
            guard let question = Questions.named(id) else {
                let known = Questions.all.map { $0.id.replacing("-", with: " ", maxReplacements: 1) }
                throw StudyFileError(
                    file: "--ask",
                    "'\(shortened(text))' is no question\(suggestion(for: text, among: known)); expected one such as "
                        + "'predict criticality' ('saddle predict', 'saddle simulate' and 'saddle measure' list them)")
            }
            self = .question(question)
        }

        /// From ``id``.
        init(id: String) throws {
            if let goal = StudyRunner.Goal.allCases.first(where: { Self.study($0).id == id }) {
                self = .study(goal)
            } else {
                try self.init(asking: id)
            }
        }

        /// Distinguishes rows of one kind from another's.
        var id: String {
            switch self {
            case .study(let goal): "study-\(goal)"
            case .question(let question): question.id
            }
        }
    }

    /// The study before anything varies.
    public let base: Study
    public let axes: [SweepAxis]
    public let task: Task
    /// The study as it was given, and how a cluster is asked for machines.
    let source: StudySource
    let cluster: ClusterStudy?
    /// All combinations, the last axis running fastest.
    public let points: [Point]

    static let most = 100_000

    /// - Parameter file: of the study; nil for the defaults.
    /// - Throws: `StudyFileError` for what cannot be read, and for the first combination that is no study.
    public init(file: String?, axes: [SweepAxis], changes: [Study.Change] = [], task: Task = .study(.everything)) throws {
        try self.init(StudySource(file: file, changes: changes), axes: axes, task: task)
    }

    /// - Parameter study: as it stands, but for what varies.
    init(_ study: Study, axes: [SweepAxis], task: Task) throws {
        try self.init(StudySource(study), axes: axes, task: task)
    }

    /// - Parameter needed: points that somebody wants, whose studies are read; all if nil.
    init(_ source: StudySource, axes: [SweepAxis], task: Task, needed: Set<Int>? = nil) throws {
        let study = source.study
        if axes.isEmpty { throw SweepAxis.problem("nothing varies; expected at least one such as \(SweepAxis.examples)") }
        if let again = axes.indices.first(where: { i in axes[..<i].contains { $0.path == axes[i].path } }) {
            throw SweepAxis.problem("'\(axes[again].path)' is given twice; expected all of its values at once")
        }
        let count = axes.reduce(1) { $0 * Double($1.values.count) }
        if count > Double(Self.most) {
            throw SweepAxis.problem(
                "\(NumberText.short(count)) combinations (\(axes.map { "\($0.values.count)" }.joined(separator: " × "))); expected at most "
                    + NumberText.count(Self.most))
        }
        (self.axes, self.task, self.source) = (axes, task, source)
        let reference = Dictionary(uniqueKeysWithValues: Study.reference.map { ($0.path, $0) })
        let isShort = Set(axes.map(\.name)).count == axes.count
        var combinations: [[String]] = [[]]
        for axis in axes { combinations = combinations.flatMap { start in axis.values.map { start + [$0] } } }
        let shared = SharedData()
        points = try combinations.enumerated().map { i, values in
            let changes = zip(axes, values).map { reference[$0.path]!.change($1, option: "--vary") }
            let name = zip(axes, values).map { "\(isShort ? $0.name : $0.path)=\(Self.plain($1))" }.joined(separator: ",")
            // The first may have to stand for the study before anything varies.
            var own = i > 0 && needed?.contains(i) == false ? Study() : try study(changes)
            own.shared = shared
            own.cluster = nil
            return Point(name: Self.fileName(name), values: values, study: own)
        }
        // What is missing in the file may come from what varies.
        var base = (try? study([])) ?? points[0].study
        cluster = base.cluster
        base.cluster = nil
        self.base = base
    }

    /// A list without its brackets.
    private static func plain(_ value: String) -> String {
        value.filter { !"[] ".contains($0) }.replacing(",", with: "+")
    }

    /// Safe on every file system, and different for different names.
    static func fileName(_ name: String) -> String {
        let safe = String(name.map { $0.isLetter || $0.isNumber || "=,.-_+".contains($0) ? $0 : "_" })
        if safe == name && name.utf8.count <= 120 { return name }
        var digest = Digest()
        digest.add(name)
        return "\(safe.prefix(100))-\(digest.text.prefix(8))"
    }
}
