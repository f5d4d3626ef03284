extension DynamicalSystem {
    /// The text of a system: a new one is a definition of a few lines in one of the lists, and a test that measures all of them.
    struct Definition: Sendable {
        let name, title: String
        let kind: Kind
        let variables, equations: [String]
        let parameters: [(name: String, value: Double)]
        let start: [Double]
        let period: Double

        init(
            _ name: String, _ title: String, _ kind: Kind = .flow, variables: [String], equations: [String],
            parameters: [(String, Double)] = [], start: [Double], period: Double = 1
        ) {
            (self.name, self.title, self.kind, self.variables, self.equations) = (name, title, kind, variables, equations)
            (self.parameters, self.start, self.period) = (parameters.map { ($0.0, $0.1) }, start, period)
        }

        static let all: [Definition] = flows + sprott + maps
    }

    /// Every system that is known by name.
    public static let all: [DynamicalSystem] = Definition.all.compactMap { d in
        try? DynamicalSystem(
            d.name, d.title, d.kind, variables: d.variables, equations: d.equations, parameters: d.parameters, start: d.start,
            period: d.period)
    }

    /// The system of that name.
    public static func named(_ name: String) -> DynamicalSystem? { all.first { $0.name == name } }
}
