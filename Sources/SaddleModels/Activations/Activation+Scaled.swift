extension Activation {
    /// φ(x) = b·ψ(ax) for this ψ, with a, b ≠ 0.
    func scaled(input a: Double, output b: Double) -> Activation {
        precondition(a != 0 && b != 0 && a.isFinite && b.isFinite, "scales \(a) and \(b)")
        let inner = kernel
        let scale = (b == 1 ? "" : "\(b)·") + name + (a == 1 ? "" : " of \(a)x")
        return Activation(
            name: scale, isSmooth: isSmooth, isContinuous: isContinuous, kinks: kinks.map { $0 / a }.sorted(),
            dual: dual?.scaled(input: a, output: b)
        ) { x, count, value, slope, curvature in
            let block = 512
            withUnsafeTemporaryAllocation(of: Double.self, capacity: block) { scaled in
                guard let arguments = scaled.baseAddress else { return }
                for start in stride(from: 0, to: count, by: block) {
                    let n = min(block, count - start)
                    for i in 0..<n { arguments[i] = a * x[start + i] }
                    let outputs = [value, slope, curvature].map { $0.map { $0 + start } }
                    inner(arguments, n, outputs[0], outputs[1], outputs[2])
                    for (out, factor) in zip(outputs, [b, a * b, a * a * b]) where factor != 1 {
                        if let out { for i in 0..<n { out[i] *= factor } }
                    }
                }
            }
        }
    }
}

extension GaussianDual {
    /// That of b·ψ(ax) for the ψ of this one.
    func scaled(input a: Double, output b: Double) -> GaussianDual {
        switch self {
        case .homogeneous(let odd, let even): .homogeneous(odd: odd * a * b, even: even * abs(a) * b)
        case .scaled(let inner, let input, let output): .scaled(inner, input: input * a, output: output * b)
        default: .scaled(self, input: a, output: b)
        }
    }
}
