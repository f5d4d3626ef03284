// Element order, selections, appending, truncating and padding of matrices, against elements computed from their indices.
import SaddleNumerics
import Testing

@Suite struct MatrixTests {
    let a = Matrix(rows: 3, columns: 4) { Double(10 * $0 + $1) }

    @Test func elementsAreStoredByColumns() {
        #expect(a.elements == [0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23])
        #expect(a[1, 3] == 13)
        #expect(a.transposed == Matrix(rows: 4, columns: 3) { Double(10 * $1 + $0) })
    }

    @Test func selections() {
        #expect(a.selectingColumns([3, 0, 3]) == Matrix(rows: 3, columns: 3) { Double(10 * $0 + [3, 0, 3][$1]) })
        #expect(a.selectingRows([2, 2]) == Matrix(rows: 2, columns: 4) { Double(20 + $1) })
        #expect(a.selectingColumns([]) == Matrix(rows: 3, columns: 0))
        #expect(a.selectingRows([]) == Matrix(rows: 0, columns: 4))
    }

    /// Sizes around those of the blocks in which they are turned.
    @Test(arguments: [1, 2, 31, 32, 33, 70]) func turningAndMirroring(n: Int) {
        let b = Matrix(rows: n, columns: n + 5) { Double(1000 * $0 + $1) }
        #expect(b.transposed == Matrix(rows: n + 5, columns: n) { Double(1000 * $1 + $0) })
        var square = Matrix(rows: n, columns: n) { Double(1000 * $0 + $1) }
        square.mirrorUpper()
        #expect(square == Matrix(rows: n, columns: n) { Double(1000 * min($0, $1) + max($0, $1)) })
        #expect(b.selectingRows([n - 1, 0]) == Matrix(rows: 2, columns: n + 5) { Double(1000 * [n - 1, 0][$0] + $1) })
    }

    @Test func growingAndShrinking() {
        var grown = a
        grown.appendColumns(of: Matrix(rows: 3, columns: 2) { Double(10 * $0 + 4 + $1) })
        #expect(grown == Matrix(rows: 3, columns: 6) { Double(10 * $0 + $1) })
        grown.truncateColumns(to: 4)
        #expect(grown == a)
        #expect(a.padded(rows: 5, columns: 6) == Matrix(rows: 5, columns: 6) { $0 < 3 && $1 < 4 ? Double(10 * $0 + $1) : 0 })
        #expect(a.padded(rows: 3, columns: 4) == a)
    }

    @Test func rowsAreWrittenOneAfterTheOther() {
        var values = [Double](repeating: -1, count: 15)
        a.writeRows(into: &values, at: 2)
        #expect(values == [-1, -1, 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, -1])
    }

    /// Wherever it is, what is not finite is found; the largest number is.
    @Test(arguments: [Double.nan, .infinity, -.infinity]) func whatIsNotFiniteIsFound(_ value: Double) {
        var matrix = Matrix(rows: 7, columns: 11, repeating: -.greatestFiniteMagnitude)
        #expect(matrix.isFinite && Matrix(rows: 0, columns: 3).isFinite)
        for i in matrix.elements.indices {
            matrix.elements[i] = value
            #expect(!matrix.isFinite)
            matrix.elements[i] = 0
        }
        #expect(matrix.isFinite)
    }

    @Test func tensorHasTheLastAxisFastest() {
        let t = Tensor(a)
        #expect(t.shape == [3, 4] && t.elements == (0..<3).flatMap { i in (0..<4).map { Double(10 * i + $0) } })
        var u = Tensor(shape: [2, 3, 4])
        u[1, 2, 3] = 7
        #expect(u.elements.firstIndex(of: 7) == 23 && u[1, 2, 3] == 7 && t[2, 1] == 21)
    }
}
