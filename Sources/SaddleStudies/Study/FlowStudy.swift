import SaddleModels
import SaddleNumerics

/// The section `flow`: a flow or map, by name or by its equations, and how an orbit of it is written.
public struct FlowStudy: Settings, Equatable {
    public var system = "lorenz"
    /// Own equations, in place of a name.
    public var variables: [String]?
    public var equations: [String]?
    public var kind: DynamicalSystem.Kind = .flow
    /// "r=28"
    public var parameters: [String] = []
    public var start: [Double]?
    public var period: Double?
    public var count = 2000
    public var interval: Double?
    public var tolerance = 1e-9
    public var file: String?

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "system", \.system, .text("the name of a system ('saddle simulate flow list' names them), or of an own one"),
            "Which flow or map."),
        Key(
            "variables", \.variables,
            .optional(
                .list("a list of different names, such as [x, y]", of: .text("a name"), where: { Set($0).count == $0.count })),
            "Of own equations: their variables."),
        Key(
            "equations", \.equations,
            .optional(.list("a list of formulas, one for each variable, such as [\"y\", \"-x\"]", of: .text("a formula"))),
            "Own equations: dx/dt of each variable, or its next value."),
        Key("kind", \.kind, .choice, "Of own equations: whether they are those of a flow or of a map."),
        Key("parameters", \.parameters, parametersKind, "Values of parameters, as name=value."),
        Key("start", \.start, .optional(.numbers()), "Where the orbit starts; a point on the attractor unless given."),
        Key(
            "period", \.period, .optional(.number(above: 0)),
            "About the time of one turn, from which steps follow; the system's unless given."),
        Key("count", \.count, .integer(atLeast: 2, atMost: 10_000_000), "States of the orbit."),
        Key(
            "interval", \.interval, .optional(.number(above: 0)),
            "Time between two of them; a fiftieth of the period, or 1 of a map, unless given."),
        Key(
            "tolerance", \.tolerance, .number("a number from 1e-13 to 0.01") { (1e-13...0.01).contains($0) },
            "Relative error of a step."),
        Key(
            "file", \.file, .optional(.path("the path of a .csv, .npy or .npz file")),
            "Where the orbit is written besides the answer."),
    ]

    /// One, or a list; on the command line `r=28,s=10`.
    private static let parametersKind = Kind<[String]>(
        "name=value, or a list such as [r=28, s=10]", isList: true,
        read: { node, _ in
            if let nodes = node.sequence {
                let texts = nodes.compactMap(StudySection.text)
                return texts.count == nodes.count ? texts : nil
            }
            return StudySection.text(node).map { $0.isEmpty ? [] : [$0] }
        }, write: { YAMLText.list($0) })

    mutating func complete(_ section: StudySection) {
        if (variables == nil) != (equations == nil) {
            section.reject(variables == nil ? "equations" : "variables", "own equations need both 'variables' and 'equations'")
        } else if let variables, let equations, variables.count != equations.count {
            section.reject(
                "equations",
                "\(equations.count) equations for \(NumberText.count(variables.count, of: "variable")); expected one for each")
        } else if equations != nil && start == nil {
            section.reject("start", "own equations need 'start', a number for each variable")
        }
    }
}

/// The section `lyapunov`: exponents of an orbit.
public struct LyapunovStudy: Settings, Equatable {
    public enum Subject: String, Sendable, CaseIterable {
        case system, training, depth, recurrent, rates
    }
    public var subject = Subject.system
    public var exponents: Int?
    public var turns = 1000
    public var step: Double?
    public var steps = 10
    public var width = 200
    public var states = 20_000
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "of", \.subject, .choice,
            "A flow or map, the training of a study's network, the layers of a deep random network, a recurrent one, or one of rates in continuous time."
        ),
        Key(
            "exponents", \.exponents, .optional(.integer(atLeast: 1)),
            "How many of the largest; all, or 5 of a network, unless given."),
        Key("turns", \.turns, .integer(atLeast: 20), "Periods of a flow, steps of a map, layers or steps of a network."),
        Key(
            "step", \.step, .optional(.number(above: 0)), "Step of the integration; a four-hundredth of the period unless given."),
        Key("steps", \.steps, .integer(atLeast: 1), "Steps between two orthogonalisations."),
        Key("width", \.width, .integer(atLeast: 1), "Units of a deep or recurrent network, or width of the one that is trained."),
        Key(
            "states", \.states, .integer(atLeast: 0, atMost: 20_000),
            "States of a system's orbit behind the correlation dimension; 0 for none."),
        Key("seed", \.seed, .seed, "Of weights and first directions."),
    ]
}
