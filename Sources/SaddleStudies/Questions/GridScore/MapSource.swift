import SaddleMeasures
import SaddleModels
import SaddleNumerics

/// Maps that are given, or made from activity and positions.
enum MapSource: Sendable {
    case maps(Representation)
    /// Times × units; every unit's shifts in time are its null.
    case path(RateMap.Path, Matrix)

    init(_ item: Representation, _ asked: GridScoreStudy, _ study: Study) throws {
        if item.axes.count == 2 {
            if item.axes.min()! < 8 {
                throw study.problem(
                    "data.source", "maps of \(item.name) have \(item.axes[0]) × \(item.axes[1]) bins; expected 8 × 8 or more")
            }
            self = .maps(item)
            return
        }
        guard case .targets(let positions) = item.labels, positions.columns == 2 else {
            throw study.problem(
                "data.labels",
                "\(item.name) has samples with \(item.axes.count == 1 ? "one axis" : "\(item.axes.count) axes"); expected maps (units × rows × columns), or "
                    + "activity (times × units) whose 'data.labels' are positions with two columns")
        }
        let n = positions.rows
        for (axis, values) in [("first", positions.elements[..<n]), ("second", positions.elements[n...])]
        where values.min()! == values.max()! {
            throw study.problem(
                "data.labels", "the \(axis) coordinate of all positions is \(values.first!); expected positions in a plane")
        }
        if n < 100 { throw study.problem("data.labels", "there are \(n) positions; expected 100 or more, for shifts in time") }
        self = .path(RateMap.Path(positions, bins: asked.bins), item.points)
    }

    var count: Int {
        switch self {
        case .maps(let item): item.count
        case .path(_, let activity): activity.columns
        }
    }

    /// Bins a side.
    var side: Double {
        switch self {
        case .maps(let item): Double(item.axes.min()!)
        case .path(let path, _): Double(path.bins)
        }
    }

    var text: String {
        switch self {
        case .maps(let item): "maps of \(item.axes[0]) × \(item.axes[1]) bins as given"
        case .path(let path, let activity): "\(NumberText.count(activity.rows)) positions in \(path.bins) × \(path.bins) bins"
        }
    }

    var null: String {
        switch self {
        case .maps: "the bins in random order, smoothed to the map's own correlation length"
        case .path: "the activity shifted in time against the positions, by a twentieth of the record or more"
        }
    }

    func test(_ unit: Int, _ asked: GridScoreStudy) -> GridScoreTest? {
        switch self {
        case .maps(let item):
            let map = Matrix(rows: item.axes[0], columns: item.axes[1]) { item.points[unit, $0 * item.axes[1] + $1] }
            return GridScoreTest(RateMap(map), spacing: asked.spacing, draws: asked.shuffles, seed: asked.seed, index: unit)
        case .path(let path, let activity):
            let times = activity.rows, values = Array(activity.elements[unit * times..<(unit + 1) * times])
            return GridScoreTest(
                RateMap(path, activity: values, smoothing: asked.smoothing), spacing: asked.spacing, draws: asked.shuffles,
                seed: asked.seed,
                index: unit
            ) { draw in
                var stream = RandomStream(seed: asked.seed, .shuffledMap, unit, draw)
                let shift = times / 20 + Int(stream.uniform() * Double(times - times / 10))
                return RateMap(path, activity: Array(values[shift...] + values[..<shift]), smoothing: asked.smoothing)
            }
        }
    }
}
