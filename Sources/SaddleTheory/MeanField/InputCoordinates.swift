import SaddleModels
import SaddleNumerics

/// Orthonormal coordinates of the inputs in the span of the training inputs.
///
/// The first weight matrix needs no conditioning: only its action on the r-dimensional span of the training inputs is ever
/// trained, so the theory keeps it as r explicit columns a site. With κ the coordinates, Φ⁰ = xxᵀ/D = κᵀκ.
struct InputCoordinates: Sendable {
    private let trainInputs: Matrix
    private let pivots: [Int]
    /// R₁₁ of the pivoted Cholesky factor of Φ⁰, upper triangular.
    private let leading: Matrix
    /// Coordinates κ of the training inputs, r × P.
    let train: Matrix
    /// Those of the test inputs, where the span is that of all inputs.
    private(set) var test: Matrix? = nil
    /// Positions of a sample: κ has a column for each.
    private(set) var positions = 1
    private var reader: PatchReader?
    private var areComponents = false

    /// Directions whose share of the inputs' squared norm is below this are rounding errors of the Gram matrix.
    private static let rankTolerance = 1e-11

    init(trainInputs: Matrix) {
        self.trainInputs = trainInputs
        let gram = Self.kernel(trainInputs, trainInputs)
        let largest = (0..<gram.rows).reduce(0) { max($0, gram[$1, $1]) }
        let (pivots, order, factor) = gram.pivotedCholesky(tolerance: Self.rankTolerance * max(largest, .leastNormalMagnitude))
        self.pivots = pivots
        leading = Matrix(rows: pivots.count, columns: pivots.count) { factor[$0, $1] }
        var coordinates = Matrix(rows: pivots.count, columns: gram.columns)
        for (j, original) in order.enumerated() {
            for i in 0..<pivots.count { coordinates[i, original] = factor[i, j] }
        }
        train = coordinates
    }

    /// Of what the first weights of a graph read: patches of the inputs, one for each position of each sample.
    ///
    /// - Parameters:
    ///   - testInputs: nil where their span is not wanted.
    ///   - asComponents: whether they must be components, as rules that act on entries need them.
    init(_ graph: NetworkGraph, trainInputs: Matrix, testInputs: Matrix?, asComponents: Bool) {
        let reader = PatchReader(graph)
        let (train, test) = (reader.patches(trainInputs), testInputs.map(reader.patches))
        if asComponents || (!reader.readsInputs && train.rows > train.columns) {
            self.init(components: train, test: test)
        } else if let test {
            self.init(trainInputs: train, testInputs: test)
        } else {
            self.init(trainInputs: train)
        }
        (self.reader, positions) = (reader, graph.fields[0].positions)
    }

    /// The components themselves: where there are fewer of them than points.
    private init(components: Matrix, test: Matrix?) {
        (trainInputs, pivots, leading) = (components, [], Matrix(rows: 0, columns: 0))
        train = Self.components(components)
        self.test = test.map(Self.components)
        areComponents = true
    }

    /// x/√D, for which Φ⁰ = xxᵀ/D.
    private static func components(_ x: Matrix) -> Matrix {
        var result = x.transposed
        result.scale(by: 1 / Double(x.columns).squareRoot())
        return result
    }

    /// In the span of training and test inputs: a network then has one first weight matrix for all points.
    init(trainInputs: Matrix, testInputs: Matrix) {
        let all = trainInputs.appendingRows(of: testInputs)
        let coordinates =
            all.rows > all.columns ? Self.components(all) : InputCoordinates(trainInputs: all).train
        self.trainInputs = trainInputs
        (pivots, leading) = ([], Matrix(rows: 0, columns: 0))
        train = coordinates.selectingColumns(0..<trainInputs.rows)
        test = coordinates.selectingColumns(trainInputs.rows..<all.rows)
    }

    /// What the first weights read of inputs, a row for each position of each sample.
    func patches(_ inputs: Matrix) -> Matrix { reader?.patches(inputs) ?? inputs }

    /// r
    var rank: Int { train.rows }

    /// Coordinates κ of other points, r × n, and a factor ρ (k × n) of what lies outside the span: xxᵀ/D = κᵀκ + ρᵀρ.
    func coordinates(of inputs: Matrix) -> (inside: Matrix, outside: Matrix) {
        if areComponents {
            return (Self.components(inputs), Matrix(rows: 0, columns: inputs.rows))
        }
        var inside = Self.kernel(trainInputs.selectingRows(pivots), inputs)
        inside.solveLeftTransposed(upper: leading)
        let gram = Self.kernel(inputs, inputs)
        let largest = (0..<gram.rows).reduce(0) { max($0, gram[$1, $1]) }
        var residual = gram
        residual.add(inside.ᵀ, .plain(inside), scale: -1)
        let (_, order, factor) = residual.pivotedCholesky(tolerance: Self.rankTolerance * max(largest, .leastNormalMagnitude))
        var outside = Matrix(rows: factor.rows, columns: inputs.rows)
        for (j, original) in order.enumerated() {
            for i in 0..<factor.rows { outside[i, original] = factor[i, j] }
        }
        return (inside, outside)
    }

    /// Φ⁰ = abᵀ/D between two sets of inputs.
    static func kernel(_ a: Matrix, _ b: Matrix) -> Matrix { .product(.plain(a), b.ᵀ, scale: 1 / Double(a.columns)) }
}

/// What a window sees of inputs whose components go position by position, channels last.
private struct PatchReader: Sendable {
    private let window: [PositionMap]?
    private let channels, positions: Int

    init(_ graph: NetworkGraph) {
        (window, channels, positions) = (graph.weights[0].window, graph.inputChannels, graph.inputPositions)
    }

    /// Whether the first weights read whole inputs.
    var readsInputs: Bool { window == nil && positions == 1 }

    /// A row for each position of each sample, of K·c components.
    func patches(_ inputs: Matrix) -> Matrix {
        if readsInputs { return inputs }
        let columns = inputs.transposed.reshaped(rows: channels, columns: positions * inputs.rows)
        return (window.map(columns.gathered) ?? columns).transposed
    }
}
