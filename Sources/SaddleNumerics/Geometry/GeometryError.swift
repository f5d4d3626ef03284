/// Why points have no graph or no distances.
public enum GeometryError: Error, Equatable, CustomStringConvertible {
    /// More points stand in one place than the bandwidth looks at.
    case coincidentPoints(point: Int, copies: Int)
    /// The weight of an edge is zero in double precision.
    case narrowBandwidth(bandwidth: Double, distance: Double, point: Int, neighbour: Int)
    /// The graph of so many points is not connected; `largest` is the size of its largest component.
    case disconnected(components: Int, largest: Int, of: Int)
    /// The heat of one point does not arrive at another one, beyond what rounding and truncation could make.
    case heatUnresolved(from: Int, to: Int, value: Double, error: Double, time: Double)
    /// −4t log h is negative: there is no distance without the whole volume term.
    case negativeSquare(from: Int, to: Int, square: Double, volume: Double)
    /// An iteration named in words ended above its tolerance.
    case notConverged(what: String, iterations: Int, residual: Double, tolerance: Double)

    public var description: String {
        switch self {
        case .coincidentPoints(let point, let copies):
            "point \(point) stands in one place with \(copies) others or more, so that its own bandwidth is zero; "
                + "expected more neighbours, a bandwidth above 0, or points that differ"
        case .narrowBandwidth(let bandwidth, let distance, let point, let neighbour):
            "the weight of points \(point) and \(neighbour), \(distance) apart, vanishes at bandwidth \(bandwidth); "
                + "expected a bandwidth of the order of distances between neighbours"
        case .disconnected(let components, let largest, let points):
            "the graph of neighbours falls into \(components) components, the largest of \(largest) of \(points) points; "
                + "expected a connected graph: take more neighbours, or one component alone"
        case .heatUnresolved(let from, let to, let value, let error, let time):
            "after time \(time) the heat of point \(from) at point \(to) is \(value), which errors of \(error) hide; "
                + "expected a longer time, or the method 'series'"
        case .negativeSquare(let from, let to, let square, let volume):
            "the squared distance of points \(from) and \(to) is \(square) with \(volume) of the volume term; expected volume 1"
        case .notConverged(let what, let iterations, let residual, let tolerance):
            "\(what): a residual of \(residual) after \(iterations) iterations, where \(tolerance) was asked for"
        }
    }
}
