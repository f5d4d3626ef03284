#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// Shannon's entropy of points whose coordinates were put into bins, and its mutual information with classes, in bits.
///
/// Each coordinate is cut into bins of equal width between its least and largest value; points are alike if all their coordinates share
/// bins. In many dimensions hardly two points do: it then says log₂ n of anything, which is why it stands beside the diffusion entropy.
/// Source: Shwartz-Ziv and Tishby 2017.
public struct BinnedEntropy: Sendable, Equatable {
    /// H(T) of all points, in bits; at most log₂ n.
    public let bits: Double
    /// H(T) − Σ p(y) H(T|y); nil without classes.
    public let information: Double?
    /// How many different cells points are in.
    public let cells: Int

    /// - Parameter classes: one a point, or nil.
    public init(_ points: Matrix, bins: Int, classes: [Int]? = nil) {
        precondition(
            (1...65_535).contains(bins) && (classes.map { $0.count == points.rows } ?? true),
            "\(bins) bins, \(classes?.count ?? 0) classes")
        let (n, dimension) = (points.rows, points.columns)
        var cells = [[UInt16]](repeating: [], count: n)
        for c in 0..<dimension {
            let column = points.elements[c * n..<(c + 1) * n]
            guard let low = column.min(), let high = column.max(), low < high else { continue }
            // The largest value belongs to the last bin.
            for (i, x) in column.enumerated() {
                cells[i].append(UInt16(min(Int((x - low) / (high - low) * Double(bins)), bins - 1)))
            }
        }
        func entropy(_ chosen: [Int]) -> (bits: Double, cells: Int) {
            let counts = Dictionary(grouping: chosen) { cells[$0] }.values.map { Double($0.count) / Double(chosen.count) }
            let sum = counts.sorted().reduce(0) { $0 - $1 * log2($1) }
            return (sum == 0 ? 0 : sum, counts.count)
        }
        let whole = entropy(Array(0..<n))
        (bits, self.cells) = whole
        guard let classes else {
            information = nil
            return
        }
        var information = whole.bits
        let members = Dictionary(grouping: 0..<n) { classes[$0] }
        for (_, own) in members.sorted(by: { $0.key < $1.key }) {
            information -= Double(own.count) / Double(n) * entropy(own).bits
        }
        self.information = information
    }
}
