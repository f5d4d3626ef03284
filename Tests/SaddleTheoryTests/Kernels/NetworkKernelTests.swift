// NNGP and NTK of networks against numbers from elsewhere, and their laws. Catches lost digits for repeated, nearly repeated, antipodal
// and zero inputs, a wrong recursion or readout, tiles put in the wrong place, and dependence on the number of threads.
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

@Suite struct NetworkKernelTests {
    private func kernel(_ phi: Activation, layers: Int, weight: Double = 1.5, bias: Double = 0.5, dimension: Int) throws
        -> NetworkKernel
    {
        let network = Network(
            hiddenLayers: layers, activation: phi, weightScale: weight, biasScale: bias, parameterization: .neuralTangent)
        return try NetworkKernel(network, inputDimension: dimension)
    }

    private func gaussian(_ count: Int, _ dimension: Int, seed: Int = 1) -> Matrix {
        var stream = RandomStream(seed: seed, .test)
        return Matrix(rows: count, columns: dimension, elements: stream.normals(count * dimension))
    }

    /// Relative to the roots of the diagonal entries, 1e-13 for every kind of pair. With biases the defect of nearly repeated points
    /// holds the difference of two norms, at 2⁻³⁰ good to 1e-6, and each layer of sign takes a root: 2e-12 of the kernel remain.
    @Test(arguments: [Activation.relu, .abs, .leakyReLU, .sign, .erf], [false, true])
    func agreesWithManyDigits(_ phi: Activation, biased: Bool) throws {
        let inputs = NetworkKernelReference.inputs
        let x = Matrix(rows: inputs.count, columns: 3) { inputs[$0][$1] }
        let expected = NetworkKernelReference.values(phi.name, biased: biased), n = inputs.count
        #expect(expected.count == n * (n + 1))
        let kernel = try kernel(phi, layers: NetworkKernelReference.hiddenLayers, bias: biased ? 0.5 : 0, dimension: 3)
        let points = try kernel.prepare(x)
        let (nngp, ntk) = kernel.within(points).matrices(), cross = kernel.between(points, points).matrices()
        let tolerance = phi.name == "sign" && biased ? 2e-12 : 1e-13
        var place = 0
        for (exact, other) in [(nngp, cross.nngp), (ntk, cross.ntk)] {
            for j in 0..<n {
                for i in 0...j {
                    let scale = max(exact[i, i] * exact[j, j], 0x1p-100).squareRoot()
                    expectClose(exact[i, j], expected[place], within: tolerance * scale, "(\(i), \(j))")
                    #expect(exact[i, j] == exact[j, i])
                    // Pairs alone reach repeated points without the diagonal's recursion.
                    expectClose(other[i, j], expected[place], within: tolerance * scale, "(\(i), \(j)) of pairs")
                    place += 1
                }
            }
        }
    }

    /// Layer by layer with two-dimensional quadrature written here; readout and biases included.
    @Test(arguments: [Activation.tanh, .gelu, .softplus])
    func agreesWithQuadrature(_ phi: Activation) throws {
        let x = gaussian(3, 4), (s2, b2) = (1.5 * 1.5, 0.5 * 0.5)
        let kernel = try kernel(phi, layers: 2, dimension: 4)
        let (nngp, ntk) = kernel.within(try kernel.prepare(x)).matrices()
        var sigma = Matrix(rows: 3, columns: 3), theta = sigma
        for i in 0..<3 {
            for j in 0..<3 {
                let product = (0..<4).reduce(0.0) { $0 + x[i, $1] * x[j, $1] } / 4
                sigma[i, j] = b2 + s2 * product
                theta[i, j] = sigma[i, j]
            }
        }
        for _ in 0..<2 {
            var next = sigma
            for i in 0..<3 {
                for j in 0..<3 {
                    let q = (sigma[i, i], sigma[j, j], sigma[i, j])
                    let value = gaussianAverage(q.0, q.1, q.2) { u, v in (phi(u), phi(v)) }
                    let slope = gaussianAverage(q.0, q.1, q.2) { u, v in (phi.derivative(u), phi.derivative(v)) }
                    next[i, j] = b2 + s2 * value
                    theta[i, j] = b2 + s2 * value + s2 * slope * theta[i, j]
                }
            }
            sigma = next
        }
        for k in 0..<9 {
            expectClose(nngp.elements[k], sigma.elements[k], within: 1e-12 * sigma.elements[0])
            expectClose(ntk.elements[k], theta.elements[k], within: 1e-12 * theta.elements[0])
        }
    }

    /// A linear network: Σ = xx′/D and Θ = (L + 1)xx′/D.
    @Test func linearNetwork() throws {
        let x = gaussian(5, 7), products = Matrix.product(.plain(x), x.ᵀ, scale: 1.0 / 7)
        let kernel = try NetworkKernel(Network(hiddenLayers: 4, activation: .linear), inputDimension: 7)
        let (nngp, ntk) = kernel.within(try kernel.prepare(x)).matrices()
        for k in 0..<25 {
            expectClose(nngp.elements[k], products.elements[k], within: 1e-14)
            expectClose(ntk.elements[k], 5 * products.elements[k], within: 1e-13)
        }
    }

    /// Critical kernels of Roberts, Yaida & Hanin 2022: relu keeps its variance at C_W = 2, ℓK → 1 for sin at C_W = 1, and swish and
    /// gelu have the half-stable point K* with K⁺ = K, χ_⊥ = χ_∥ = 1.
    @Test func criticalPoints() throws {
        let unit = Matrix(rows: 1, columns: 2, repeating: 1)
        let relu = try kernel(.relu, layers: 50, weight: 2.0.squareRoot(), bias: 0, dimension: 2).prepare(unit)
        expectClose(relu.diagonal(.nngp)[0], 2, within: 1e-13)
        let sin = try kernel(.sin, layers: 99_999, weight: 1, bias: 0, dimension: 2).prepare(unit)
        expectClose(1e5 * sin.diagonal(.nngp)[0], 0.99995, within: 2e-5)  // where it starts moves ℓ by about one
        for (phi, k, weight, bias) in [
            (Activation.silu, 14.320173618, 1.988004678, 0.555143171), (.gelu, 3.561552813, 1.983058257, 0.172922391),
        ] {
            let dual = DualActivation(phi), point = try dual.prepare([k])
            expectClose(bias + weight * point.values[0], k, within: 2e-8)
            expectClose(weight * point.slopes[0], 1, within: 2e-9)
            expectClose(weight * (try dual.momentDerivatives([k]).value[0]), 1, within: 2e-9)
        }
    }

    /// 300 points fill three rows of tiles; some are repeated, one is zero.
    @Test(arguments: [Activation.relu, .tanh, .gelu, .cos])
    func blocksThreadsAndOrder(_ phi: Activation) throws {
        var x = gaussian(300, 10)
        for c in 0..<10 { (x[290, c], x[291, c], x[150, c]) = (x[3, c], -x[3, c], 0) }
        let kernel = try kernel(phi, layers: 3, dimension: 10), points = try kernel.prepare(x)
        let pair = kernel.within(points)
        let (nngp, ntk) = pair.matrices()
        #expect(pair.matrix(.ntk) == ntk && pair.matrix(.nngp) == nngp)
        #expect(ntk == ntk.transposed && nngp == nngp.transposed)
        #expect((0..<300).allSatisfy { ntk[$0, $0] == points.diagonal(.ntk)[$0] && nngp[$0, $0] == points.diagonal(.nngp)[$0] })
        let before = Threads.count
        Threads.use(1)
        let alone = pair.matrices()
        Threads.use(3)
        let many = pair.matrices()
        Threads.use(before)
        #expect(alone == many && alone == (nngp, ntk))

        for (kind, whole) in [(KernelKind.nngp, nngp), (.ntk, ntk)] {
            let scale = whole.elements.max()!, view = pair.blocks(kind)
            #expect(view.rowCount == 300 && view.columnCount == 300)
            for (rows, columns) in [(0..<300, 17..<18), (5..<5, 0..<300), (120..<260, 100..<290), (7..<8, 0..<300)] {
                let block = view.block(rows: rows, columns: columns),
                    stored = StoredKernel(whole).block(rows: rows, columns: columns)
                #expect(block.rows == rows.count && block.columns == columns.count && stored.rows == rows.count)
                #expect(zip(block.elements, stored.elements).allSatisfy { abs($0 - $1) <= 1e-13 * scale })
            }
            // A repeated point has the same kernel with every other; the sum of columns is what it should be.
            #expect((0..<300).allSatisfy { abs(whole[$0, 290] - whole[$0, 3]) <= 1e-12 * scale })
            let few = try kernel.prepare(x.selectingRows(Array(40..<60)))
            let cross = kernel.between(few, points).matrix(kind)
            for i in 0..<20 { for j in 0..<300 { expectClose(cross[i, j], whole[40 + i, j], within: 1e-12 * scale) } }
            let smallest = try whole.symmetricEigen().values[0]
            #expect(smallest >= -1e-13 * 300 * scale)
        }
    }

    /// Prepared apart, with variances so different that their series have different lengths.
    @Test func setsOfDifferentScale() throws {
        let kernel = try kernel(.tanh, layers: 2, dimension: 6)
        var small = gaussian(4, 6), large = gaussian(5, 6, seed: 2)
        small.scale(by: 0.01)
        large.scale(by: 3)
        let together = kernel.within(try kernel.prepare(small.appendingRows(of: large))).matrices()
        let apart = kernel.between(try kernel.prepare(small), try kernel.prepare(large)).matrices()
        for i in 0..<4 {
            for j in 0..<5 {
                expectClose(apart.nngp[i, j], together.nngp[i, 4 + j], within: 1e-12)
                expectClose(apart.ntk[i, j], together.ntk[i, 4 + j], within: 1e-11)
            }
        }
    }

    @Test func allZeroInputs() throws {
        for phi in Activation.named {
            for bias in [0, 0.5] {
                let kernel = try kernel(phi, layers: 2, weight: 0.7, bias: bias, dimension: 3)
                var x = gaussian(4, 3)
                for c in 0..<3 { (x[1, c], x[2, c]) = (0, 0) }
                let (nngp, ntk) = kernel.within(try kernel.prepare(x)).matrices()
                #expect((nngp.elements + ntk.elements).allSatisfy { $0.isFinite }, "\(phi.name)")
                expectClose(nngp[1, 2], nngp[1, 1], within: 1e-14 * max(1, nngp[1, 1]), phi.name)
                expectClose(ntk[1, 2], ntk[1, 1], within: 1e-12 * max(1, ntk[1, 1]), phi.name)
                if bias == 0 && phi(Matrix(rows: 1, columns: 1))[0, 0] == 0 {
                    #expect((0..<4).allSatisfy { nngp[$0, 1] == 0 && ntk[$0, 1] == 0 }, "\(phi.name)")
                }
            }
        }
    }

    @Test func badInput() throws {
        let clipped = Activation(name: "clipped", isSmooth: false) { x in
            (value: min(max(x, -1), 1), slope: abs(x) < 1 ? 1 : 0, curvature: 0)
        }
        #expect { try DualActivation(clipped).prepare([1]) } throws: { error in
            guard case .seriesNotConverged("clipped", _, let reached)? = error as? KernelError else { return false }
            return reached > 1e-10 && reached < 0.1 && "\(error)".contains("clipped")
        }
        let steep = Activation(name: "steep", isSmooth: true) { x in
            let e = exp(x * x / 8)
            return (value: e, slope: x / 4 * e, curvature: (x * x / 16 + 0.25) * e)
        }
        #expect(throws: KernelError.self) { try DualActivation(steep).prepare([2.5]) }
        let kernel = try kernel(.exp, layers: 6, dimension: 2)
        #expect { try kernel.prepare(Matrix(rows: 1, columns: 2, repeating: 2)) } throws: { error in
            guard case .unboundedMoment("exp", _)? = error as? KernelError else { return false }
            return true
        }
        #expect(throws: KernelError.inputNotFinite(sample: 1)) {
            try kernel.prepare(Matrix(rows: 2, columns: 2) { i, _ in i == 1 ? .nan : 1 })
        }
    }
}
