import SaddleModels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension KernelMap {
    /// One layer of a fully connected network.
    public init(_ network: Network) {
        self.init(
            network.activation, weightVariance: network.weightScale * network.weightScale,
            biasVariance: network.biasScale * network.biasScale)
    }
}

/// All that is asked about the scales of one activation: its critical points, where a network's own scales lead, the phase diagram.
public struct CriticalitySurvey: Sendable {
    /// Of the network's activation.
    public let criticality: Criticality
    /// The network's own scales, and where its kernel tends to from the first layer's.
    public let map: KernelMap
    /// Of the iterated map, started at the variance of the first layer, C_b + C_W.
    public let limit: KernelLimit
    /// Starting from K = 1, at the middles of cells of a square grid that holds the critical point and the network.
    public let diagram: PhaseDiagram
    /// Susceptibilities against K at the scales of the critical point, or of the network if there is none.
    public let responses: [KernelResponse]
    /// The map that the responses are of.
    public let responseMap: KernelMap

    /// - Parameter resolution: points a side of the phase diagram.
    public init(_ network: Network, resolution: Int = 48) throws {
        map = KernelMap(network)
        limit = try map.limit(from: map.biasVariance + map.weightVariance)
        criticality = try Criticality(of: network.activation)
        let critical = criticality.points.first
        responseMap =
            critical.map { KernelMap(network.activation, weightVariance: $0.weightVariance, biasVariance: $0.biasVariance) }
            ?? map
        responses = try Self.responses(of: responseMap)
        let widest = 2.5 * max(critical?.weightVariance ?? 0, 0.6 * map.weightVariance, 0.4)
        let highest = max(1, 2 * (critical?.biasVariance ?? 0), 1.5 * map.biasVariance)
        func middles(_ end: Double) -> [Double] {
            (0..<resolution).map { end * (Double($0) + 0.5) / Double(resolution) }
        }
        diagram = try PhaseDiagram(
            of: network.activation, biasVariances: middles(highest), weightVariances: middles(widest))
    }

    /// At K from 10⁻³ to 10³, or to where averages overflow.
    private static func responses(of map: KernelMap) throws(CriticalityError) -> [KernelResponse] {
        var responses: [KernelResponse] = []
        for i in -48...48 {
            do throws(CriticalityError) { responses.append(try map.response(at: pow(10, Double(i) / 16))) } catch {
                if !responses.isEmpty, case .average(_, _, .notFinite) = error { return responses }
                throw error
            }
        }
        return responses
    }
}
