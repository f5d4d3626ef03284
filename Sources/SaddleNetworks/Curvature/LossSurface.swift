import SaddleModels
import SaddleNumerics
import Synchronization

/// The training loss of one network as a function of its parameters θ, weights first and then biases, each column by column.
///
/// Everything is in units of the step: plain descent with learning rate η takes θ to θ − η G with
///
///     G = s ∇ℒ,     H = s ∇²ℒ = A + R,     A = (s/P) Jᵀ ℓ″ J,    s = γ₀²N^{−c}
///
/// so that a direction of curvature λ is stable below λ = 2/η, and the eigenvalues of A that do not vanish are, for the squared loss, those of the empirical tangent
/// kernel (``TangentFields``) over P. A is the Gauss–Newton part, R that of the errors that are left.
///
/// Products with H and with J are differences of exact gradients and outputs at four points along the direction, of fourth order in a step that changes no
/// field by more than about 5·10⁻⁴ of its size: good to about 10⁻¹¹ of the gradients' size for smooth activations. Where φ has a kink two points are
/// taken, so close that hardly a unit crosses it: good to about 10⁻⁹.
public struct LossSurface: Sendable {
    /// Whose parameters are the point at which derivatives are taken.
    public let network: FiniteNetwork
    /// Of one sample; ℒ is its mean.
    public let loss: Loss
    /// P, C
    public let samples: Int, outputCount: Int
    /// n
    public let parameterCount: Int
    let labels: Matrix
    private let passes: Passes
    /// θ at which derivatives are taken.
    let centre: [Double]
    /// θ at which derivatives are taken, n numbers.
    public var parameters: [Double] { centre }
    /// Root mean square of each weight and bias, where its part of θ begins.
    private let scales: [(range: Range<Int>, size: Double, units: Int)]

    /// - Parameters:
    ///   - inputs: one sample a row; labels likewise.
    ///   - origin: the network before training if its outputs are subtracted.
    public init(_ network: FiniteNetwork, inputs: Matrix, labels: Matrix, loss: Loss, origin: FiniteNetwork? = nil) {
        precondition(
            inputs.rows == labels.rows && labels.columns == network.outputCount && inputs.rows > 0,
            "\(inputs.rows) inputs, \(labels.rows)×\(labels.columns) labels, \(network.outputCount) outputs")
        (self.network, self.loss, self.labels) = (network, loss, labels)
        (samples, outputCount) = (inputs.rows, labels.columns)
        let parts = network.weights + network.biases
        centre = Self.parameters(of: network)
        parameterCount = centre.count
        var first = 0
        scales = parts.enumerated().map { number, part in
            let range = first..<first + part.elements.count
            first = range.upperBound
            let size = (part.elements.reduce(0) { $0 + $1 * $1 } / Double(max(part.elements.count, 1))).squareRoot()
            // Biases move fields beside what weights make of them.
            return (range, number < network.weights.count ? size : max(size, 1), part.rows)
        }
        let x = network.graph.entering(NetworkMatrix<Double>(network.network.entering(inputs).transposed))
        var pass = Pass<Double>(Fields(of: network, samples: samples), inputs: x, labels: labels)
        if let origin { pass.begin(Parameters(origin), isCentered: true) }
        passes = Passes(pass)
    }

    /// θ of a network.
    public static func parameters(of network: FiniteNetwork) -> [Double] {
        (network.weights + network.biases).flatMap(\.elements)
    }

    /// ℒ at θ.
    public func value(at θ: [Double]) -> Double { loss.mean(outputs: outputs(at: θ), labels: labels) }

    /// f at θ, samples × outputs.
    public func outputs(at θ: [Double]) -> Matrix {
        passes.with { pass in
            pass.forward(parameters(θ))
            return pass.outputs
        }
    }

    /// G at θ.
    public func gradient(at θ: [Double]) -> [Double] { valueAndGradient(at: θ).gradient }

    /// ℒ and G at θ, by one pass.
    public func valueAndGradient(at θ: [Double]) -> (value: Double, gradient: [Double]) {
        passes.with { pass in
            let parameters = parameters(θ)
            pass.forward(parameters)
            pass.backward(parameters, loss)
            return (loss.mean(outputs: pass.outputs, labels: labels), collect(pass, parameters, pass.errors, sign: -1))
        }
    }

    /// s Jᵀe/P at the centre, for a vector e of outputs.
    public func pullback(_ e: Matrix) -> [Double] {
        passes.with { pass in
            let parameters = parameters(centre)
            pass.forward(parameters)
            let errors = NetworkMatrix<Double>(e)
            pass.fields.backward(parameters, errors)
            return collect(pass, parameters, errors, sign: 1)
        }
    }

    /// θ of the parameters as ``Parameters`` has them.
    private func parameters(_ θ: [Double]) -> Parameters<Double> {
        precondition(θ.count == parameterCount, "\(θ.count) of \(parameterCount) parameters")
        var result = Parameters<Double>(network)
        var first = 0
        func fill(_ matrix: inout NetworkMatrix<Double>) {
            let count = matrix.rows * matrix.columns
            matrix.copy(Matrix(rows: matrix.rows, columns: matrix.columns, elements: Array(θ[first..<first + count])))
            first += count
        }
        for i in result.weights.indices { fill(&result.weights[i]) }
        for i in result.biases.indices { fill(&result.biases[i]) }
        return result
    }

    /// The gradient of every parameter from the fields of a pass backward, as ``Descent`` steps.
    private func collect(
        _ pass: Pass<Double>, _ parameters: Parameters<Double>, _ errors: NetworkMatrix<Double>, sign: Double
    ) -> [Double] {
        let scaling = parameters.scaling, readout = parameters.weights.count - 1
        let scale = sign * scaling.stepScale / Double(samples)
        var weights: [Double] = [], biases: [Double] = []
        weights.reserveCapacity(parameterCount)
        for weight in 0...readout {
            let (left, right) = pass.factors(ofWeight: weight, errors)
            var gradient = NetworkMatrix<Double>(
                rows: parameters.weights[weight].rows, columns: parameters.weights[weight].columns)
            gradient.add(
                left, right, scale: scale * scaling.weights[weight].multiplier, keeping: 0)
            weights += gradient.doubles.elements
            if parameters.biases.isEmpty { continue }
            var bias = NetworkMatrix<Double>(rows: parameters.biases[weight].rows, columns: 1)
            let factors = pass.factors(ofBias: weight, errors)
            bias.add(
                factors.0, factors.1, scale: scale * scaling.biases[weight].multiplier, keeping: 0)
            biases += bias.doubles.elements
        }
        return weights + biases
    }

    // MARK: - Differences along a direction

    /// Points and factors of a first derivative along v, from values at θ + point · v.
    private func stencil(_ v: ArraySlice<Double>) -> [(point: Double, factor: Double)] {
        let isSmooth = network.network.activation.isSmooth
        var largest = 0.0
        for (range, size, units) in scales where size > 0 {
            let part = v[v.startIndex + range.lowerBound..<v.startIndex + range.upperBound]
            largest = max(largest, (part.reduce(0) { $0 + $1 * $1 } / Double(units)).squareRoot() / size)
        }
        guard largest > 0 else { return [] }
        let h = (isSmooth ? 5e-4 : 1e-7) / largest
        if !isSmooth { return [(h, 0.5 / h), (-h, -0.5 / h)] }
        return [(h, 2 / (3 * h)), (-h, -2 / (3 * h)), (2 * h, -1 / (12 * h)), (-2 * h, 1 / (12 * h))]
    }

    /// The derivative along each column of `directions` of a vector of numbers.
    func derivative(along directions: Matrix, of values: @Sendable ([Double]) -> [Double]) -> [[Double]] {
        let n = parameterCount
        precondition(directions.rows == n, "directions of \(directions.rows) for \(n) parameters")
        let columns = (0..<directions.columns).map { directions.elements[$0 * n..<($0 + 1) * n] }
        let tasks = columns.enumerated().flatMap { c, v in stencil(v).map { (column: c, point: $0.point, factor: $0.factor) } }
        let found = Threads.compute(tasks.count) { k -> [Double] in
            let (task, v) = (tasks[k], columns[tasks[k].column])
            var θ = centre
            for i in 0..<n { θ[i] += task.point * v[v.startIndex + i] }
            return values(θ)
        }
        return columns.indices.map { c in
            var sum: [Double] = []
            for (task, part) in zip(tasks, found) where task.column == c {
                if sum.isEmpty { sum = [Double](repeating: 0, count: part.count) }
                for i in part.indices { sum[i] += task.factor * part[i] }
            }
            return sum
        }
    }
}

/// Passes that are not in use.
private final class Passes: Sendable {
    private let template: Pass<Double>
    private let idle = Mutex<[Pass<Double>]>([])

    init(_ template: Pass<Double>) { self.template = template }

    func with<Result>(_ body: (inout Pass<Double>) -> Result) -> Result {
        var pass = idle.withLock { $0.popLast() } ?? template
        let result = body(&pass)
        idle.withLock { $0.append(pass) }
        return result
    }
}
