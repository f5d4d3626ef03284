import SaddleModels
import SaddleNumerics

/// The kernels of a network at initialisation on a set of inputs: their limits of infinite width and, where known, their N·variance.
public struct KernelExpansion: Sendable {
    /// Infinite width, inputs × inputs.
    public var limits: (nngp: Matrix, ntk: Matrix)
    /// Relative, of the limits.
    public let accuracy: Double
    /// At order 1/N; nil for networks that ``TangentKernelFluctuations`` does not serve.
    public var variances: (nngp: TangentKernelFluctuations.Variance, ntk: TangentKernelFluctuations.Variance)?

    /// - Parameters:
    ///   - width: for parameterisations whose tangent kernel depends on it.
    ///   - outputs: over which the tangent kernel is averaged.
    ///   - sites, seed: of ``TangentKernelFluctuations``.
    /// - Throws: ``KernelError``; ``LazyError/stopped`` or the like when stopped.
    public init(
        _ network: Network, inputs: Matrix, width: Int?, outputs: Int = 1, sites: Int, seed: Int,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        if network.convolution != nil {
            let kernel = try ConvolutionalKernel(network)
            limits = try kernel.within(try kernel.prepare(inputs))
            accuracy = kernel.accuracy
            return
        }
        let kernel = try NetworkKernel(network, inputDimension: inputs.columns, width: width)
        limits = kernel.within(try kernel.prepare(inputs)).matrices()
        accuracy = kernel.accuracy
        let fluctuations = try? TangentKernelFluctuations(network, inputs: inputs, width: width, sites: sites, seed: seed)
        variances = try fluctuations.map { theory in
            (
                try theory.kernelVariance(of: .nngp, shouldStop: shouldStop),
                try theory.kernelVariance(of: .ntk, outputs: outputs, shouldStop: shouldStop)
            )
        }
    }

    /// One for each width; all the same unless the parameterisation's kernel depends on the width.
    public static func expansions(
        _ network: Network, inputs: Matrix, widths: [Int], sites: Int, seed: Int,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [KernelExpansion] {
        func expansion(_ width: Int?) throws -> KernelExpansion {
            try KernelExpansion(network, inputs: inputs, width: width, sites: sites, seed: seed, shouldStop: shouldStop)
        }
        do {
            let common = try expansion(nil)
            return widths.map { _ in common }
        } catch KernelError.needsWidth {
            return try widths.map(expansion)
        }
    }
}

extension KernelKind {
    /// As tables and figures name it.
    package var symbol: String { self == .nngp ? "NNGP" : "Θ (NTK)" }
}
