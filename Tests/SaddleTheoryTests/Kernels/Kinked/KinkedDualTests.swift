// Kernels of activations with kinks that have no closed form, and of formulas and scaled activations. Oracles: closed forms of the same
// function under another name, derived forms at correlation −1, 0 and 1, and nested double-exponential quadrature. Catches a kink that
// is not cut, lost digits of nearly equal points, a δ-function that is missed, and a scale with the wrong power.
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@testable import SaddleTheory

private func formula(_ text: String) throws -> Activation { try Activation(ActivationForm(formula: text)) }

private func evaluate(_ phi: Activation, _ q: Double, _ p: Double, _ k: Double) throws -> (value: Double, slope: Double) {
    let f = try DualActivation(phi).evaluate(covariances: Matrix(rows: 1, columns: 1, repeating: k), rows: [q], columns: [p])
    return (f.value[0, 0], f.slope[0, 0])
}

/// The standard normal distribution.
private func normal(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

@Suite struct KinkedDualTests {
    /// The same kernels as relu's closed form, through layers, with repeated, nearly repeated, antipodal and zero inputs. Not by luck: a
    /// slope of 1.000001 on one side is seen.
    @Test(arguments: [0, 0.4]) func maximumIsRelu(bias: Double) throws {
        var x = Matrix(
            rows: 9, columns: 5,
            elements: {
                var s = RandomStream(seed: 3, .test); return s.normals(45)
            }())
        for c in 0..<5 {
            x[1, c] = x[0, c]
            x[2, c] = x[0, c] * (1 + 1e-9 * Double(c))
            x[3, c] = x[0, c] * (1 + 1e-4 * Double(c))
            x[4, c] = -x[0, c]
            x[5, c] = 0
        }
        func kernels(_ phi: Activation) throws -> (nngp: Matrix, ntk: Matrix) {
            let kernel = try NetworkKernel(
                Network(hiddenLayers: 3, activation: phi, weightScale: 1.4, biasScale: bias, parameterization: .neuralTangent),
                inputDimension: 5)
            return kernel.within(try kernel.prepare(x)).matrices()
        }
        let (mine, closed) = (try kernels(try formula("max(x, 0)")), try kernels(.relu))
        let wrong = try kernels(.leakyReLU(slope: 1e-6))
        var seen = 0.0
        for (a, b, c) in [(mine.nngp, closed.nngp, wrong.nngp), (mine.ntk, closed.ntk, wrong.ntk)] {
            for i in 0..<9 {
                for j in 0..<9 {
                    let size = max((b[i, i] * b[j, j]).squareRoot(), 1e-300)
                    expectClose(a[i, j] / size, b[i, j] / size, within: 1e-12, "\((i, j))")
                    seen = max(seen, abs(c[i, j] - b[i, j]) / size)
                }
            }
        }
        #expect(seen > 1e-7)
    }

    /// elu at correlations 1, 0 and −1: with P = Φ(−√q), E elu² = q/2 + e^{2q}Φ(−2√q) − 2e^{q/2}P + ½, E elu = √(q/2π) + e^{q/2}P − ½,
    /// E elu(u)elu(−u) = −2q e^{q/2}P; and of slopes ½ + e^{2q}Φ(−2√q), (½ + e^{q/2}P)² and 2e^{q/2}P.
    @Test(arguments: [0.01, 0.7, 3]) func eluByHand(q: Double) throws {
        let root = q.squareRoot(), e = exp(q / 2) * normal(below: -root), square = exp(2 * q) * normal(below: -2 * root)
        let size = q / 2 + square - 2 * e + 0.5, slopeSize = 0.5 + square
        let mean = (q / (2 * .pi)).squareRoot() + e - 0.5
        for phi in [Activation.elu, try formula("max(x,0) + min(0, exp(min(x,0)) - 1)")] {
            let points = try DualActivation(phi).prepare([q])
            expectClose(points.values[0], size, within: 1e-13 * max(size, 1e-2), phi.name)
            expectClose(points.slopes[0], slopeSize, within: 1e-13, phi.name)
            for (k, value, slope) in [(0, mean * mean, (0.5 + e) * (0.5 + e)), (-q, -2 * q * e, 2 * e)] {
                let found = try evaluate(phi, q, q, k)
                expectClose(found.value, value, within: 1e-12 * size, "\(phi.name) at \(k)")
                expectClose(found.slope, slope, within: 1e-12, "\(phi.name) at \(k)")
            }
        }
    }

    /// Kinks off zero, more of them, jumps: nested rules of another kind. For nearly equal points as well.
    @Test(arguments: ["abs(x - 0.37) - 0.5*relu(x + 1.2)", "hard_tanh(2*x) + 0.3*x", "relu(x - 0.5)^2", "step(x - 0.3)"])
    func agreesWithNestedQuadrature(_ text: String) throws {
        let phi = try formula(text)
        for (q, p, c) in [
            (1.0, 1.0, 0.3), (0.4, 2.5, -0.6), (1.3, 0.8, 0.9), (0.9, 1.1, 0.99), (1, 1, -0.9999), (2, 2, 1 - 1e-9),
        ] {
            let k = c * (q * p).squareRoot(), found = try evaluate(phi, q, p, k), expected = try Nested(phi, q, p, k)
            let points = try DualActivation(phi).prepare([q, p])
            let size = (points.values[0] * points.values[1]).squareRoot()
            expectClose(found.value, expected.value, within: 1e-11 * size, "F of \(text) at \((q, p, c))")
            let slope = max((points.slopes[0] * points.slopes[1]).squareRoot(), 1e-300)
            expectClose(found.slope, expected.slope, within: 1e-11 * slope, "Ḟ of \(text) at \((q, p, c))")
        }
    }

    /// The series and the quadrature that takes over where it ends.
    @Test func seriesAndQuadratureMeet() throws {
        for phi in [Activation.hardTanh, .selu, .elu] {
            let points = try DualActivation(phi).prepare([1.3, 0.7]), rule = try #require(points.rule)
            let dual = KinkedDual(activation: phi, rule: rule), roots = points.values.map { $0.squareRoot() }
            for c in [0, 0.5, -0.7, 0.9] {
                let series = try evaluate(phi, 1.3, 0.7, c * (1.3 * 0.7).squareRoot())
                let defect = c < 0 ? -(1 + c) : 1 - c
                let pair = dual.pair((1.3.squareRoot(), 0.7.squareRoot()), (roots[0], roots[1]), defect: defect)
                expectClose(series.value, pair.value, within: 1e-12 * roots[0] * roots[1], "\(phi.name) at \(c)")
                expectClose(series.slope, pair.slope, within: 1e-12, "\(phi.name) at \(c)")
            }
        }
    }

    /// b·ψ(ax) by closed forms and by its series, with derivatives; and a formula against what has a closed form.
    @Test func scaledActivations() throws {
        var pairs: [(Activation, DualActivation)] = []
        for name in ["erf", "gelu", "sin", "cos", "exp", "rbf"] {
            let phi = try Activation(ActivationForm(name: name, inputScale: -0.6, outputScale: 1.7))
            pairs.append((phi, .series(phi)))
        }
        for (text, form) in [
            ("erf(x)", ActivationForm(name: "erf")), ("erf(0.7071*x)", ActivationForm(name: "erf", inputScale: 0.7071)),
            ("2*abs(x) - 3*x", ActivationForm(name: "leaky_relu", slope: 5, outputScale: -1)),
            ("sign(-x)/2", ActivationForm(name: "sign", inputScale: -2, outputScale: 0.5)),
        ] { pairs.append((try Activation(form), DualActivation(try formula(text)))) }
        for (phi, other) in pairs {
            let closed = DualActivation(phi)
            for (q, p, k) in [(0.8, 1.4, 0.5), (0.3, 0.3, 0.3), (1.2, 0.4, -0.6)] {
                let covariance = Matrix(rows: 1, columns: 1, repeating: k)
                let a = try closed.evaluate(covariances: covariance, rows: [q], columns: [p])
                let b = try other.evaluate(covariances: covariance, rows: [q], columns: [p])
                expectClose(
                    a.value[0, 0], b.value[0, 0], within: 1e-12 * max(1, abs(b.value[0, 0])), "\(phi.name) at \((q, p, k))")
                expectClose(
                    a.slope[0, 0], b.slope[0, 0], within: 1e-12 * max(1, abs(b.slope[0, 0])), "\(phi.name) at \((q, p, k))")
                guard phi.isContinuous, q != p else { continue }
                let d = try closed.derivatives(covariances: covariance, rows: [q], columns: [p])
                let e = try other.derivatives(covariances: covariance, rows: [q], columns: [p])
                for (x, y) in [
                    (d.slopeByCovariance, e.slopeByCovariance), (d.valueByRow, e.valueByRow), (d.slopeByRow, e.slopeByRow),
                    (d.slopeByColumn, e.slopeByColumn),
                ] { expectClose(x[0, 0], y[0, 0], within: 1e-10 * max(1, abs(y[0, 0])), "\(phi.name) at \((q, p, k))") }
            }
        }
    }

    /// hard_tanh: ⟨φ′²⟩ = erf(1/√(2K)), ⟨φ²⟩ = K(erf(1/√(2K)) − √(2/πK) e^{−1/2K}) + erfc(1/√(2K)), at kernels where the kinks are near and far.
    @Test(arguments: [1e-3, 0.3, 1, 40, 1e6]) func averagesOfOneNeuron(kernel k: Double) throws {
        let m = try ActivationAverages(of: .hardTanh, kernel: k), z = 1 / (2 * k).squareRoot()
        let inside =
            k < 1e4
            ? erf(z) - (2 / (.pi * k)).squareRoot() * exp(-z * z)
            : 4 * pow(z, 3) / (3 * Double.pi.squareRoot()) * (1 - 0.6 * z * z)
        expectClose(m.slopeSquare, erf(z), within: 1e-13 * erf(z))
        expectClose(m.square, k * inside + erfc(z), within: 1e-12 * m.square)
        expectClose(m.squareTimesSlopeSquare, k * inside, within: 1e-10 * max(k * inside, 1e-9))
    }

    @Test func whatCannotBeServed() throws {
        let jump = try formula("step(x - 0.3)")
        #expect(
            errorText {
                _ = try DualActivation(jump).derivatives(covariances: Matrix(rows: 1, columns: 1), rows: [1], columns: [1])
            }?
            .contains("jumps") == true)
        #expect(errorText { _ = try ActivationAverages(of: jump, kernel: 1) }?.contains("jumps") == true)
        // Kinks that nobody stated.
        let hidden = Activation(name: "hidden", isSmooth: false) { x in (max(x - 0.4, 0), x > 0.4 ? 1 : 0, 0) }
        #expect(errorText { _ = try DualActivation(hidden).prepare([1]) }?.contains("hidden") == true)
    }
}

/// Averages over u by the double-exponential rule and, given u, over v by the same, both cut at the kinks.
private struct Nested {
    var value = 0.0, slope = 0.0

    init(_ phi: Activation, _ q: Double, _ p: Double, _ k: Double) throws {
        let root = q.squareRoot(), rest = (p - k * k / q).squareRoot()
        func inner(_ f: (Matrix) -> Matrix, _ mean: Double) -> Double {
            let found = try? GaussianQuadrature.averages(of: 1, breaks: phi.kinks.map { ($0 - mean) / rest }.filter { $0 != 0 }) {
                z, out in
                let y = f(Matrix(rows: z.count, columns: 1) { i, _ in mean + rest * z[i] }).elements
                for i in y.indices { out[i] = y[i] }
            }
            return found?[0] ?? .nan
        }
        let centers = phi.kinks.map { $0 * root / k }, width = rest * root / abs(k)
        let breaks = phi.kinks.map { $0 / root } + centers.flatMap { c in [-6, -2, 0, 2, 6].map { c + $0 * width } }
        let averages = try GaussianQuadrature.averages(of: 2, tolerance: 1e-12, breaks: breaks.filter { $0 != 0 }) { u, out in
            let x = Matrix(rows: u.count, columns: 1) { i, _ in root * u[i] }
            let (φ, d) = phi.valueAndDerivative(x)
            for i in 0..<u.count {
                if abs(u[i]) > 9 { continue }
                let mean = k / q * x[i, 0]
                out[i] = φ[i, 0] == 0 ? 0 : φ[i, 0] * inner({ phi($0) }, mean)
                out[u.count + i] = d[i, 0] == 0 ? 0 : d[i, 0] * inner({ phi.derivative($0) }, mean)
            }
        }
        (value, slope) = (averages[0], averages[1])
    }
}
