import SaddleModels
import SaddleNumerics

/// Which Hermite orders an activation has: 0, 1 and then first, first + step, …
///
/// tanh and sigmoid are a constant and an odd function: 0, 1, 3, 5, …; silu and softplus a multiple of x and an even one:
/// 0, 1, 2, 4, … Half the terms suffice for them.
struct HermiteShape: Sendable {
    let first: Int
    let step: Int
    /// φ(0) and φ′(0).
    let valueAtZero: Double
    let slopeAtZero: Double

    /// All orders.
    static let general = HermiteShape()

    private init() { (first, step, valueAtZero, slopeAtZero) = (2, 1, 0, 0) }

    init(_ activation: Activation) {
        // Irregular points, so that a periodic function has no symmetry of its own there.
        let distances = (1...600).map { (i: Int) -> Double in 1e-3 * Double(i) + 1.079e-4 * Double(i * i) }
        func slopes(_ sign: Double) -> [Double] {
            activation.derivative(Matrix(rows: distances.count, columns: 1) { i, _ in sign * distances[i] }).elements
        }
        let zero = activation.valueAndDerivative(Matrix(rows: 1, columns: 1))
        let center = zero.derivative[0, 0]
        let (right, left) = (slopes(1), slopes(-1))
        func agree(_ difference: (Double, Double) -> Double) -> Bool {
            zip(right, left).allSatisfy { abs(difference($0, $1)) <= 1e-14 * max(abs($0), abs($1), abs(center)) }
        }
        (first, step) = agree { $0 - $1 } ? (3, 2) : agree { $0 + $1 - 2 * center } ? (2, 2) : (2, 1)
        valueAtZero = zero.value[0, 0]
        slopeAtZero = center
    }

    /// The Hermite order of a term.
    func order(_ term: Int) -> Int { term < 2 ? term : first + (term - 2) * step }

    /// The number of terms with orders up to the given one.
    func terms(upTo order: Int) -> Int { order < 2 ? order + 1 : 2 + max(0, (order - first) / step + 1) }

    var isOddBesideConstant: Bool { first == 3 }
    var isEvenBesideLinear: Bool { first == 2 && step == 2 }
    /// Whether integrals over u ≥ 0 suffice.
    var isHalved: Bool { step == 2 }
    /// The multiple of x beside an even function.
    var linearPart: Double { isEvenBesideLinear ? slopeAtZero : 0 }
}
