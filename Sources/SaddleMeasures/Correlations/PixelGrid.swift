/// How the numbers of a sample lie on a line or in a plane: channels, rows and columns.
public struct PixelGrid: Sendable, Equatable {
    /// Numbers of a pixel, at most four of a plane; 1 for a line.
    public let channels: Int
    /// Rows of pixels; 1 for a line.
    public let height: Int
    /// Columns; the length of a line.
    public let width: Int
    /// Whether the channels of a pixel are neighbours, not the pixels of a channel.
    let isChannelLast: Bool

    /// Pixels of one channel.
    public var positions: Int { height * width }
    /// Whether there is more than one row.
    public var isPlane: Bool { height > 1 }

    /// - Returns: nil for axes that are neither a line, nor a plane, nor a plane of at most four channels.
    public init?(axes: [Int]) {
        switch axes.count {
        case 1: self.init(channels: 1, height: 1, width: axes[0], isChannelLast: false)
        case 2: self.init(channels: 1, height: axes[0], width: axes[1], isChannelLast: false)
        case 3 where axes[0] <= 4: self.init(channels: axes[0], height: axes[1], width: axes[2], isChannelLast: false)
        case 3 where axes[2] <= 4: self.init(channels: axes[2], height: axes[0], width: axes[1], isChannelLast: true)
        default: return nil
        }
    }

    private init(channels: Int, height: Int, width: Int, isChannelLast: Bool) {
        (self.channels, self.height, self.width, self.isChannelLast) = (channels, height, width, isChannelLast)
    }

    /// The place in a sample.
    public func index(_ channel: Int, _ position: Int) -> Int {
        isChannelLast ? position * channels + channel : channel * positions + position
    }
}
