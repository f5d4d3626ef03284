import SaddleNumerics

/// The section `cluster`: how Slurm is asked for machines. It says nothing about results, and is no part of what they depend on.
///
/// What a study leaves out the site's file may say (``site``).
public struct ClusterStudy: Settings, Equatable {
    public var partition: String?
    public var account: String?
    public var qos: String?
    public var time: String?
    public var memory: String?
    /// Of one task.
    public var processors: Int?
    public var tasks: Int?
    public var retries: Int?
    public var modules: [String]?
    /// A command that is put before the program's.
    public var container: String?
    public var options: [String]?

    public init() {}

    static let defaultTasks = 100
    static let defaultRetries = 2

    static let keys: [Key<Self>] = [
        Key("partition", \.partition, .optional(word), "Where jobs run; the site's default unless given."),
        Key("account", \.account, .optional(word), "Who is charged."),
        Key("qos", \.qos, .optional(word), "Quality of service."),
        Key("time", \.time, .optional(timeKind), "Time limit of a task, as Slurm has it."),
        Key("memory", \.memory, .optional(memoryKind), "Memory of a task."),
        Key("processors", \.processors, .optional(.integer(atLeast: 1, atMost: 10_000)), "Processors of a task; 1 unless given."),
        Key(
            "tasks", \.tasks, .optional(.integer(atLeast: 1, atMost: 100_000)),
            "Tasks of a job array at most, which share the pieces of work; \(defaultTasks) unless given."),
        Key(
            "retries", \.retries, .optional(.integer(atLeast: 0, atMost: 100)),
            "How often a piece that was killed is begun again; \(defaultRetries) unless given."),
        Key(
            "modules", \.modules, .optional(listKind("names of modules, such as [gcc/13, openblas]")),
            "Modules that are loaded first."),
        Key(
            "container", \.container, .optional(.text("a command that runs another one, such as apptainer exec saddle.sif")),
            "What runs the program: apptainer exec saddle.sif, say."),
        Key(
            "options", \.options, .optional(listKind("options of sbatch, such as [--constraint=zen4]")), "More options of sbatch."
        ),
    ]

    private static let word = Kind.text("a name without blanks") { text in
        !text.isEmpty && text.allSatisfy { !$0.isWhitespace && !$0.isNewline }
    }
    private static let timeKind: Kind<String> = {
        var kind = Kind<String>(
            "minutes, or hours as \"12:00:00\", or days as 2-00:00:00",
            read: { node, _ in node.scalar.map(\.string).flatMap { isTime($0) ? $0 : nil } }, write: { "\"\($0)\"" })
        kind.isText = true
        return kind
    }()
    private static let memoryKind = Kind.text("a number with a unit, such as 4G or 500M") { text in
        let number = text.dropLast(text.last.map { "KMGT".contains($0) } == true ? 1 : 0)
        return Int(number).map { $0 > 0 } ?? false
    }

    private static func listKind(_ accepted: String) -> Kind<[String]> {
        .list("a list of \(accepted)", of: .text(accepted) { text in !text.isEmpty && !text.contains { $0.isNewline } })
    }

    /// MINUTES, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, DAYS-HOURS, DAYS-HOURS:MINUTES, DAYS-HOURS:MINUTES:SECONDS.
    private static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let clock = parts.last else { return false }
        let numbers = clock.split(separator: ":", omittingEmptySubsequences: false)
        let all = numbers + parts.dropLast()
        return numbers.count <= 3
            && all.allSatisfy { !$0.isEmpty && $0.count <= 6 && $0.allSatisfy { "0123456789".contains($0) } }
    }
}

extension ClusterStudy {
    /// What the study says, before what the site says.
    func over(_ site: ClusterStudy) -> ClusterStudy {
        var merged = self
        merged.partition = partition ?? site.partition
        merged.account = account ?? site.account
        merged.qos = qos ?? site.qos
        merged.time = time ?? site.time
        merged.memory = memory ?? site.memory
        merged.processors = processors ?? site.processors
        merged.tasks = tasks ?? site.tasks
        merged.retries = retries ?? site.retries
        merged.modules = modules ?? site.modules
        merged.container = container ?? site.container
        merged.options = options ?? site.options
        return merged
    }

    /// The file that says what holds for all studies of a site: that of SADDLE_CLUSTER, or cluster.yaml in the folder of settings.
    ///
    /// - Parameter environment: of the process.
    static func site(_ environment: [String: String]) throws -> ClusterStudy {
        let named = environment["SADDLE_CLUSTER"]
        let settings = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" }
        guard let path = named ?? settings.map({ "\($0)/saddle/cluster.yaml" }) else { return ClusterStudy() }
        if named == nil && !WholeFile.exists(path) { return ClusterStudy() }
        let bytes: [UInt8]
        do { bytes = try WholeFile.read(path) } catch { throw StudyFileError(file: path, "\(error)") }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.split(separator: "\n").allSatisfy({ $0.first == "#" }) { return ClusterStudy() }
        let section = try studyDocument(text, file: path)
        let cluster = ClusterStudy(section)
        if !section.problems.list.isEmpty { throw StudyFileError(problems: section.problems.list) }
        return cluster
    }
}
