import CSaddle

/// A symmetric matrix that is held, and read, in its upper triangle; what lies below the diagonal is not looked at.
///
/// For loops that invert one matrix after another: an inverse costs n³ operations (a factorisation, and LAPACK's `potri`), a third of what
/// triangular solves of the identity and a product cost, its buffer is used again, and nothing is copied from one triangle to the other.
/// Single precision takes half the time.
public struct UpperSymmetric: LinearOperator {
    /// Of what is stored and computed; numbers that go in and come out are doubles.
    public enum Precision: Sendable { case single, double }

    public let rows: Int
    public var columns: Int { rows }
    /// That of the matrix that is held.
    public private(set) var precision = Precision.double
    /// Both hold buffers that are used again; the matrix is in the one that `precision` names.
    private var doubles: [Double]
    private var singles: [Float] = []
    /// Entries are those in the buffer times this.
    private var unit = 1.0

    /// - Parameter matrix: square; entries (i, j) with i ≤ j count.
    public init(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "a \(matrix.rows)×\(matrix.columns) matrix is not symmetric")
        (rows, doubles) = (matrix.rows, matrix.elements)
    }

    /// Entry (i, j), from above the diagonal.
    public subscript(i: Int, j: Int) -> Double {
        let place = max(i, j) * rows + min(i, j)
        return precision == .single ? unit * Double(singles[place]) : unit * doubles[place]
    }

    /// Entries (i, i).
    public var diagonal: [Double] { (0..<rows).map { self[$0, $0] } }

    /// Replaces this by (a + diag d)⁻¹, in the same memory.
    ///
    /// In single precision entries have relative errors of the order of 2⁻²⁴ times the condition number, without a common sign.
    ///
    /// - Parameter a: of the same order; its upper triangle is read.
    /// - Throws: ``FactorizationError/notPositiveDefinite(order:)``; this then holds nothing of use.
    /// - Complexity: n³ operations.
    public mutating func setInverse(
        of a: Matrix, plusDiagonal d: [Double], precision: Precision = .double
    ) throws(FactorizationError) {
        let n = rows
        precondition(a.rows == n && a.columns == n && d.count == n, "\(a.rows)×\(a.columns) and \(d.count) for order \(n)")
        prepare(precision)
        if n == 0 { return }
        let info: Int32
        switch precision {
        case .double:
            unit = 1
            info = doubles.withUnsafeMutableBufferPointer { sd_inverse_upper(Int32(n), a.elements, d, 1, $0.baseAddress) }
        case .single:
            // A power of two, so that nothing is rounded by it.
            let largest = (0..<n).reduce(0) { max($0, abs(a[$1, $1] + d[$1])) }
            unit = largest > 0 && largest.isFinite ? 1 / largest.binade : 1
            info = singles.withUnsafeMutableBufferPointer {
                sd_inverse_upper_single(Int32(n), a.elements, d, unit, $0.baseAddress)
            }
        }
        if info != 0 { throw .notPositiveDefinite(order: Int(info)) }
    }

    /// The diagonal of this times a symmetric matrix, of which the upper triangle is read, in doubles.
    ///
    /// With M = (A + D)⁻¹ the diagonal of MA is 1 − M_ii D_i without the cancellation.
    public func diagonal(ofProductWith a: Matrix) -> [Double] {
        precondition(a.rows == rows && a.columns == rows, "\(a.rows)×\(a.columns) for order \(rows)")
        switch precision {
        case .double: return Self.diagonal(ofProductOf: doubles, a, unit: unit)
        case .single: return Self.diagonal(ofProductOf: singles, a, unit: unit)
        }
    }

    private static func diagonal<Number: BinaryFloatingPoint>(ofProductOf m: [Number], _ a: Matrix, unit: Double) -> [Double] {
        let n = a.rows
        var sums = [Double](repeating: 0, count: n)
        sums.withUnsafeMutableBufferPointer { sums in
            m.withUnsafeBufferPointer { m in
                a.elements.withUnsafeBufferPointer { a in
                    for j in 0..<n {
                        var sum = unit * Double(m[j * n + j]) * a[j * n + j]
                        for i in 0..<j {
                            let term = unit * Double(m[j * n + i]) * a[j * n + i]
                            sums[i] += term
                            sum += term
                        }
                        sums[j] += sum
                    }
                }
            }
        }
        return sums
    }

    /// Replaces this by m_ij²/(m_ii m_jj) for i ≠ j and zeros on the diagonal, in the precision of m, whose diagonal is positive.
    public mutating func setSquaredCorrelations(of m: UpperSymmetric) {
        precondition(m.rows == rows, "order \(m.rows) into order \(rows)")
        prepare(m.precision)
        unit = 1
        switch m.precision {
        case .double: Self.squareCorrelations(m.doubles, order: rows, &doubles)
        case .single: Self.squareCorrelations(m.singles, order: rows, &singles)
        }
    }

    private mutating func prepare(_ precision: Precision) {
        self.precision = precision
        if precision == .single && singles.isEmpty { singles = [Float](repeating: 0, count: rows * rows) }
    }

    private static func squareCorrelations<Number: BinaryFloatingPoint>(_ m: [Number], order n: Int, _ out: inout [Number]) {
        let inverses = (0..<n).map { 1 / m[$0 * n + $0] }
        out.withUnsafeMutableBufferPointer { out in
            m.withUnsafeBufferPointer { source in
                inverses.withUnsafeBufferPointer { w in
                    for j in 0..<n {
                        let factor = w[j]
                        for i in 0..<j {
                            let x = source[j * n + i]
                            out[j * n + i] = (x * w[i]) * (x * factor)
                        }
                        out[j * n + j] = 0
                    }
                }
            }
        }
    }

    /// The product with a matrix. Single columns, of which conjugate gradients ask for many, go without `symm`, which would copy the
    /// whole matrix for each.
    public func apply(_ x: Matrix) -> Matrix {
        precondition(x.rows == rows, "\(rows)×\(rows) times \(x.rows)×\(x.columns)")
        if x.elements.isEmpty { return x }
        let n = Int32(rows), few = 4
        var result = Matrix(rows: rows, columns: x.columns)
        result.elements.withUnsafeMutableBufferPointer { y in
            x.elements.withUnsafeBufferPointer { x in
                let (x, y, columns) = (x.baseAddress!, y.baseAddress!, x.count / rows)
                if precision == .single { return singles.withUnsafeBufferPointer { multiply($0.baseAddress!, x, y, columns) } }
                doubles.withUnsafeBufferPointer { a in
                    if columns > few { return sd_symm_upper(n, Int32(columns), unit, a.baseAddress, n, x, n, 0, y, n) }
                    for start in stride(from: 0, to: columns * rows, by: rows) {
                        sd_symv_upper(n, unit, a.baseAddress, n, x + start, 0, y + start)
                    }
                }
            }
        }
        return result
    }

    private func multiply(
        _ a: UnsafePointer<Float>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ columns: Int
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * rows) { pair in
            let (input, output) = (pair.baseAddress!, pair.baseAddress! + rows)
            for start in stride(from: 0, to: columns * rows, by: rows) {
                // Of unit size, so that no square of a small vector is lost.
                let size = (0..<rows).reduce(0) { max($0, abs(x[start + $1])) }
                let scale = size > 0 && size.isFinite ? size.binade : 1
                for i in 0..<rows { (input + i).initialize(to: Float(x[start + i] / scale)) }
                output.initialize(repeating: 0, count: rows)
                sd_symv_upper_single(Int32(rows), a, input, output)
                for i in 0..<rows { y[start + i] = unit * scale * Double(output[i]) }
            }
        }
    }
}
