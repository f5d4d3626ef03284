import SaddleNumerics

/// Why a network cannot be built from its description.
public indirect enum NetworkError: Error, Equatable, CustomStringConvertible {
    /// A window larger than what it moves over.
    case window(Int, length: Int, layer: Int)
    /// Steps of a window that do not divide the positions.
    case stride(Int, room: Int, layer: Int)
    /// Blocks that do not divide the positions.
    case pooling(size: Int, grid: [Int])
    /// A residual branch that does not end where it began.
    case branch(from: [Int], to: [Int])
    /// A convolution without positions to move over.
    case noPositions
    /// A layer before the first one with weights.
    case noWeightsYet
    /// Ratios of widths, one for each hidden layer.
    case ratios(Int, layers: Int)
    /// Descriptions that exclude each other.
    case conflict(String, String)
    /// The end of a branch, of another width than what it returns to.
    case returningWidth(Double, stream: Double)
    /// Layers listed one by one without φ.
    case noActivation
    /// What is wrong with one of the layers that are listed one by one, branch within branch.
    case layer([Int], NetworkError)
    /// A transformer without a block.
    case noBlock

    public var description: String {
        switch self {
        case .window(let window, let length, let layer):
            "has a window of \(window) over \(length) positions in hidden layer \(layer); expected at most \(length), or fewer layers or less pooling before it"
        case .stride(let stride, let room, let layer):
            "has a stride of \(stride) over \(room) steps in hidden layer \(layer); expected a divisor of \(room)"
        case .pooling(let size, let grid):
            grid.isEmpty
                ? "pools over \(size) positions where there is one; expected a convolution's shape"
                : "pools over blocks of \(size) where \(grid.map(String.init).joined(separator: " × ")) positions are left; expected a divisor of each"
        case .branch(let before, let after):
            "has a residual branch from \(Self.text(before)) to \(Self.text(after)); expected a branch that keeps positions and channels (padding same or circular, stride and pooling 1)"
        case .noPositions: "has a convolution without positions; expected 'convolution.shape'"
        case .noWeightsYet: "begins with a layer without weights; expected a linear layer or a convolution first"
        case .ratios(let count, let layers): "has \(count) width ratios for \(layers) hidden layers; expected one for each"
        case .conflict(let a, let b): "has both \(a) and \(b); expected one of them"
        case .returningWidth(let ratio, let stream):
            "has a residual branch that ends with a width of \(NumberText.short(ratio)) N on a stream of \(NumberText.short(stream)) N; expected \(NumberText.short(stream)) there"
        case .noActivation: "has layers without 'activation'; expected it at least once (activation: linear is a linear network)"
        case .layer(_, let error): error.description
        case .noBlock: "has one hidden layer; expected at least 2: blocks of attention lie between hidden layers"
        }
    }

    private static func text(_ grid: [Int]) -> String {
        grid.isEmpty ? "1 position" : grid.map(String.init).joined(separator: " × ") + " positions"
    }
}
