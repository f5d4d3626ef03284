import SaddleLaws
import SaddleNumerics
import Testing

// The law suite of linear operators on operators that break one law each.

private struct Made: LinearOperator {
    var rows = 7, columns = 7
    let product: @Sendable (Matrix) throws -> Matrix

    func apply(_ x: Matrix) throws -> Matrix { try product(x) }
}

private struct Broken: Error {}

@Suite struct LinearOperatorLawsTests {
    private static let factor: Matrix = {
        var stream = RandomStream(seed: 3, .test)
        return stream.normals(rows: 7, columns: 5)
    }()

    private func laws(_ suite: LinearOperatorLaws, _ a: some LinearOperator) -> Set<String> {
        Set(suite.violations(a).map(\.law))
    }

    @Test func matricesPass() {
        let square = Self.factor * Self.factor.ᵀ
        #expect(LinearOperatorLaws().violations(Self.factor) == [])
        #expect(LinearOperatorLaws(isSymmetric: true, isSemidefinite: true).violations(square) == [])
        #expect(LinearOperatorLaws().violations(Matrix(rows: 0, columns: 4)) == [])
        #expect(LinearOperatorLaws().violations(Matrix(rows: 4, columns: 0)) == [])
    }

    @Test func brokenOnesAreFound() {
        let square = Self.factor * Self.factor.ᵀ, suite = LinearOperatorLaws(isSymmetric: true, isSemidefinite: true)
        let bent = Made { x in
            var y = square * x
            for i in y.elements.indices { y.elements[i] += 1e-8 * x.elements[i] * x.elements[i] }
            return y
        }
        #expect(laws(LinearOperatorLaws(), bent) == ["A(2x − 3y) = 2Ax − 3Ay"])
        let shifted = Made { x in
            var y = square * x
            for i in y.elements.indices { y.elements[i] += 1e-9 }
            return y
        }
        #expect(laws(suite, shifted).isSuperset(of: ["A0 = 0", "A(2x − 3y) = 2Ax − 3Ay"]))
        // One vector as among several: a column that is forgotten, and a sum over columns.
        let first = Made { x in
            var y = square * x
            for i in 0..<7 where x.columns > 1 { y[i, x.columns - 1] = 0 }
            return y
        }
        #expect(laws(suite, first).contains("one vector as among several"))
        var skewed = square
        skewed[2, 5] += 1e-6
        #expect(laws(suite, skewed) == ["xᵀAy = yᵀAx"] && laws(LinearOperatorLaws(), skewed).isEmpty)
        var negative = square
        negative.scale(by: -1)
        #expect(laws(suite, negative) == ["xᵀAx ≥ 0"])
        #expect(laws(suite, Made { _ in throw Broken() }) == ["products"])
        #expect(laws(suite, Made(rows: 6) { square * $0 }) == ["shape"])
        #expect(laws(suite, Self.factor).contains("symmetry"))
        let counter = CallCounter()
        #expect(laws(suite, Made { combined(square * $0, counter.next()) }).contains("the same product again"))
        #expect(laws(suite, Made { _ in Matrix(rows: 7, columns: 3, repeating: .nan) }).contains("A0 = 0"))
    }
}

/// Another last bit at every call.
private func combined(_ y: Matrix, _ call: Int) -> Matrix {
    var y = y
    if !y.elements.isEmpty { y.elements[0] *= 1 + 1e-14 * Double(call) }
    return y
}

private final class CallCounter: Sendable {
    private let count = Counter()
    func next() -> Int { count.increment() }
}
