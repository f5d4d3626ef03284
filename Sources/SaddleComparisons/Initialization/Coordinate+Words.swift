import Foundation
import SaddleModels
import SaddleNetworks
import SaddleTheory

extension ScalingTheory.Sizes {
    func exponent(of coordinate: Coordinate) -> Double? {
        switch coordinate {
        case .preactivation(let layer), .activation(let layer): features[layer - 1]
        case .preactivationUpdate(let layer), .activationUpdate(let layer): featureUpdates[layer - 1]
        case .lastPreactivation: features.last
        case .lastPreactivationUpdate: featureUpdates.last
        case .weightUpdate(let role): weightUpdates[role]
        case .output: output
        case .outputUpdate: outputUpdate
        }
    }
}

extension DepthScaling {
    /// Of the number of branches; nil if the theory gives none. The weights of inputs and of the readout know nothing of the depth, and move features and outputs by order one
    /// even where the branches do less.
    func exponent(of coordinate: Coordinate) -> Double? {
        guard isStable else { return nil }
        return switch coordinate {
        case .weightUpdate(.hidden): ownUpdate
        case .lastPreactivation, .lastPreactivationUpdate, .weightUpdate, .output, .outputUpdate: 0
        case .preactivation, .activation, .preactivationUpdate, .activationUpdate: nil
        }
    }
}

extension Coordinate {
    /// What sizes of different layers share, and the layer.
    package var kind: String { text.components(separatedBy: ", ")[0] }
    package var place: String { text.components(separatedBy: ", ").dropFirst().joined() }

    /// As in tables and legends.
    package var text: String {
        switch self {
        case .preactivation(let layer): "h, layer \(layer)"
        case .activation(let layer): "φ(h), layer \(layer)"
        case .preactivationUpdate(let layer): "Δh, layer \(layer)"
        case .activationUpdate(let layer): "Δφ(h), layer \(layer)"
        case .lastPreactivation: "h, last layer"
        case .lastPreactivationUpdate: "Δh, last layer"
        case .weightUpdate(.input): "ΔWφ, input weights"
        case .weightUpdate(.hidden): "ΔWφ, hidden weights"
        case .weightUpdate(.readout): "ΔWφ, readout"
        case .output: "f"
        case .outputUpdate: "Δf"
        }
    }

    /// As in files.
    package var key: String {
        switch self {
        case .preactivation(let layer): "preactivation_\(layer)"
        case .activation(let layer): "activation_\(layer)"
        case .preactivationUpdate(let layer): "preactivation_update_\(layer)"
        case .activationUpdate(let layer): "activation_update_\(layer)"
        case .lastPreactivation: "last_preactivation"
        case .lastPreactivationUpdate: "last_preactivation_update"
        case .weightUpdate(let role): "weight_update_\(role.rawValue)"
        case .output: "output"
        case .outputUpdate: "output_update"
        }
    }
}
