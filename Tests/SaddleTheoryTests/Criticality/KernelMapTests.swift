import SaddleModels
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Fixed points against closed forms and against plain iteration, and the phases around them. Catches a fixed point that is
/// stepped over, one that repels, and the wrong side of the line between order and chaos.
@Suite struct KernelMapTests {
    /// relu: K* = C_b/(1 − C_W/2), χ = C_W/2.
    @Test func relu() throws {
        for (cw, cb) in [(1.0, 0.3), (1.999, 1e-3), (0.2, 5)] {
            let limit = try KernelMap(.relu, weightVariance: cw, biasVariance: cb).limit()
            let exact = cb / (1 - cw / 2)
            expectClose(limit.response.kernel, exact, within: 1e-12 * exact)
            expectClose(limit.response.parallel, cw / 2, within: 1e-14)
            expectClose(limit.response.perpendicular, cw / 2, within: 1e-14)
            expectClose(limit.response.perpendicularDepth, -1 / log(cw / 2), within: 1e-10 / (2 - cw))
            #expect(limit.phase == .ordered)
        }
        #expect(try KernelMap(.relu, weightVariance: 2).limit(from: 0.7).response.kernel == 0.7)
        #expect(try KernelMap(.relu, weightVariance: 2).limit().phase == .critical)
        #expect(try KernelMap(.relu, weightVariance: 2, biasVariance: 0.1).limit().phase == .unbounded)
        #expect(try KernelMap(.relu, weightVariance: 2.1).limit().phase == .unbounded)
        #expect(try KernelMap(.relu, weightVariance: 1.9).limit().response.kernel == 0)
    }

    /// sin: K* solves K = C_b + C_W(1 − e^{−2K})/2; χ_∥ = C_W e^{−2K}, χ_⊥ = C_W(1 + e^{−2K})/2.
    @Test(arguments: [(0.5, 0.2), (1.5, 0), (4, 0.1), (1.1, 0), (30, 2)]) func sine(cw: Double, cb: Double) throws {
        let limit = try KernelMap(.sin, weightVariance: cw, biasVariance: cb).limit()
        let k = limit.response.kernel
        expectClose(k, cb - cw * expm1(-2 * k) / 2, within: 1e-13 * max(k, 1))
        #expect(k > 0)
        expectClose(limit.response.parallel, cw * exp(-2 * k), within: 1e-13 * cw)
        expectClose(limit.response.perpendicular, cw * (1 + exp(-2 * k)) / 2, within: 1e-13 * cw)
        #expect(limit.phase == (cw * (1 + exp(-2 * k)) / 2 < 1 ? .ordered : .chaotic))
    }

    /// The limit is where iterating the map leads, from above and from below, also where there is more than one fixed point.
    @Test(arguments: [
        (Activation.tanh, 1.3, 0.1), (.erf, 0.6, 0.3), (.gelu, 1.9, 0.1), (.silu, 1.95, 0.7), (.sigmoid, 9, 0),
        (.softplus, 0.4, 0.1),
        (.cos, 2, 0.3), (.tanh, 0.8, 0), (.gelu, 3, 0),
    ]) func iterationLeadsThere(_ activation: Activation, weightVariance: Double, biasVariance: Double) throws {
        let map = KernelMap(activation, weightVariance: weightVariance, biasVariance: biasVariance)
        for start in [0.01, 1, 40] {
            var kernel = start
            for _ in 0..<3000 where kernel < 1e6 && kernel > 1e-25 { kernel = try map.response(at: kernel).next }
            switch try map.limit(from: start) {
            case .fixedPoint(let response): expectClose(kernel, response.kernel, within: 1e-11 * max(response.kernel, 0.1))
            case .unbounded: #expect(kernel >= 1e6)
            }
        }
    }

    /// At the half-stable points K⁺ − K only touches zero: silu's is reached from below, gelu's from above. From below gelu ends in the
    /// ordered fixed point next to it (K⁺ − K changes sign at 3.035, by numpy's Gauss–Hermite rule of 300 nodes).
    @Test func touchingFixedPoints() throws {
        for (activation, start) in [(Activation.gelu, 10.0), (.silu, 1)] {
            let point = try Criticality(of: activation).points[0]
            let map = KernelMap(activation, weightVariance: point.weightVariance, biasVariance: point.biasVariance)
            let limit = try map.limit(from: start)
            #expect(limit.phase == .critical, "\(limit)")
            expectClose(limit.response.kernel, point.kernel!, within: 1e-5 * point.kernel!)
        }
        let gelu = try KernelMap(.gelu, weightVariance: 1.983058257, biasVariance: 0.172922391).limit()
        expectClose(gelu.response.kernel, 3.035, within: 1e-3)
        #expect(gelu.phase == .ordered)
        #expect(try KernelMap(.tanh, weightVariance: 1).limit().phase == .critical)
        #expect(try KernelMap(.tanh, weightVariance: 1).limit().response.kernel == 0)
    }

    /// The order-chaos line found from its parameter K* is where the phases of the grid change.
    @Test func phaseDiagram() throws {
        let (biases, weights) = ([0.0, 0.05, 0.3, 1], [0.5, 0.9, 1.2, 2, 5])
        let diagram = try PhaseDiagram(of: .tanh, biasVariances: biases, weightVariances: weights)
        #expect(diagram.criticalLine.count > 50)
        var (chaotic, ordered) = (0, 0)
        for (j, bias) in biases.enumerated() {
            let above = diagram.criticalLine.first { $0.biasVariance >= bias }
            let below = diagram.criticalLine.last { $0.biasVariance <= bias }
            for (i, weight) in weights.enumerated() {
                if let above, weight > above.weightVariance {
                    chaotic += 1
                    #expect(diagram.limits[i][j].phase == .chaotic)
                }
                if let below, weight < below.weightVariance {
                    ordered += 1
                    #expect(diagram.limits[i][j].phase == .ordered)
                }
            }
        }
        #expect(chaotic >= 6 && ordered >= 6, "\(chaotic) and \(ordered) places of the grid are on a side of the line")
        for point in diagram.criticalLine where point.biasVariance > 1e-6 {
            let limit = try KernelMap(.tanh, weightVariance: point.weightVariance, biasVariance: point.biasVariance).limit()
            expectClose(limit.response.perpendicular, 1, within: 1e-6)
            expectClose(limit.response.kernel, point.kernel, within: 1e-5 * point.kernel)
        }
    }
}
