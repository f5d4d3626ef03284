/// Convolutional hidden layers in place of fully connected ones: weights shared over the positions of an image or a sequence.
///
///     hˡ⁺¹_α = b + (1/√(s^d N)) Σ_{β in the window of α} W_β φ(hˡ)_β
///
/// with d = 1 or 2 dimensions and windows of side s (odd), then a readout over positions.
public struct Convolution: Sendable, Equatable {
    /// What a window sees beyond the edge, and so the shape of what it makes.
    public enum Padding: String, Sendable, CaseIterable {
        /// Positions outside are zero; the shape stays.
        case same
        /// The ends are joined; the shape stays.
        case circular
        /// Only whole windows; each layer is s − 1 positions shorter.
        case valid
    }

    /// How the output reads positions.
    public enum Readout: String, Sendable, CaseIterable {
        /// The mean over positions, then a fully connected output.
        case averagePooling = "average_pooling"
        /// A fully connected output on all positions.
        case flatten
    }

    /// Positions along each dimension: [length], or [height, width].
    public var shape: [Int]
    /// Values at each position; inputs are ordered position by position, channels last. D = Π shape · channels.
    public var channels: Int
    /// Side of the window, odd.
    public var window: Int
    /// What windows see beyond the edge.
    public var padding: Padding
    /// Positions by which the window moves; it divides what the window moves over.
    public var stride: Int
    /// Side of the blocks whose mean is taken between hidden layers; 1: none.
    public var pooling: Int
    /// How the output reads positions.
    public var readout: Readout

    /// Convolutional layers over one or two dimensions.
    ///
    /// - Precondition: one or two positive dimensions, an odd window, and no number below 1.
    public init(
        shape: [Int], channels: Int = 1, window: Int = 3, padding: Padding = .same, stride: Int = 1, pooling: Int = 1,
        readout: Readout = .averagePooling
    ) {
        precondition(
            (1...2).contains(shape.count) && shape.allSatisfy { $0 >= 1 } && channels >= 1 && window >= 1 && window % 2 == 1
                && stride >= 1 && pooling >= 1,
            "a convolution over \(shape) × \(channels) with windows of \(window)")
        self.shape = shape
        self.channels = channels
        self.window = window
        self.padding = padding
        self.stride = stride
        self.pooling = pooling
        self.readout = readout
    }

    /// D
    public var inputDimension: Int { shape.reduce(channels, *) }
}
