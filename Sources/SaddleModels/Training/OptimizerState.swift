import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An ``UpdateRule`` at work on one parameter: what it remembers of earlier gradients.
///
/// The parameter may be a whole weight matrix or, for rules that act on singular values, its coordinates in orthonormal bases on both sides, which
/// may grow while it is learnt.
public struct OptimizerState: Sendable {
    /// What it follows.
    public let rule: UpdateRule
    private let momentum: Double
    private let usesNesterov: Bool
    private var steps = 0
    /// v of the momentum, m of Adam.
    private var first: Matrix?
    /// v of Adam.
    private var second: Matrix?
    /// A and B of Shampoo.
    private var left: Matrix?
    private var right: Matrix?

    /// A rule that has seen no gradient yet; momentum is that of ``Training``.
    public init(_ rule: UpdateRule, momentum: Double = 0, usesNesterov: Bool = false) {
        (self.rule, self.momentum, self.usesNesterov) = (rule, momentum, usesNesterov)
    }

    /// The rule that a training has for a weight of that role, or for the bias beside it.
    public init(_ training: Training, _ role: LayerRole, isBias: Bool = false) {
        self.init(
            training.optimizer.rule(of: role, isBias: isBias), momentum: training.momentum, usesNesterov: training.usesNesterov)
    }

    /// u of the next gradient G, both in the units of ``Optimizer``.
    ///
    /// - Throws: where eigenvalues or singular values do not converge, as of a gradient that is not finite.
    public mutating func update(of gradient: Matrix) throws(FactorizationError) -> Matrix {
        steps += 1
        switch rule {
        case .descent: return averaged(gradient)
        case .normalized:
            var u = averaged(gradient)
            let norm = u.frobeniusNorm
            if norm > 0 { u.scale(by: 1 / norm) }
            return u
        case .muon(.newtonSchulz): return averaged(gradient).newtonSchulz()
        case .muon(.exact(let ε)): return try averaged(gradient).polarFactor(epsilon: ε)
        case .shampoo(let ε): return try shampoo(gradient, ε)
        case .sign: return averaged(gradient).signs
        case .adam(let β1, let β2, let ε): return adam(gradient, β1, β2, ε)
        }
    }

    /// Appends rows and columns along which there was no gradient so far.
    ///
    /// - Precondition: the rule does not act on entries.
    public mutating func grow(rows: Int, columns: Int) {
        precondition(rule.action != .onEntries, "coordinates of a rule that acts on entries")
        first = first?.padded(rows: rows, columns: columns)
        left = left?.padded(rows: rows, columns: rows)
        right = right?.padded(rows: columns, columns: columns)
    }

    /// v, or G + βv with Nesterov, after v ← βv + G.
    private mutating func averaged(_ gradient: Matrix) -> Matrix {
        if momentum == 0 { return gradient }
        var v = first ?? Matrix(rows: gradient.rows, columns: gradient.columns)
        v.scale(by: momentum)
        v.add(gradient)
        first = v
        guard usesNesterov else { return v }
        v.scale(by: momentum)
        v.add(gradient)
        return v
    }

    private mutating func shampoo(_ gradient: Matrix, _ ε: Double) throws(FactorizationError) -> Matrix {
        var a = left ?? Matrix(rows: gradient.rows, columns: gradient.rows)
        var b = right ?? Matrix(rows: gradient.columns, columns: gradient.columns)
        a.add(.plain(gradient), gradient.ᵀ)
        b.add(gradient.ᵀ, .plain(gradient))
        (left, right) = (a, b)
        return try a.inverseFourthRoot(adding: ε) * averaged(gradient) * b.inverseFourthRoot(adding: ε)
    }

    private mutating func adam(_ gradient: Matrix, _ β1: Double, _ β2: Double, _ ε: Double) -> Matrix {
        var m = first ?? Matrix(rows: gradient.rows, columns: gradient.columns)
        var v = second ?? m
        (first, second) = (nil, nil)  // so that the buffers are not copied
        let bias = (1 - pow(β1, Double(steps)), 1 - pow(β2, Double(steps)))
        var u = gradient
        for i in u.elements.indices {
            let g = gradient.elements[i]
            m.elements[i] = β1 * m.elements[i] + (1 - β1) * g
            v.elements[i] = β2 * v.elements[i] + (1 - β2) * g * g
            let root = (v.elements[i] / bias.1).squareRoot()
            // Where no gradient has ever been, nothing moves, also with ε = 0.
            u.elements[i] = m.elements[i] == 0 ? 0 : m.elements[i] / bias.0 / (root + ε)
        }
        (first, second) = (m, v)
        return u
    }
}
