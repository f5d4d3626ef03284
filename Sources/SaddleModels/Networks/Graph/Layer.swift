/// One layer of a stack. A network is a list of them, followed by a readout; the first one with weights reads the inputs.
public indirect enum Layer: Sendable, Equatable {
    /// W h/√fan-in (+ b) at every position, to `ratio`·N units.
    case linear(ratio: Double)
    /// Σ_k W_k h_{k(p)}/√(K fan-in) (+ b) over the K places of a window, to `ratio`·N channels.
    case convolution(window: Int, stride: Int, padding: Convolution.Padding, ratio: Double)
    /// φ of the network.
    case activation
    /// Shifts and scales every field to mean 0 and variance 1 over its units, at every position.
    case normalization
    /// The means over blocks of `size` positions along each dimension.
    case pooling(size: Int)
    /// h + scale · branch(h)
    case residual([Layer], scale: Double)
    /// Softmax attention with heads of `keyDimension` components over the positions, and the matrix that takes its result back.
    case attention(Attention)
}

extension [Layer] {
    /// Sides of their convolutions' windows, branches included.
    public var windows: [Int] {
        flatMap { layer -> [Int] in
            switch layer {
            case .convolution(let window, _, _, _): [window]
            case .residual(let branch, _): branch.windows
            case .linear, .activation, .normalization, .pooling, .attention: []
            }
        }
    }

    /// How often φ stands in them, branches included.
    public var activationCount: Int {
        reduce(0) { count, layer in
            switch layer {
            case .activation: count + 1
            case .residual(let branch, _): count + branch.activationCount
            case .linear, .convolution, .normalization, .pooling, .attention: count
            }
        }
    }
}
