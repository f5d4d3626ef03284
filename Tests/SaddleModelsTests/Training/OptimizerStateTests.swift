// Update rules against transcriptions of their papers, element by element or by matrices written out in loops, over several steps. It would
// catch bias corrections counted from 0, momentum applied on the wrong side, accumulators swapped, and coordinates in which a rule on singular values
// would not act as on the matrix itself.
import Foundation
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@Suite struct OptimizerStateTests {
    static func gradients(_ rows: Int, _ columns: Int, _ count: Int) -> [Matrix] {
        var stream = RandomStream(seed: 3, .test, rows, columns)
        return (0..<count).map { _ in stream.normals(rows: rows, columns: columns) }
    }

    static func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
        zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    /// Kingma and Ba's algorithm 1, sums over all earlier steps in place of recursions.
    @Test(arguments: [1e-8, 0.1]) func adam(epsilon: Double) throws {
        let g = Self.gradients(3, 2, 6), (b1, b2) = (0.9, 0.95)
        var state = OptimizerState(.adam(beta1: b1, beta2: b2, epsilon: epsilon))
        for t in 1...g.count {
            let u = try state.update(of: g[t - 1])
            for k in 0..<6 {
                var m = 0.0, v = 0.0, wm = 0.0, wv = 0.0
                for s in 1...t {
                    let (a, b) = (pow(b1, Double(t - s)), pow(b2, Double(t - s)))
                    m += a * g[s - 1].elements[k]
                    v += b * g[s - 1].elements[k] * g[s - 1].elements[k]
                    (wm, wv) = (wm + a, wv + b)
                }
                // The bias correction makes weighted means of both.
                expectClose(u.elements[k], m / wm / ((v / wv).squareRoot() + epsilon), within: 1e-13, "step \(t)")
            }
        }
    }

    /// With a constant gradient and no ε every step is the sign of it, and nothing moves where there is none.
    @Test func adamOfAConstantGradient() throws {
        let g = Matrix(rows: 1, columns: 3, elements: [2, 0, -1e-9])
        var state = OptimizerState(.adam(beta1: 0.9, beta2: 0.999, epsilon: 0))
        for _ in 0..<3 {
            let u = try state.update(of: g)
            for (a, b) in zip(u.elements, [1.0, 0, -1]) { expectClose(a, b, within: 1e-12) }
        }
    }

    /// v = Σβˢg of each rule with momentum; Nesterov: g + βv.
    @Test(arguments: [false, true]) func momentum(nesterov: Bool) throws {
        let g = Self.gradients(4, 3, 5), β = 0.7
        for rule in [UpdateRule.descent, .normalized, .sign, .muon(.newtonSchulz), .muon(.exact(epsilon: 0.02))] {
            var state = OptimizerState(rule, momentum: β, usesNesterov: nesterov)
            for t in g.indices {
                let u = try state.update(of: g[t])
                var v = Matrix(rows: 4, columns: 3)
                for s in 0...t { v.add(g[s], scale: pow(β, Double(t - s))) }
                if nesterov {
                    v.scale(by: β)
                    v.add(g[t])
                }
                let expected: Matrix
                switch rule {
                case .normalized:
                    let norm = v.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    expected = Matrix(rows: 4, columns: 3) { v[$0, $1] / norm }
                case .sign: expected = Matrix(rows: 4, columns: 3) { v[$0, $1] > 0 ? 1 : -1 }
                case .muon(.newtonSchulz): expected = v.newtonSchulz()
                case .muon(.exact): expected = try v.polarFactor(epsilon: 0.02)
                default: expected = v
                }
                #expect(Self.largestDifference(u, expected) < 1e-13, "\(rule) at step \(t)")
            }
        }
    }

    /// The directions of Shampoo solve A^{1/4} u B^{1/4} = g, which is tested with fourth powers only:
    /// with A diagonal and B diagonal every element is scaled by its own row and column.
    @Test func shampooOfDiagonalGradients() throws {
        let ε = 0.03, steps = [[2.0, -1], [0.5, 3], [-1, -1]]
        var state = OptimizerState(.shampoo(epsilon: ε))
        var sums = [0.0, 0.0]
        for d in steps {
            let u = try state.update(of: Matrix(rows: 2, columns: 2) { $0 == $1 ? d[$0] : 0 })
            for i in 0..<2 {
                sums[i] += d[i] * d[i]
                expectClose(u[i, i], d[i] / (ε + sums[i]).squareRoot(), within: 1e-14)
            }
            #expect(abs(u[0, 1]) < 1e-15 && abs(u[1, 0]) < 1e-15)
        }
    }

    /// Of a rectangular matrix: L⁴ and R⁴ undo ε + ΣGGᵀ and ε + ΣGᵀG, where u = L g R.
    @Test func shampooOfRectangularGradients() throws {
        let g = Self.gradients(3, 5, 4), ε = 0.1
        var state = OptimizerState(.shampoo(epsilon: ε)), a = Matrix.identity(3), b = Matrix.identity(5)
        a.scale(by: ε)
        b.scale(by: ε)
        for gradient in g {
            let u = try state.update(of: gradient)
            for i in 0..<3 { for j in 0..<3 { for k in 0..<5 { a[i, j] += gradient[i, k] * gradient[j, k] } } }
            for i in 0..<5 { for j in 0..<5 { for k in 0..<3 { b[i, j] += gradient[k, i] * gradient[k, j] } } }
            // u Uᵀ-free check: Tr and bilinear forms by eigenvectors would share code; square roots by Newton do not.
            let left = Self.fourthRoot(a), right = Self.fourthRoot(b)
            #expect(Self.largestDifference(left * (u * right), gradient) < 1e-9)
        }
    }

    /// A^{1/4} by Denman and Beavers' iteration with inverses by elimination.
    static func fourthRoot(_ a: Matrix) -> Matrix { squareRoot(squareRoot(a)) }

    private static func squareRoot(_ a: Matrix) -> Matrix {
        var y = a, z = Matrix.identity(a.rows)
        for _ in 0..<40 {
            var (nextY, nextZ) = (y, z)
            nextY.add(inverse(z))
            nextZ.add(inverse(y))
            nextY.scale(by: 0.5)
            nextZ.scale(by: 0.5)
            (y, z) = (nextY, nextZ)
        }
        return y
    }

    private static func inverse(_ a: Matrix) -> Matrix {
        let n = a.rows
        var m = a, r = Matrix.identity(n)
        for k in 0..<n {
            let pivot = m[k, k]
            for j in 0..<n { (m[k, j], r[k, j]) = (m[k, j] / pivot, r[k, j] / pivot) }
            for i in 0..<n where i != k {
                let f = m[i, k]
                for j in 0..<n { (m[i, j], r[i, j]) = (m[i, j] - f * m[k, j], r[i, j] - f * r[k, j]) }
            }
        }
        return r
    }

    /// What acts on singular values acts on coordinates m of G = Q m Kᵀ in orthonormal bases as on G, also where the bases grow between steps.
    @Test(arguments: [
        UpdateRule.descent, .normalized, .muon(.newtonSchulz), .muon(.exact(epsilon: 0.02)), .shampoo(epsilon: 0.1),
    ])
    func coordinatesMoveAsTheMatrix(rule: UpdateRule) throws {
        let sizes = [2, 3, 4], q = Self.rotation(7, seed: 1), k = Self.rotation(5, seed: 2)
        var whole = OptimizerState(rule, momentum: 0.6), small = OptimizerState(rule, momentum: 0.6)
        for (t, n) in sizes.enumerated() {
            let m = Self.gradients(n, n, t + 1)[t]
            let (left, right) = (q.leading(rows: 7, columns: n), k.leading(rows: 5, columns: n))
            small.grow(rows: n, columns: n)
            let u = try small.update(of: m), expected = try whole.update(of: left * m * right.ᵀ)
            #expect(Self.largestDifference(left * u * right.ᵀ, expected) < 1e-11, "step \(t)")
        }
        #expect(rule.action != .onEntries)
    }

    /// Negative control: what acts on entries does not.
    @Test func entriesDependOnBases() throws {
        let q = Self.rotation(4, seed: 1), g = Self.gradients(4, 4, 1)[0]
        var a = OptimizerState(.sign), b = OptimizerState(.sign)
        #expect(Self.largestDifference(q * (try a.update(of: g)), try b.update(of: q * g)) > 0.1)
        #expect(UpdateRule.sign.action == .onEntries && UpdateRule.adam(beta1: 0, beta2: 0, epsilon: 1).action == .onEntries)
    }

    /// A product of plane rotations.
    static func rotation(_ n: Int, seed: Int) -> Matrix {
        var q = Matrix.identity(n)
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                let (c, s) = (cos(Double(seed + i + 2 * j)), sin(Double(seed + i + 2 * j)))
                for r in 0..<n { (q[r, i], q[r, j]) = (c * q[r, i] - s * q[r, j], s * q[r, i] + c * q[r, j]) }
            }
        }
        return q
    }
}
