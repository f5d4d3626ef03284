import SaddleModels
import SaddleNumerics
import SaddleTheory

/// A kernel of infinite width and N·variance of its entries.
package struct InitialKernelLimit: Sendable {
    package let value: Matrix
    /// Nil where it is not known.
    package let variance: Matrix?

    /// Of the kernels of ``KernelMovement``, in its order; nil for those that no theory serves.
    ///
    /// The feature kernel of layer l is the NNGP kernel of the network cut off there, Φˡ = (Σˡ⁺¹ − σ_b²)/σ_w².
    ///
    /// - Parameter outputs: over which the tangent kernel is averaged.
    /// - Throws: ``KernelError`` where no theory serves the network at all.
    package static func limits(
        _ network: Network, inputs: Matrix, outputs: Int, width: Int, sites: Int, seed: Int,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [InitialKernelLimit?] {
        func expansion(_ network: Network) throws -> KernelExpansion {
            try KernelExpansion(
                network, inputs: inputs, width: width, outputs: outputs, sites: sites, seed: seed, shouldStop: shouldStop)
        }
        let whole = try expansion(network)
        // Layers can be cut off where they are fully connected.
        let canBeCut = network.trait(beyond: [.plainResidual]) == nil
        let layers = try (1..<max(network.hiddenLayers, 1)).map { layer -> InitialKernelLimit? in
            guard canBeCut else { return nil }
            var part = network
            part.hiddenLayers = layer
            let found = try expansion(part),
                (w, b) = (network.weightScale * network.weightScale, network.biasScale * network.biasScale)
            func features(_ matrix: Matrix, minus offset: Double, over factor: Double) -> Matrix {
                Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { ($0 - offset) / factor })
            }
            return InitialKernelLimit(
                value: features(found.limits.nngp, minus: b, over: w),
                variance: found.variances.map { features($0.nngp.value, minus: 0, over: w * w) })
        }
        return layers + [
            InitialKernelLimit(value: whole.limits.nngp, variance: whole.variances?.nngp.value),
            InitialKernelLimit(value: whole.limits.ntk, variance: whole.variances?.ntk.value),
        ]
    }
}
