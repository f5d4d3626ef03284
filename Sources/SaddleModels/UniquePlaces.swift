/// The numbers of an observable that are not equal by symmetry: all, but of a kernel each pair of samples once.
public struct UniquePlaces: Sendable {
    /// Times first; of a kernel times × pairs i ≤ j, row by row.
    public let shape: [Int]
    @usableFromInline let first, whole: Int
    /// Of a symmetric matrix of so many rows; else nil.
    @usableFromInline let rows: Int?

    /// The places of one observable.
    public init(_ entry: ObservableLayout.Entry) {
        first = entry.range.lowerBound
        whole = entry.stride
        rows = entry.observable.isKernel ? entry.samples : nil
        shape = rows.map { [entry.times, $0 * ($0 + 1) / 2] } ?? entry.shape
    }

    /// So many numbers, one a time, at positions from 0.
    public init(times: Int) { (first, whole, rows, shape) = (0, 1, nil, [times]) }

    /// T, the number of recorded times.
    public var times: Int { shape[0] }
    /// Numbers at each time.
    public var stride: Int { shape.dropFirst().reduce(1, *) }
    /// All of them: T times ``stride``.
    public var count: Int { times * stride }

    /// Calls `body` with the position of each in the flat vector.
    @inlinable public func forEach(at time: Int, _ body: (Int) -> Void) {
        let start = first + time * whole
        guard let rows else {
            for i in start..<start + whole { body(i) }
            return
        }
        for i in 0..<rows { for k in start + i * rows + i..<start + (i + 1) * rows { body(k) } }
    }

    /// Axes' indices of a number by its place among those of one time.
    public func index(_ offset: Int) -> [Int] {
        if let rows {
            var (row, rest) = (0, offset)
            while rest >= rows - row {
                rest -= rows - row
                row += 1
            }
            return [row, row + rest]
        }
        var rest = offset
        var result: [Int] = []
        for axis in shape.dropFirst().reversed() {
            result.insert(rest % axis, at: 0)
            rest /= axis
        }
        return result
    }
}
