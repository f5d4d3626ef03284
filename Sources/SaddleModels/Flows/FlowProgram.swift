import SaddleNumerics

/// Equations of several variables as a list of operations, with their derivatives along any directions (forward differentiation).
///
/// ``FormulaProgram`` runs one formula on blocks of numbers; this runs several formulas at one point, some ten operations in 50 ns.
public struct FlowProgram: Sendable {
    private enum Code: UInt8 { case constant, affine, sum, difference, product, quotient, power, call, minimum, maximum }

    /// Operation number i writes register (variables + i).
    private struct Operation: Sendable {
        var code: Code
        var a: Int32 = 0
        var b: Int32 = 0
        var scale = 0.0
        var shift = 0.0
    }

    /// Names of the components of x, in its order.
    public let variables: [String]
    private let operations: [Operation]
    private let results: [Int]
    private let functions: [Activation]
    /// Registers.
    let size: Int

    /// n, the number of variables.
    public var dimension: Int { variables.count }

    /// - Throws: ``ActivationError/unreadable(formula:place:problem:)``
    public init(_ equations: [String], variables: [String], constants: [String: Double]) throws(ActivationError) {
        precondition(equations.count == variables.count, "\(equations.count) equations for \(variables.count) variables")
        var expressions: [FormulaExpression] = []
        for text in equations {
            var parser = FormulaParser(text, variables: variables, constants: constants)
            expressions.append(try parser.expression())
        }
        let program = FormulaProgram(expressions, variables: variables.count)
        var functions: [Activation] = []
        operations = program.operations.dropFirst(variables.count).map { operation in
            switch operation {
            case .variable: preconditionFailure("variables come first")
            case .constant(let c): return Operation(code: .constant, shift: c)
            case .affine(let a, let scale, let shift): return Operation(code: .affine, a: Int32(a), scale: scale, shift: shift)
            case .sum(let a, let b): return Operation(code: .sum, a: Int32(a), b: Int32(b))
            case .difference(let a, let b): return Operation(code: .difference, a: Int32(a), b: Int32(b))
            case .product(let a, let b): return Operation(code: .product, a: Int32(a), b: Int32(b))
            case .quotient(let a, let b): return Operation(code: .quotient, a: Int32(a), b: Int32(b))
            case .power(let a, let n): return Operation(code: .power, a: Int32(a), b: Int32(n))
            case .call(let function, let a):
                functions.append(function)
                return Operation(code: .call, a: Int32(a), b: Int32(functions.count - 1))
            case .extreme(let isMaximum, let a, let b):
                return Operation(code: isMaximum ? .maximum : .minimum, a: Int32(a), b: Int32(b))
            }
        }
        (self.variables, self.functions, results) = (variables, functions, program.results)
        size = program.operations.count
    }

    /// F(x), and the derivative of F along each of k directions.
    ///
    /// - Parameters:
    ///   - tangents: n × k, the k numbers of a variable next to one another; unused where k is 0.
    ///   - work: (1 + k) · ``size`` numbers.
    func run(
        _ x: UnsafePointer<Double>, _ k: Int, _ tangents: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>,
        _ outTangents: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>
    ) {
        let n = dimension, r = work, d = work + size
        for i in 0..<n { r[i] = x[i] }
        for i in 0..<n * k { d[i] = tangents[i] }
        operations.withUnsafeBufferPointer { operations in
            for o in 0..<operations.count {
                let op = operations[o], i = n + o, a = Int(op.a), b = Int(op.b)
                let (di, da, db) = (d + i * k, d + a * k, d + b * k)
                switch op.code {
                case .constant:
                    r[i] = op.shift
                    for s in 0..<k { di[s] = 0 }
                case .affine:
                    r[i] = op.scale * r[a] + op.shift
                    for s in 0..<k { di[s] = op.scale * da[s] }
                case .sum:
                    r[i] = r[a] + r[b]
                    for s in 0..<k { di[s] = da[s] + db[s] }
                case .difference:
                    r[i] = r[a] - r[b]
                    for s in 0..<k { di[s] = da[s] - db[s] }
                case .product:
                    r[i] = r[a] * r[b]
                    let (u, v) = (r[a], r[b])
                    for s in 0..<k { di[s] = v * da[s] + u * db[s] }
                case .quotient:
                    let q = r[a] / r[b], v = 1 / r[b]
                    r[i] = q
                    for s in 0..<k { di[s] = v * (da[s] - q * db[s]) }
                case .power:
                    var lower = 1.0
                    for _ in 1..<b { lower *= r[a] }
                    r[i] = lower * r[a]
                    let slope = Double(b) * lower
                    for s in 0..<k { di[s] = slope * da[s] }
                case .call:
                    var (argument, value, slope) = (r[a], 0.0, 0.0)
                    functions[b].kernel(&argument, 1, &value, &slope, nil)
                    r[i] = value
                    for s in 0..<k { di[s] = slope * da[s] }
                case .minimum, .maximum:
                    let isFirst = (op.code == .maximum) == (r[a] >= r[b])
                    r[i] = isFirst ? r[a] : r[b]
                    for s in 0..<k { di[s] = isFirst ? da[s] : db[s] }
                }
            }
        }
        for (i, result) in results.enumerated() {
            out[i] = r[result]
            for s in 0..<k { outTangents[i * k + s] = d[result * k + s] }
        }
    }

    /// F(x).
    public func value(_ x: [Double]) -> [Double] {
        var (out, work, none) = ([Double](repeating: 0, count: dimension), [Double](repeating: 0, count: size), [0.0])
        run(x, 0, [0], &out, &none, &work)
        return out
    }

    /// ∂F_i/∂x_j
    public func jacobian(_ x: [Double]) -> Matrix {
        let n = dimension
        var (out, work) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: size * (n + 1)))
        var unit = [Double](repeating: 0, count: n * n), rows = unit
        for i in 0..<n { unit[i * n + i] = 1 }
        run(x, n, unit, &out, &rows, &work)
        return Matrix(rows: n, columns: n) { rows[$0 * n + $1] }
    }
}
