import SaddleNumerics

/// How the numbers of one input follow one another: what a convolution must know and a fully connected layer need not.
public struct InputLayout: Sendable, Equatable {
    /// Whether the channels of an image are its last axis or its first.
    public enum Order: String, Sendable, CaseIterable {
        /// Position by position: all channels of one position, then those of the next.
        case channelsLast = "channels_last"
        /// Plane by plane: all positions of one channel, then those of the next.
        case channelsFirst = "channels_first"
    }

    /// Axes of one input as its file has them: [32, 32, 3], [3, 32, 32] or [28, 28] for images, [D] for rows of numbers.
    public var axes: [Int]
    /// Nil if neither the format of the file nor the description of the data says.
    public var order: Order?

    /// Inputs of that shape; the order of channels is left open if nil.
    public init(axes: [Int], order: Order? = nil) {
        self.axes = axes
        self.order = order
    }

    /// The order in which a convolution must take these numbers: as known, or else as the axes show.
    ///
    /// - Throws: ``DataError``: the axes are not those of the convolution, or they allow both orders and nothing says which.
    func order(for convolution: Convolution) throws(DataError) -> Order {
        let (positions, channels) = (convolution.shape.reduce(1, *), convolution.channels)
        let fitting = Order.allCases.filter { fits(convolution, $0) }
        guard let first = fitting.first else {
            let images = convolution.shape.map(String.init).joined(separator: " × ")
            throw .convolution(
                "'network.convolution' has \(convolution.inputDimension) inputs (shape times channels): \(images) positions of "
                    + "\(channels) channel\(channels == 1 ? "" : "s"); the data have \(text); expected a shape and channels that fit"
            )
        }
        // One channel, or one position: both orders are the same.
        if channels == 1 || positions == 1 { return first }
        if let order {
            if fitting.contains(order) { return order }
            throw .key(
                "layout",
                reason: "\(order.rawValue), but inputs of \(text) can only be \(first.rawValue) for \(channels) channels")
        }
        if fitting.count == 1 { return first }
        throw .key(
            "layout",
            reason:
                "missing: inputs of \(text) may hold their \(channels) channels position by position (channels_last) or plane by "
                + "plane (channels_first), and a convolution must know which; expected one of the two")
    }

    private func fits(_ convolution: Convolution, _ order: Order) -> Bool {
        if axes.count == 1 { return axes[0] == convolution.inputDimension }
        if convolution.channels == 1 && axes.count == 2 && isSame(axes, convolution.shape) { return true }
        let (channels, positions) =
            order == .channelsLast ? (axes.last!, Array(axes.dropLast())) : (axes.first!, Array(axes.dropFirst()))
        return channels == convolution.channels && isSame(positions, convolution.shape)
    }

    /// An image may be read as a sequence of its positions, row by row, and the other way round.
    private func isSame(_ positions: [Int], _ shape: [Int]) -> Bool {
        positions == shape
            || (positions.reduce(1, *) == shape.reduce(1, *) && (positions.count == 1 || shape.count == 1))
    }

    private var text: String {
        axes.count == 1 ? "\(axes[0]) numbers without axes" : "the axes \(axes.map(String.init).joined(separator: " × "))"
    }
}

extension Dataset {
    /// The same samples as a convolution reads them: position by position, channels last.
    ///
    /// - Throws: ``DataError/convolution(_:)`` if the inputs are not images of its shape, ``DataError/key(_:reason:)`` if they may
    ///   be ordered in two ways. Nothing is guessed.
    public func arranged(for convolution: Convolution) throws(DataError) -> Dataset {
        let order = try layout.order(for: convolution)
        var result = self
        result.layout = InputLayout(axes: convolution.shape + [convolution.channels], order: .channelsLast)
        if order == .channelsLast || convolution.channels == 1 { return result }
        let positions = convolution.shape.reduce(1, *)
        func arranged(_ x: Matrix) -> Matrix {
            Matrix(rows: x.rows, columns: x.columns) { row, column in
                x[row, column % convolution.channels * positions + column / convolution.channels]
            }
        }
        (result.trainInputs, result.testInputs) = (arranged(trainInputs), arranged(testInputs))
        return result
    }
}
