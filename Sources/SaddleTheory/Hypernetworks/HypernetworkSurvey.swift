import SaddleModels
import SaddleNumerics

/// The kernels of a hypernetwork at the reference sample x = (1, …, 1), z = (1, …, 1), what each width leaves random, and how either
/// encoding of its inputs carries the signal along x = γ(1, …, 1).
public struct HypernetworkSurvey: Sendable {
    /// γ where the signal is shown; the last is the reference sample.
    public static let places = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]

    /// At the reference sample, 1 × 1 each.
    public let kernels: HypernetworkKernel.Kernels
    /// m·Var/mean² left by the primary network.
    public let fluctuation: Double
    /// For each encoding: Var θ and the variance of the output, one a place.
    public let profiles: [(encoding: Hypernetwork.Encoding, weights: [Double], outputs: [Double])]

    /// - Parameters: components of x and of z.
    public init(_ hypernetwork: Hypernetwork, metaInputs: Int, primaryInputs: Int) throws {
        let (x, z) = Self.samples([1], metaInputs: metaInputs, primaryInputs: primaryInputs)
        let kernel = HypernetworkKernel(hypernetwork)
        kernels = try kernel.kernels(x, z)
        fluctuation = try kernel.primaryFluctuation(x, z)
        let (along, targets) = Self.samples(Self.places, metaInputs: metaInputs, primaryInputs: primaryInputs)
        profiles = try Hypernetwork.Encoding.allCases.map { encoding in
            var hypernetwork = hypernetwork
            hypernetwork.encoding = encoding
            let kernels = try HypernetworkKernel(hypernetwork).kernels(along, targets)
            return (encoding, (0..<along.rows).map { kernels.weights[$0, $0] }, (0..<along.rows).map { kernels.outputs[$0, $0] })
        }
    }

    /// x = γ(1, …, 1) for each γ, and z = (1, …, 1).
    public static func samples(_ places: [Double], metaInputs: Int, primaryInputs: Int) -> (x: Matrix, z: Matrix) {
        (
            Matrix(rows: places.count, columns: metaInputs) { i, _ in places[i] },
            Matrix(rows: places.count, columns: primaryInputs, repeating: 1)
        )
    }
}
