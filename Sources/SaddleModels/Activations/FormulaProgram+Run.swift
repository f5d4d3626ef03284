/// Buffers of a block: a value and its first two derivatives by x.
private struct Jet {
    let value, slope, curvature: UnsafeMutablePointer<Double>
}

extension FormulaProgram {
    private static let block = 128

    /// value ← φ, slope ← φ′, curvature ← φ″ for `count` numbers, as ``Activation/Kernel``.
    func run(
        _ x: UnsafePointer<Double>, _ count: Int, _ value: UnsafeMutablePointer<Double>?,
        _ slope: UnsafeMutablePointer<Double>?, _ curvature: UnsafeMutablePointer<Double>?
    ) {
        let block = Self.block, order = curvature != nil ? 2 : slope != nil ? 1 : 0
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * block * operations.count) { memory in
            guard let base = memory.baseAddress else { return }
            func jet(_ register: Int) -> Jet {
                let start = base + 3 * block * register
                return Jet(value: start, slope: start + block, curvature: start + 2 * block)
            }
            memory.initialize(repeating: 0)
            jet(0).slope.update(repeating: 1, count: block)
            for (i, operation) in operations.enumerated() {
                if case .constant(let c) = operation { jet(i).value.update(repeating: c, count: block) }
            }
            for start in stride(from: 0, to: count, by: block) {
                let n = min(block, count - start)
                jet(0).value.update(from: x + start, count: n)
                for (i, operation) in operations.enumerated() {
                    apply(operation, to: jet(i), n, order, jet)
                }
                let out = jet(result)
                (value.map { $0 + start })?.update(from: out.value, count: n)
                (slope.map { $0 + start })?.update(from: out.slope, count: n)
                (curvature.map { $0 + start })?.update(from: out.curvature, count: n)
            }
        }
    }

    private func apply(_ operation: Operation, to out: Jet, _ n: Int, _ order: Int, _ jet: (Int) -> Jet) {
        switch operation {
        case .variable, .constant: break
        case .affine(let r, let scale, let shift):
            let a = jet(r)
            for i in 0..<n { out.value[i] = scale * a.value[i] + shift }
            if order > 0 { for i in 0..<n { out.slope[i] = scale * a.slope[i] } }
            if order > 1 { for i in 0..<n { out.curvature[i] = scale * a.curvature[i] } }
        case .sum(let l, let r):
            let (a, b) = (jet(l), jet(r))
            for i in 0..<n { out.value[i] = a.value[i] + b.value[i] }
            if order > 0 { for i in 0..<n { out.slope[i] = a.slope[i] + b.slope[i] } }
            if order > 1 { for i in 0..<n { out.curvature[i] = a.curvature[i] + b.curvature[i] } }
        case .difference(let l, let r):
            let (a, b) = (jet(l), jet(r))
            for i in 0..<n { out.value[i] = a.value[i] - b.value[i] }
        case .product(let l, let r): product(jet(l), jet(r), out, n, order)
        case .quotient(let l, let r): quotient(jet(l), jet(r), out, n, order)
        case .power(let r, let exponent): power(jet(r), exponent, out, n, order)
        case .call(let function, let r): call(function, jet(r), out, n, order)
        case .extreme(let isMaximum, let l, let r):
            let (a, b) = (jet(l), jet(r)), sign: Double = isMaximum ? 1 : -1
            // What is not a number stays so. At equal arguments the second counts, as φ′(0) = 0 of max(x, 0) has it.
            func select(_ part: KeyPath<Jet, UnsafeMutablePointer<Double>>) {
                let (x, y, z) = (a[keyPath: part], b[keyPath: part], out[keyPath: part])
                for i in 0..<n {
                    let first = sign * a.value[i] > sign * b.value[i] || a.value[i] != a.value[i]
                    z[i] = first ? x[i] : y[i]
                }
            }
            select(\.value)
            if order > 0 { select(\.slope) }
            if order > 1 { select(\.curvature) }
        }
    }

    private func product(_ a: Jet, _ b: Jet, _ out: Jet, _ n: Int, _ order: Int) {
        for i in 0..<n { out.value[i] = a.value[i] * b.value[i] }
        if order > 0 { for i in 0..<n { out.slope[i] = a.slope[i] * b.value[i] + a.value[i] * b.slope[i] } }
        if order > 1 {
            for i in 0..<n {
                out.curvature[i] =
                    a.curvature[i] * b.value[i] + 2 * (a.slope[i] * b.slope[i]) + a.value[i] * b.curvature[i]
            }
        }
    }

    /// q = a/b, q′ = (a′ − qb′)/b, q″ = (a″ − 2q′b′ − qb″)/b
    private func quotient(_ a: Jet, _ b: Jet, _ out: Jet, _ n: Int, _ order: Int) {
        for i in 0..<n { out.value[i] = a.value[i] / b.value[i] }
        if order > 0 { for i in 0..<n { out.slope[i] = (a.slope[i] - out.value[i] * b.slope[i]) / b.value[i] } }
        if order > 1 {
            for i in 0..<n {
                out.curvature[i] =
                    (a.curvature[i] - 2 * (out.slope[i] * b.slope[i]) - out.value[i] * b.curvature[i]) / b.value[i]
            }
        }
    }

    /// (gᵐ)′ = m gᵐ⁻¹g′,   (gᵐ)″ = m gᵐ⁻²((m − 1)g′² + g g″)
    private func power(_ a: Jet, _ exponent: Int, _ out: Jet, _ n: Int, _ order: Int) {
        let m = Double(exponent)
        for i in 0..<n {
            let x = a.value[i]
            var (lower, square, rest) = (1.0, x, exponent - 2)
            while rest > 0 {
                if rest & 1 == 1 { lower *= square }
                square *= square
                rest >>= 1
            }
            out.value[i] = lower * x * x
            if order > 0 { out.slope[i] = m * (lower * x) * a.slope[i] }
            if order > 1 {
                out.curvature[i] = m * lower * ((m - 1) * (a.slope[i] * a.slope[i]) + x * a.curvature[i])
            }
        }
    }

    /// f(g), f′g′, f″g′² + f′g″
    private func call(_ f: Activation, _ g: Jet, _ out: Jet, _ n: Int, _ order: Int) {
        f.kernel(g.value, n, out.value, order > 0 ? out.slope : nil, order > 1 ? out.curvature : nil)
        if order > 1 {
            for i in 0..<n {
                out.curvature[i] = out.curvature[i] * (g.slope[i] * g.slope[i]) + out.slope[i] * g.curvature[i]
            }
        }
        if order > 0 { for i in 0..<n { out.slope[i] *= g.slope[i] } }
    }
}
