/// The few numbers of each network, or of each solution of the theory, that are kept one by one and not only as moments.
///
/// Numbers of one network vary together, in a handful of ways: how many, and with which error their sums come, no mean and no variance of
/// single numbers tells. So every observable keeps its values at up to eight recorded times and 64 places each (losses at up
/// to 64 times); the outputs of up to 2048 places at the last time tell accuracies.
public struct ObservablePanel: Sendable, Equatable {
    /// A part of the panel: numbers of one observable.
    public struct Part: Sendable, Equatable {
        /// Whose numbers these are.
        public let observable: Observable
        /// Where its numbers are in the panel, times first.
        public let range: Range<Int>
        /// How many of the recorded times are kept.
        public let times: Int
        /// Numbers at each time.
        public var stride: Int { range.count / max(times, 1) }
    }

    /// Position in the flat vector of each number of the panel.
    public private(set) var positions: [Int] = []
    /// One part an observable, in the layout's order.
    public private(set) var parts: [Part] = []
    /// The outputs on test samples (training samples, if there are none) at the last time: whole samples, all outputs of each.
    public private(set) var final: Part?
    /// How many samples `final` has, the first ones of the data.
    public private(set) var finalSamples = 0

    private static let times = 8
    private static let places = 64
    private static let finalPlaces = 2048

    /// The panel of what a layout records.
    public init(_ layout: ObservableLayout) {
        for entry in layout.entries {
            let isScalar = entry.shape.count == 1
            let times = Self.spread(entry.shape[0], atMost: isScalar ? Self.places : Self.times)
            let places =
                entry.observable.isKernel ? Self.pairs(entry.shape[1]) : Self.spread(entry.stride, atMost: Self.places)
            let start = positions.count
            for t in times { positions += places.map { entry.range.lowerBound + t * entry.stride + $0 } }
            parts.append(Part(observable: entry.observable, range: start..<positions.count, times: times.count))
        }
        guard let entry = layout[.output(.test)] ?? layout[.output(.train)] else { return }
        finalSamples = min(entry.samples, max(Self.finalPlaces / entry.outputs, 1))
        let start = positions.count
        let last = entry.range.upperBound - entry.stride
        positions += last..<last + finalSamples * entry.outputs
        final = Part(observable: entry.observable, range: start..<positions.count, times: 1)
    }

    /// Numbers of each network.
    public var count: Int { positions.count }

    /// The panel's numbers out of a flat vector.
    public func values(of all: [Double]) -> [Double] { positions.map { all[$0] } }

    /// Up to `limit` of `count` indices, evenly spread, the first and the last among them.
    private static func spread(_ count: Int, atMost limit: Int) -> [Int] {
        if count <= limit { return Array(0..<count) }
        return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }

    /// Places of pairs i ≤ j in a symmetric matrix, some of them on the diagonal.
    private static func pairs(_ samples: Int) -> [Int] {
        let all = samples * (samples + 1) / 2
        var chosen = Set(spread(samples, atMost: places / 4).map { $0 * samples + $0 })
        var row = 0, first = 0
        for k in spread(all, atMost: places - chosen.count) {
            while k - first >= samples - row {
                first += samples - row
                row += 1
            }
            chosen.insert(row * samples + row + (k - first))
        }
        return chosen.sorted()
    }
}
