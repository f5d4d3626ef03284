import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The tangent kernel between a network whose initial weights have shrunk to a and one with weights shrunk to a′.
///
/// Weight decay shrinks all initial weights θ₀ by a common factor a(t), and the gradients J(aθ₀) with them. In the limit of infinite
/// width J enters through K(a, a′) = J(aθ₀)J(a′θ₀)ᵀ only. With J(aθ₀) = Σ_k φ_k(a) J_k every such kernel is
/// Σ_kl φ_k(a) K_kl φ_l(a′). Without weight decay one function is enough, φ(1) = 1.
public protocol TangentFamily: Sendable {
    /// P, training points.
    var trainCount: Int { get }
    /// Q, test points.
    var testCount: Int { get }
    /// φ_k(a)
    func functions(at scale: Double) -> [Double]
    /// Σ_kl φ_k K_kl(X, X) states_l
    func train(_ functions: [Double], _ states: [Matrix]) throws -> Matrix
    /// Σ_kl φ_k K_kl(x, X) states_l
    func test(_ functions: [Double], _ states: [Matrix]) throws -> Matrix
}

/// A kernel that does not change but for a power of the scale of the weights: J(aθ₀) = aᵈJ(θ₀).
///
/// Exact for activations of degree one (linear, relu, leaky_relu, abs) without biases, where d is the number of hidden layers;
/// and for every network without weight decay, since a = 1 then.
public struct HomogeneousTangent: TangentFamily {
    private let kernel, cross: any LinearOperator
    private let degree: Int

    /// - Parameters:
    ///   - kernel: Θ(X, X); a matrix or a ``KernelOperator``.
    ///   - cross: Θ(x, X); nil without test points.
    ///   - degree: d; it does not matter without weight decay.
    public init(kernel: any LinearOperator, cross: (any LinearOperator)? = nil, degree: Int) {
        self.kernel = kernel
        self.cross = cross ?? Matrix(rows: 0, columns: kernel.columns)
        precondition(
            kernel.rows == kernel.columns && self.cross.columns == kernel.columns && degree >= 0,
            "kernels \(kernel.rows)×\(kernel.columns) and \(self.cross.rows)×\(self.cross.columns), degree \(degree)")
        self.degree = degree
    }

    public var trainCount: Int { kernel.rows }
    public var testCount: Int { cross.rows }
    public func functions(at scale: Double) -> [Double] { [(0..<degree).reduce(1) { power, _ in power * scale }] }
    public func train(_ functions: [Double], _ states: [Matrix]) throws -> Matrix {
        var result = try kernel.apply(states[0])
        result.scale(by: functions[0])
        return result
    }
    public func test(_ functions: [Double], _ states: [Matrix]) throws -> Matrix {
        if testCount == 0 { return Matrix(rows: 0, columns: states[0].columns) }
        var result = try cross.apply(states[0])
        result.scale(by: functions[0])
        return result
    }
}

/// A family interpolated between Chebyshev nodes in the scale of the weights, for any activation and biases.
///
/// φ_k are the Lagrange polynomials of m nodes in the range of a(t). J is a polynomial of degree L in a for linear and relu networks with
/// biases, so m = L + 1 is exact there; for smooth activations the error falls geometrically in m.
public struct InterpolatedTangent: TangentFamily {
    public let trainCount, testCount: Int
    /// a_k
    public let nodes: [Double]
    /// Largest difference of the interpolated train kernel to the kernel itself, relative to its largest entry, half way between nodes.
    public private(set) var interpolationError = 0.0
    private let weights: [Double]
    /// K_kl, and the same for test points.
    private let kernels, crosses: [[Matrix]]

    /// - Parameters:
    ///   - training: Its weight decay says which scales occur; see ``SaddleModels/Training/initialWeightScales``.
    ///   - nodes: m.
    ///   - kernels: K(a, a′) between training points, and between test points at a and training points at a′.
    /// - Complexity: m² + 2 kernels and their memory.
    public init(
        training: Training, nodes count: Int, kernels evaluate: (Double, Double) throws -> (train: Matrix, cross: Matrix)
    ) throws {
        precondition(count >= 1, "\(count) nodes")
        let scales = training.initialWeightScales
        let (low, high) = (scales.min()!, scales.max()!)
        let nodes = low == high ? [low] : Self.chebyshevNodes(count, low, high)
        var (kernels, crosses): ([[Matrix]], [[Matrix]]) = ([], [])
        for a in nodes {
            let pairs = try nodes.map { try evaluate(a, $0) }
            kernels.append(pairs.map(\.train))
            crosses.append(pairs.map(\.cross))
        }
        trainCount = kernels[0][0].rows
        testCount = crosses[0][0].rows
        self.nodes = nodes
        self.kernels = kernels
        self.crosses = crosses
        // Barycentric weights of Chebyshev points of the first kind, up to a common factor.
        weights = nodes.indices.map { k in
            nodes.indices.reduce(1) { $1 == k ? $0 : $0 * (high - low) / 4 / (nodes[k] - nodes[$1]) }
        }
        if nodes.count > 1 {
            let probes = [(nodes[0] + nodes[1]) / 2, (nodes[nodes.count - 1] + nodes[nodes.count - 2]) / 2]
            interpolationError = try probes.reduce(0) { try max($0, error(at: $1, evaluate($1, $1).train)) }
        }
    }

    /// φ_k(a) by the barycentric formula (Berrut and Trefethen 2004, equation 4.2).
    public func functions(at scale: Double) -> [Double] {
        if let k = nodes.firstIndex(of: scale) { return nodes.indices.map { $0 == k ? 1 : 0 } }
        let terms = zip(weights, nodes).map { $0 / (scale - $1) }
        let sum = terms.reduce(0, +)
        return terms.map { $0 / sum }
    }
    public func train(_ functions: [Double], _ states: [Matrix]) throws -> Matrix {
        try apply(kernels, trainCount, functions, states)
    }
    public func test(_ functions: [Double], _ states: [Matrix]) throws -> Matrix {
        try apply(crosses, testCount, functions, states)
    }

    private func apply(_ blocks: [[Matrix]], _ rows: Int, _ functions: [Double], _ states: [Matrix]) throws -> Matrix {
        let parts = try Threads.map(nodes.count) { k in
            var part = Matrix(rows: rows, columns: states[0].columns)
            for (block, state) in zip(blocks[k], states) { part.add(.plain(block), .plain(state), scale: functions[k]) }
            return part
        }
        return parts.dropFirst().reduce(into: parts[0]) { $0.add($1) }
    }

    private func error(at scale: Double, _ exact: Matrix) -> Double {
        let phi = functions(at: scale)
        var difference = exact
        for k in nodes.indices { for l in nodes.indices { difference.add(kernels[k][l], scale: -phi[k] * phi[l]) } }
        func size(_ m: Matrix) -> Double { m.elements.reduce(0) { max($0, abs($1)) } }
        return size(exact) == 0 ? size(difference) : size(difference) / size(exact)
    }

    private static func chebyshevNodes(_ count: Int, _ low: Double, _ high: Double) -> [Double] {
        (0..<count).map { (low + high) / 2 - (high - low) / 2 * cos(.pi * (Double($0) + 0.5) / Double(count)) }
    }
}

extension Training {
    /// The factor a(t) that the optimiser leaves of the initial weights, at t = 0 … T: its own recursion with the decay alone.
    ///
    ///     b ← βb + λa,   a ← a − ηb   (Nesterov: a − η(βb + λa)),      a(0) = 1, b(0) = 0
    public var initialWeightScales: [Double] {
        var (a, b) = (1.0, 0.0)
        var scales = [a]
        for step in 0..<steps {
            let decay = weightDecay * a
            b = momentum * b + decay
            a -= rate(at: step) * (usesNesterov ? momentum * b + decay : b)
            scales.append(a)
        }
        return scales
    }
}
