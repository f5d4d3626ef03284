import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `saddle predict criticality`: at which scales of weights and biases a deep network neither explodes nor forgets its input.
public struct CriticalityTopic: Sendable {
    /// Points a side of the phase diagram.
    static let resolution = 48

    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        try study.checkPropagates()
        let answer = try study.propagating { try CriticalityAnswer(study.network) }
        return TopicResult(
            "criticality", page: answer.page(study), numbers: answer.numbers, arrays: answer.arrays, infinite: ["kernel"])
    }
}

/// All that is computed for one activation and one choice of scales.
struct CriticalityAnswer: Sendable {
    let activation: Activation
    /// The study's own scales, and where its kernel tends to from the first layer's.
    let map: KernelMap
    let limit: KernelLimit
    let criticality: Criticality
    let diagram: PhaseDiagram
    /// Susceptibilities against K at the scales of the critical point, or of the study if there is none.
    let responses: [KernelResponse]
    let responseMap: KernelMap

    init(_ network: Network) throws {
        activation = network.activation
        map = KernelMap(network)
        limit = try map.limit(from: map.biasVariance + map.weightVariance)
        criticality = try Criticality(of: activation)
        let critical = criticality.points.first
        responseMap =
            critical.map { KernelMap(network.activation, weightVariance: $0.weightVariance, biasVariance: $0.biasVariance) }
            ?? map
        responses = try Self.responses(of: responseMap)
        let side = CriticalityTopic.resolution
        let widest = 2.5 * max(critical?.weightVariance ?? 0, 0.6 * self.map.weightVariance, 0.4)
        let highest = max(1, 2 * (critical?.biasVariance ?? 0), 1.5 * self.map.biasVariance)
        // Middles of the cells.
        func middles(_ end: Double) -> [Double] { (0..<side).map { end * (Double($0) + 0.5) / Double(side) } }
        diagram = try PhaseDiagram(of: activation, biasVariances: middles(highest), weightVariances: middles(widest))
    }

    /// At K from 10⁻³ to 10³, or to where averages overflow.
    private static func responses(of map: KernelMap) throws(CriticalityError) -> [KernelResponse] {
        var responses: [KernelResponse] = []
        for i in -48...48 {
            do { responses.append(try map.response(at: pow(10, Double(i) / 16))) } catch {
                if !responses.isEmpty, case .average(_, _, .notFinite) = error { return responses }
                throw error
            }
        }
        return responses
    }

    struct Numbers: Encodable, Sendable {
        struct Point: Encodable, Sendable {
            /// Nil: every kernel.
            let kernel: Double?
            let weightVariance, biasVariance, weightScale, biasScale: Double
            let curvature, slope, gradientExponent: Double
            let stability: String
            let learningRates: Rates
        }
        /// Powers in λ_b ∝ L^depth ℓ^bias, λ_W ∝ L^depth ℓ^weight.
        struct Rates: Encodable, Sendable {
            let depthPower, biasLayerPower, weightLayerPower: Double
        }
        struct Limit: Encodable, Sendable {
            let weightVariance, biasVariance: Double
            let phase: String
            /// Nil: unbounded.
            let kernel: Double?
            let parallel, perpendicular: Double
            /// Nil: infinite.
            let parallelDepth, perpendicularDepth: Double?
        }
        let activation, universality: String
        let criticalPoints: [Point]
        let remarks: [String]
        let study: Limit
    }

    var numbers: Numbers {
        func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
        let response = limit.response
        return Numbers(
            activation: activation.name, universality: criticality.universality.key,
            criticalPoints: criticality.points.map { point in
                let rates = point.learningRates
                return Numbers.Point(
                    kernel: point.kernel, weightVariance: point.weightVariance, biasVariance: point.biasVariance,
                    weightScale: point.weightVariance.squareRoot(), biasScale: point.biasVariance.squareRoot(),
                    curvature: point.curvature, slope: point.slope, gradientExponent: point.gradientExponent,
                    stability: point.stability.key,
                    learningRates: .init(
                        depthPower: rates.depthPower, biasLayerPower: rates.biasLayerPower,
                        weightLayerPower: rates.weightLayerPower))
            },
            remarks: criticality.remarks,
            study: Numbers.Limit(
                weightVariance: map.weightVariance, biasVariance: map.biasVariance, phase: limit.phase.rawValue,
                kernel: limit.phase == .unbounded ? nil : response.kernel, parallel: response.parallel,
                perpendicular: response.perpendicular, parallelDepth: finite(response.parallelDepth),
                perpendicularDepth: finite(response.perpendicularDepth)))
    }

    /// The phase diagram, a row for each weight variance; `kernel` is infinite where it grows without bound.
    var arrays: [(name: String, array: Tensor)] {
        let (rows, columns) = (diagram.weightVariances.count, diagram.biasVariances.count)
        func grid(_ value: (KernelLimit) -> Double) -> Tensor {
            Tensor(shape: [rows, columns], elements: diagram.limits.flatMap { $0.map(value) })
        }
        return [
            ("bias_variance", Tensor(shape: [columns], elements: diagram.biasVariances)),
            ("weight_variance", Tensor(shape: [rows], elements: diagram.weightVariances)),
            ("kernel", grid { $0.phase == .unbounded ? .infinity : $0.response.kernel }),
            ("chi_parallel", grid { $0.response.parallel }), ("chi_perpendicular", grid { $0.response.perpendicular }),
            (
                "critical_line",
                Tensor(
                    shape: [diagram.criticalLine.count, 3],
                    elements: diagram.criticalLine.flatMap { [$0.kernel, $0.biasVariance, $0.weightVariance] })
            ),
        ]
    }
}
