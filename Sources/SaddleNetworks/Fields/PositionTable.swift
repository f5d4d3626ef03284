import SaddleModels

/// Position maps in the form in which loops over whole fields read them.
///
/// Those of the K places of a window are one map: the place k of position p is position pK + k of the result, whose columns, read as
/// K times as long, are the patches that a convolution multiplies.
struct PositionTable: Sendable {
    let inputs: Int
    let outputs: Int
    /// Of each position the first of its terms, and their end.
    let starts: [Int32]
    let positions: [Int32]
    /// In either precision.
    let weights: [Double]
    let singleWeights: [Float]

    init(_ places: [PositionMap]) {
        let terms = (0..<places[0].outputs).flatMap { position in places.map { $0.terms[position] } }
        inputs = places[0].inputs
        outputs = terms.count
        starts = terms.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
        positions = terms.flatMap { $0.map { Int32($0.position) } }
        weights = terms.flatMap { $0.map(\.weight) }
        singleWeights = Float.numbers(weights)
    }
}
