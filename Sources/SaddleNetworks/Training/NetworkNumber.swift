import SaddleModels
import SaddleNumerics

/// A precision in which networks are trained: what the equations of ``Fields`` and ``Descent`` ask of whole buffers.
///
/// The equations are written once, for any `Number`; only these few loops know which it is. Sizes are checked by ``NetworkMatrix``.
protocol NetworkNumber: Sendable {
    /// c ← scale · op(a)·op(b) + keeping · c with op(a) m×k, op(b) k×n; each column by column.
    static func multiply(
        _ a: [Self], isTransposed: Bool, _ b: [Self], isTransposed: Bool, _ m: Int, _ n: Int, _ k: Int, scale: Double,
        keeping: Double, into c: inout [Self])
    /// scale · aᵀa, for a with that many rows and columns.
    static func gram(_ a: [Self], _ rows: Int, _ columns: Int, scale: Double) -> Matrix
    /// value ← φ(x), slope ← φ′(x)
    static func activate(_ x: [Self], by activation: Activation, value: inout [Self])
    static func activate(_ x: [Self], by activation: Activation, value: inout [Self], slope: inout [Self])
    /// y ← y ⊙ x
    static func multiplyElements(of y: inout [Self], by x: [Self])
    /// y ← scale · x
    static func set(_ y: inout [Self], _ x: [Self], scale: Double)
    /// y ← y + scale · x
    static func add(_ x: [Self], scale: Double, to y: inout [Self])

    /// y takes positions of x, which has that many rows and samples; and the gradient's way back, to y.
    static func take(_ table: PositionTable, _ rows: Int, _ samples: Int, _ x: [Self], into y: inout [Self])
    static func giveBack(
        _ table: PositionTable, _ rows: Int, _ samples: Int, _ gradient: [Self], keeping: Bool, into y: inout [Self])
    /// y ← (x − mean)/s and inverse ← 1/s in each column of that many rows; the first one without variation.
    static func normalize(_ x: [Self], _ rows: Int, into y: inout [Self], inverse: inout [Self]) -> Int?
    static func normalizeBack(
        _ value: [Self], inverse: [Self], gradient: [Self], _ rows: Int, keeping: Bool, into y: inout [Self])
    /// Softmax attention; shares are tokens × tokens a head and sample.
    static func attend(
        _ shape: HeadShape, query: [Self], key: [Self], value: [Self], shares: inout [Self], into y: inout [Self])
    static func attendBack(
        _ shape: HeadShape, query: [Self], key: [Self], value: [Self], shares: [Self], gradient: [Self],
        intoQuery: inout [Self], key: inout [Self], value: inout [Self])

    static func zeros(_ count: Int) -> [Self]
    static func numbers(_ x: [Double]) -> [Self]
    static func doubles(_ x: [Self]) -> [Double]
    /// The same into buffers of the same length.
    static func convert(_ x: [Double], into y: inout [Self])
    static func convert(_ x: [Self], into y: inout [Double])
}
