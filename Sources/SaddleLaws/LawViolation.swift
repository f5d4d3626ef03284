import SaddleNumerics

/// A law that a type does not obey, and where.
///
/// Law suites return violations as values, in the order in which they were found, so that any test framework can assert on them:
///
///     #expect(ActivationLaws().violations(.leakyTanh).isEmpty)                  // Swift Testing
///     XCTAssertEqual(ActivationLaws().violations(.leakyTanh).map(\.description), [])     // XCTest
public struct LawViolation: Sendable, Equatable, CustomStringConvertible {
    /// The law in a few words, such as "first derivative".
    public let law: String
    /// What was found instead, with numbers.
    public let finding: String

    public var description: String { "\(law): \(finding)" }
}

/// Violations as they are found.
struct Findings {
    private(set) var violations: [LawViolation] = []

    mutating func add(_ law: String, _ finding: String) { violations.append(LawViolation(law: law, finding: finding)) }

    /// Notes |a − b| beyond the tolerance, or no number at all.
    mutating func expectClose(_ law: String, _ a: Double, _ b: Double, within tolerance: Double, _ place: String = "") {
        if abs(a - b) <= tolerance { return }
        add(law, "\(a) for \(b)\(place.isEmpty ? "" : " at \(place)"), off by \(abs(a - b)), where \(tolerance) is allowed")
    }

    /// The same for the entry of two matrices that differs most.
    mutating func expectClose(_ law: String, _ a: Matrix, _ b: Matrix, within tolerance: Double) {
        guard a.rows == b.rows && a.columns == b.columns else {
            return add(law, "\(a.rows)×\(a.columns) entries, not \(b.rows)×\(b.columns)")
        }
        let places = a.elements.indices
        let unlike = { (i: Int) -> Double in
            let difference = abs(a.elements[i] - b.elements[i])
            return difference.isNaN ? .infinity : difference
        }
        guard let worst = places.max(by: { unlike($0) < unlike($1) }) else { return }
        expectClose(
            law, a.elements[worst], b.elements[worst], within: tolerance, "entry (\(worst % a.rows), \(worst / a.rows))")
    }
}

/// √Σx²
func size(_ x: Matrix) -> Double { x.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// Σ xy over all entries
func inner(_ x: Matrix, _ y: Matrix) -> Double { zip(x.elements, y.elements).reduce(0) { $0 + $1.0 * $1.1 } }

/// ax + by
func combination(_ a: Double, _ x: Matrix, _ b: Double, _ y: Matrix) -> Matrix {
    var sum = x
    sum.scale(by: a)
    sum.add(y, scale: b)
    return sum
}
