import SaddleNumerics
import SaddleTheory

/// What every family of tangent kernels must obey. K(a, a′) = J(aθ₀)J(a′θ₀)ᵀ is a product of gradients, so
///
///     uᵀK(a, b)v = vᵀK(b, a)u,   Σ_ab u_aᵀK(a, b)u_b = |Σ_a J(aθ₀)ᵀu_a|² ≥ 0
///
/// and `train` and `test` are linear in the states and in the functions, with as many functions at every scale.
public struct TangentFamilyLaws: Sendable {
    /// Scales a of the weights to look at, out of those that occur in training.
    public var scales: [Double]
    /// Relative to the size of the products; for interpolated families an error of interpolation is part of the family, not of these laws.
    public var tolerance: Double

    /// At the scale of the initial weights only, if no others are given; at least one.
    public init(scales: [Double] = [1], tolerance: Double = 1e-11) {
        precondition(!scales.isEmpty, "no scales")
        self.scales = scales
        self.tolerance = tolerance
    }

    /// All laws that the family violates, tried on Gaussian states with two outputs; empty if it obeys them.
    public func violations(_ family: some TangentFamily) -> [LawViolation] {
        var findings = Findings()
        do { try check(family, &findings) } catch { findings.add("products", "\(error)") }
        return findings.violations
    }

    private func check(_ family: some TangentFamily, _ findings: inout Findings) throws {
        let functions = scales.map { family.functions(at: $0) }
        for (scale, φ) in zip(scales, functions) where φ.count != functions[0].count || !φ.allSatisfy(\.isFinite) {
            return findings.add("functions", "\(φ) at scale \(scale), beside \(functions[0])")
        }
        var stream = RandomStream(seed: 2, .test)
        let n = family.trainCount
        let u = scales.map { _ in stream.normals(rows: n, columns: 2) },
            v = scales.map { _ in stream.normals(rows: n, columns: 2) }

        // K(a, b)x: the states of b are φ_l(b)x.
        func states(_ b: Int, _ x: Matrix) -> [Matrix] { functions[b].map { combination($0, x, 0, x) } }
        func train(_ a: Int, _ b: Int, _ x: Matrix) throws -> Matrix { try family.train(functions[a], states(b, x)) }
        let largest = try scales.indices.reduce(0) { max($0, try size(train($1, $1, u[$1]))) }
        let allowance = tolerance * largest

        let (first, second) = (try train(0, 0, u[0]), try family.test(functions[0], states(0, u[0])))
        guard first.rows == n && first.columns == 2 else {
            return findings.add("shape", "\(first.rows)×\(first.columns) for \(n) training points and two outputs")
        }
        guard second.rows == family.testCount && second.columns == 2 else {
            return findings.add("shape", "\(second.rows)×\(second.columns) for \(family.testCount) test points and two outputs")
        }
        let mixed = combination(2, u[0], -3, v[0])
        findings.expectClose(
            "train is linear in the states", try train(0, 0, mixed), combination(2, first, -3, try train(0, 0, v[0])),
            within: 8 * allowance)
        findings.expectClose(
            "test is linear in the states", try family.test(functions[0], states(0, mixed)),
            combination(2, second, -3, try family.test(functions[0], states(0, v[0]))),
            within: 8 * tolerance * max(largest, size(second)))
        let last = scales.count - 1
        let sum = zip(functions[0], functions[last]).map { 2 * $0 - 3 * $1 }
        findings.expectClose(
            "train is linear in the functions", try family.train(sum, states(0, u[0])),
            combination(2, first, -3, try train(last, 0, u[0])), within: 8 * allowance)

        var gram = 0.0
        for a in scales.indices {
            for b in scales.indices {
                let (left, right) = (inner(u[a], try train(a, b, v[b])), inner(v[b], try train(b, a, u[a])))
                findings.expectClose(
                    "uᵀK(a, b)v = vᵀK(b, a)u", left, right, within: allowance * (size(u[a]) + size(v[b])),
                    "scales \(scales[a]) and \(scales[b])")
                gram += inner(u[a], try train(a, b, u[b]))
            }
        }
        if !(gram >= -allowance * size(u[0]) * Double(scales.count)) {
            findings.add("gradients have a positive square", "Σ uᵀK(a, b)u is \(gram) over scales \(scales)")
        }
    }
}
