#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// The way of a training through function space: distances between representations of the same samples at several steps, and a picture.
///
///     values  d(s, s′) = ‖X_s − X_s′‖_F/√n: how far the features of a sample moved, on average
///     kernel  d(s, s′) = arccos of the centred alignment of X_sX_sᵀ and X_s′X_s′ᵀ: blind to rotations and to size
///
/// Length, chord and turning tell a straight way from a wandering one.
public struct FunctionSpacePath: Sendable {
    /// How far two representations are apart: by the features themselves, or by their kernels, in radians.
    public enum Distance: String, Sendable, CaseIterable { case values, kernel }

    /// Steps × steps.
    public let distances: Matrix
    /// Points whose distances are like these, one for each step.
    public let picture: MultidimensionalScaling
    /// Sum of the distances between successive steps, and the distance of the ends.
    public let length, chord: Double

    /// - Parameter states: n × D at each step, in the order of the steps; at least two. All of one width for `values`.
    public init(_ states: [Matrix], _ distance: Distance) throws {
        precondition(states.count >= 2 && states.allSatisfy { $0.rows == states[0].rows }, "\(states.count) states")
        let count = states.count, n = Double(states[0].rows)
        var distances = Matrix(rows: count, columns: count)
        let pairs = (1..<count).flatMap { j in (0..<j).map { (i: $0, j: j) } }
        let norms = states.map { Self.squaredNorm(Self.crossProduct($0, $0)) }
        let values = try Threads.map(pairs.count) { p -> Double in
            let (a, b) = (states[pairs[p].i], states[pairs[p].j])
            switch distance {
            case .values:
                precondition(a.columns == b.columns, "features \(a.columns) and \(b.columns)")
                var difference = a
                difference.add(b, scale: -1)
                return difference.frobeniusNorm / n.squareRoot()
            case .kernel:
                // ⟨AAᵀ, BBᵀ⟩ = ‖AᵀB‖² of centred features.
                let size = norms[pairs[p].i].squareRoot() * norms[pairs[p].j].squareRoot()
                if size == 0 {
                    throw FunctionSpaceError.constantFeatures(state: norms[pairs[p].i] == 0 ? pairs[p].i : pairs[p].j)
                }
                let alignment = Self.squaredNorm(Self.crossProduct(a, b)) / size
                return acos(min(alignment, 1))
            }
        }
        for (pair, value) in zip(pairs, values) { (distances[pair.i, pair.j], distances[pair.j, pair.i]) = (value, value) }
        self.distances = distances
        picture = try MultidimensionalScaling(distances)
        length = (1..<count).reduce(0) { $0 + distances[$1 - 1, $1] }
        chord = distances[0, count - 1]
    }

    private static func crossProduct(_ a: Matrix, _ b: Matrix) -> Matrix { centred(a).ᵀ * centred(b) }
    private static func squaredNorm(_ a: Matrix) -> Double { a.elements.reduce(0) { $0 + $1 * $1 } }

    private static func centred(_ x: Matrix) -> Matrix {
        var x = x
        let n = x.rows
        for c in 0..<x.columns {
            let mean = x.elements[c * n..<(c + 1) * n].reduce(0, +) / Double(n)
            for i in c * n..<(c + 1) * n { x.elements[i] -= mean }
        }
        return x
    }
}

/// Why two representations have no distance.
public enum FunctionSpaceError: Error, Equatable, CustomStringConvertible {
    /// Its centred features are zero (steps count from 0).
    case constantFeatures(state: Int)

    public var description: String {
        switch self {
        case .constantFeatures(let state):
            "the features of state \(state) are the same for all samples, so that their kernel has no direction; expected features that differ"
        }
    }
}
