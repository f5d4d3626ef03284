/// Where a parameter stands, which tells its learning rate and update rule. A bias belongs with the weight beside which it is added.
public enum LayerRole: String, Sendable, CaseIterable {
    /// Reads the inputs.
    case input
    /// Between two populations.
    case hidden
    /// Writes the outputs.
    case readout
}

extension LayerRole {
    /// Of a network's weights in the order in which they act: the first reads the inputs, the last is the readout.
    public init(weight: Int, of count: Int) { self = weight == count - 1 ? .readout : weight == 0 ? .input : .hidden }
}

extension NetworkGraph.Weight {
    /// Whether it reads the inputs, writes the outputs, or neither.
    public var role: LayerRole { isOfInputs ? .input : target == nil ? .readout : .hidden }
}

/// Learning rates of single layers; nil: that of the training.
public struct LayerRates: Sendable, Equatable {
    /// Of weights that read the inputs.
    public var input: Double?
    /// Of weights between hidden layers.
    public var hidden: Double?
    /// Of the readout.
    public var readout: Double?

    /// Base rates of some layers, in the units of ``Training``; nil for those that have that of the training.
    public init(input: Double? = nil, hidden: Double? = nil, readout: Double? = nil) {
        (self.input, self.hidden, self.readout) = (input, hidden, readout)
    }

    /// The base rate of layers of that role; nil: that of the training.
    public subscript(role: LayerRole) -> Double? {
        get {
            switch role {
            case .input: input
            case .hidden: hidden
            case .readout: readout
            }
        }
        set {
            switch role {
            case .input: input = newValue
            case .hidden: hidden = newValue
            case .readout: readout = newValue
            }
        }
    }
}
