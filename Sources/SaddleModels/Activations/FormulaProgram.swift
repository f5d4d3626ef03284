/// A formula as a list of operations on blocks of numbers, each with its first two derivatives by x (forward differentiation).
struct FormulaProgram: Sendable {
    /// Operation i writes register i and reads registers below; register 0 is x.
    enum Operation: Sendable {
        case variable
        case constant(Double)
        /// scale·r + shift
        case affine(Int, scale: Double, shift: Double)
        case sum(Int, Int)
        case difference(Int, Int)
        case product(Int, Int)
        case quotient(Int, Int)
        /// rⁿ, n ≥ 2
        case power(Int, Int)
        case call(Activation, Int)
        case extreme(isMaximum: Bool, Int, Int)
    }

    private(set) var operations: [Operation]
    private(set) var result = 0

    init(_ expression: FormulaExpression) { self.init([expression], variables: 1) }

    /// Several formulas of several variables, which are the first registers.
    init(_ expressions: [FormulaExpression], variables: Int) {
        operations = [Operation](repeating: .variable, count: variables)
        results = expressions.map { register(compile($0)) }
        result = results[0]
    }

    /// The register of each formula.
    private(set) var results: [Int] = []

    // MARK: - From expressions

    /// What an expression became: a constant, or a register.
    private enum Operand {
        case constant(Double)
        case register(Int)
    }

    private mutating func append(_ operation: Operation) -> Operand {
        operations.append(operation)
        return .register(operations.count - 1)
    }

    private mutating func register(_ operand: Operand) -> Int {
        switch operand {
        case .register(let r): return r
        case .constant(let value):
            operations.append(.constant(value))
            return operations.count - 1
        }
    }

    private mutating func compile(_ expression: FormulaExpression) -> Operand {
        switch expression {
        case .number(let value): return .constant(value)
        case .variable(let place): return .register(place)
        case .sum(let left, let right):
            switch (compile(left), compile(right)) {
            case (.constant(let a), .constant(let b)): return .constant(a + b)
            case (.constant(let c), .register(let r)), (.register(let r), .constant(let c)):
                return append(.affine(r, scale: 1, shift: c))
            case (.register(let a), .register(let b)): return append(.sum(a, b))
            }
        case .product(let left, let right):
            switch (compile(left), compile(right)) {
            case (.constant(let a), .constant(let b)): return .constant(a * b)
            case (.constant(let c), .register(let r)), (.register(let r), .constant(let c)):
                return append(.affine(r, scale: c, shift: 0))
            case (.register(let a), .register(let b)): return append(.product(a, b))
            }
        case .quotient(let left, let right):
            switch (compile(left), compile(right)) {
            case (.constant(let a), .constant(let b)): return .constant(a / b)
            case (let a, let b): return append(.quotient(register(a), register(b)))
            }
        case .power(let base, let exponent): return power(compile(base), compile(exponent))
        case .call(let function, let argument): return call(function, compile(argument))
        case .extreme(let isMaximum, let left, let right):
            let (a, b) = (register(compile(left)), register(compile(right)))
            return append(.extreme(isMaximum: isMaximum, a, b))
        }
    }

    private mutating func call(_ function: Activation, _ argument: Operand) -> Operand {
        switch argument {
        case .constant(let c): .constant(function.value(at: c))
        case .register(let r): append(.call(function, r))
        }
    }

    private mutating func power(_ base: Operand, _ exponent: Operand) -> Operand {
        guard case .constant(let p) = exponent else {
            let logarithm = call(.log, base)
            let (a, b) = (register(logarithm), register(exponent))
            return call(.exp, append(.product(a, b)))
        }
        guard case .register(let r) = base else { return call(.power(p), base) }
        guard p == p.rounded(), abs(p) <= 64 else { return call(p == 0.5 ? .sqrt : .power(p), base) }
        let n = Int(abs(p))
        if n == 0 { return .constant(1) }
        let positive = n == 1 ? base : append(.power(r, n))
        return p > 0 ? positive : append(.quotient(register(.constant(1)), register(positive)))
    }

    // MARK: - Where it may have kinks

    /// Functions of x at whose zeros an operation is not analytic.
    var switches: [FormulaProgram] {
        operations.indices.flatMap { i -> [FormulaProgram] in
            func reading(_ last: Operation) -> FormulaProgram {
                var program = self
                program.operations = operations[..<i] + [last]
                program.result = i
                return program
            }
            switch operations[i] {
            case .call(let function, let r): return function.kinks.map { reading(.affine(r, scale: 1, shift: -$0)) }
            case .extreme(_, let a, let b): return [reading(.difference(a, b))]
            default: return []
            }
        }
    }
}

extension Activation {
    fileprivate func value(at x: Double) -> Double {
        var (x, y) = (x, 0.0)
        kernel(&x, 1, &y, nil, nil)
        return y
    }
}
