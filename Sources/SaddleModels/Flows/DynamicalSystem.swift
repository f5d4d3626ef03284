import SaddleNumerics

/// A flow ẋ = F(x) or a map x⁺ = F(x), by its equations.
public struct DynamicalSystem: Sendable {
    /// A flow has equations for ẋ, a map those for the next state.
    public enum Kind: String, Sendable, CaseIterable { case flow, map }

    /// As it is asked for.
    public let name: String
    /// For people: who published it.
    public let title: String
    /// Whether the equations give ẋ or the next state.
    public let kind: Kind
    /// Names of the components of the state, in its order.
    public let variables: [String]
    /// One for each variable, in ``Formula``'s notation.
    public let equations: [String]
    /// Constants of the equations, with their values.
    public let parameters: [(name: String, value: Double)]
    /// A point on the attractor, or in its basin.
    public let start: [Double]
    /// About the time of one turn; 1 for maps.
    public let period: Double
    /// The equations, compiled, with the values of the parameters.
    public let program: FlowProgram

    /// Number of variables.
    public var dimension: Int { variables.count }
    /// A step in which Tsitouras's method keeps nine digits.
    public var step: Double { kind == .map ? 1 : period / 400 }

    /// - Throws: ``ActivationError`` where an equation cannot be read.
    public init(
        _ name: String, _ title: String, _ kind: Kind = .flow, variables: [String], equations: [String],
        parameters: [(name: String, value: Double)] = [],
        start: [Double], period: Double = 1
    ) throws(ActivationError) {
        precondition(start.count == variables.count && period > 0, "\(start.count) numbers for \(variables.count) variables")
        (self.name, self.title, self.kind, self.variables, self.equations) = (name, title, kind, variables, equations)
        (self.parameters, self.start, self.period) = (parameters, start, period)
        program = try FlowProgram(
            equations, variables: variables, constants: Dictionary(parameters.map { ($0.name, $0.value) }) { $1 })
    }

    /// The same with other values of parameters.
    ///
    /// - Precondition: all of them are parameters of the system.
    public func with(_ changes: [String: Double], start: [Double]? = nil) throws(ActivationError) -> DynamicalSystem {
        precondition(
            changes.keys.allSatisfy { key in parameters.contains { $0.name == key } }, "unknown parameters \(changes.keys)")
        return try DynamicalSystem(
            name, title, kind, variables: variables, equations: equations,
            parameters: parameters.map { ($0.name, changes[$0.name] ?? $0.value) }, start: start ?? self.start, period: period)
    }

    /// States at equal steps of time, the first of which is `start`.
    ///
    /// - Throws: ``IntegrationError``, ``OrbitError``; `CancellationError`.
    public func trajectory(
        from start: [Double]? = nil, count: Int, every interval: Double, integrator: AdaptiveIntegrator = .init(),
        shouldStop: () -> Bool = { false }
    ) throws -> [[Double]] {
        var state = start ?? self.start
        if kind == .map {
            var states = [state]
            for i in 1..<max(count, 1) {
                for _ in 0..<max(Int(interval.rounded()), 1) { state = program.value(state) }
                guard state.allSatisfy(\.isFinite) else { throw OrbitError(time: Double(i) * interval, isState: true) }
                states.append(state)
            }
            return states
        }
        var work = [Double](repeating: 0, count: program.size), none = [0.0]
        return try integrator.solve(
            from: state, at: (0..<count).map { Double($0) * interval }, shouldStop: shouldStop
        ) { _, x, out in
            none.withUnsafeMutableBufferPointer { none in
                work.withUnsafeMutableBufferPointer {
                    program.run(x, 0, none.baseAddress!, out, none.baseAddress!, $0.baseAddress!)
                }
            }
        }.states
    }
}

/// A system that carries tangent vectors: flows by steps of one length, with the integral of their divergence beside.
public struct SystemTangent: TangentDynamics {
    /// What is followed.
    public let system: DynamicalSystem
    public let interval: Double
    public var dimension: Int { system.dimension }
    private var stepper: FixedStepper?
    private let steps: Int
    private let vectors: Int
    private var work: [Double]
    /// x, then n × (k + n) tangents row by row (the last n are unit vectors, from which the divergence comes), then its integral.
    private var extended: [Double]
    private var time = 0.0

    /// - Parameters:
    ///   - step: of a flow; that of the system unless given.
    ///   - steps: between two orthogonalisations.
    public init(_ system: DynamicalSystem, vectors: Int, step: Double? = nil, steps: Int = 10) {
        let n = system.dimension
        (self.system, self.vectors) = (system, vectors)
        self.steps = system.kind == .map ? 1 : steps
        let length = step ?? system.step
        interval = system.kind == .map ? 1 : length * Double(steps)
        work = [Double](repeating: 0, count: system.program.size * (1 + vectors + n) + n * (vectors + n) * 2)
        extended = [Double](repeating: 0, count: n + n * vectors + 1)
        stepper = system.kind == .map ? nil : FixedStepper(.tsit5, dimension: extended.count, step: length)
    }

    public mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) throws -> Double? {
        let n = dimension, k = vectors, all = k + n
        for i in 0..<n {
            extended[i] = state[i]
            for j in 0..<k { extended[n + i * k + j] = tangents[i, j] }
        }
        extended[n + n * k] = 0
        let program = system.program
        func rate(_ x: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>) {
            let (into, from) = (work, work + n * all), registers = work + 2 * n * all
            for i in 0..<n {
                for j in 0..<k { into[i * all + j] = x[n + i * k + j] }
                for j in 0..<n { into[i * all + k + j] = i == j ? 1 : 0 }
            }
            program.run(x, all, into, out, from, registers)
            var trace = 0.0
            for i in 0..<n {
                for j in 0..<k { out[n + i * k + j] = from[i * all + j] }
                trace += from[i * all + k + i]
            }
            out[n + n * k] = trace
        }
        let determinant: Double?
        if stepper != nil {
            var scratch = work
            swap(&scratch, &work)
            scratch.withUnsafeMutableBufferPointer { scratch in
                let base = scratch.baseAddress!
                stepper!.advance(&time, &extended, steps: steps) { _, x, out in rate(x, out, base) }
            }
            swap(&scratch, &work)
            determinant = extended[n + n * k]
        } else {
            var out = extended
            work.withUnsafeMutableBufferPointer { work in rate(extended, &out, work.baseAddress!) }
            let jacobian = system.program.jacobian(state)
            determinant = Self.logDeterminant(jacobian)
            extended = out
        }
        for i in 0..<n {
            state[i] = extended[i]
            for j in 0..<k { tangents[i, j] = extended[n + i * k + j] }
        }
        return determinant
    }

    private static func logDeterminant(_ matrix: Matrix) -> Double {
        var copy = matrix
        return copy.orthonormalize().reduce(0, +)
    }
}
