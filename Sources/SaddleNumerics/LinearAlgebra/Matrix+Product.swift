import CSaddle

/// Whether a factor enters a product as it is or transposed.
public enum Factor: Sendable {
    /// As it is.
    case plain(Matrix)
    /// Its transpose.
    case transposed(Matrix)

    @usableFromInline var matrix: Matrix {
        switch self {
        case .plain(let m), .transposed(let m): m
        }
    }
    var isTransposed: Bool { if case .transposed = self { true } else { false } }
    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }
}

extension Matrix {
    /// The transpose as a factor of a product; nothing is copied.
    public var ᵀ: Factor { .transposed(self) }

    /// `self ← scale · a·b + keeping · self`, by BLAS `gemm`.
    public mutating func add(_ a: Factor, _ b: Factor, scale: Double = 1, keeping: Double = 1) {
        precondition(
            a.columns == b.rows && rows == a.rows && columns == b.columns,
            "(\(a.rows)×\(a.columns))·(\(b.rows)×\(b.columns)) into \(rows)×\(columns)")
        if rows == 0 || columns == 0 { return }
        let (m, n, k) = (rows, columns, a.columns)
        if k == 0 {
            if keeping == 0 {
                for i in elements.indices { elements[i] = 0 }
            } else if keeping != 1 {
                for i in elements.indices { elements[i] *= keeping }
            }
            return
        }
        elements.withUnsafeMutableBufferPointer { c in
            Self.multiply(a, b, m, n, k, scale: scale, keeping: keeping, into: c.baseAddress!)
        }
    }

    /// `scale · a·b`
    public static func product(_ a: Factor, _ b: Factor, scale: Double = 1) -> Matrix {
        let (m, n, k) = (a.rows, b.columns, a.columns)
        precondition(k == b.rows, "(\(m)×\(k))·(\(b.rows)×\(n))")
        if m == 0 || n == 0 || k == 0 { return Matrix(rows: m, columns: n) }
        let elements = [Double](unsafeUninitializedCapacity: m * n) { c, initialized in
            multiply(a, b, m, n, k, scale: scale, keeping: 0, into: c.baseAddress!)
            initialized = m * n
        }
        return Matrix(rows: m, columns: n, elements: elements)
    }

    private static func multiply(
        _ a: Factor, _ b: Factor, _ m: Int, _ n: Int, _ k: Int, scale: Double, keeping: Double,
        into c: UnsafeMutablePointer<Double>
    ) {
        a.matrix.elements.withUnsafeBufferPointer { pa in
            b.matrix.elements.withUnsafeBufferPointer { pb in
                sd_gemm(
                    a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(m), Int32(n), Int32(k), scale, pa.baseAddress,
                    Int32(a.matrix.rows), pb.baseAddress, Int32(b.matrix.rows), keeping, c, Int32(m))
            }
        }
    }

    /// The product a·b.
    public static func * (a: Matrix, b: Matrix) -> Matrix { product(.plain(a), .plain(b)) }
    /// The product a·b, one of them perhaps transposed.
    public static func * (a: Factor, b: Matrix) -> Matrix { product(a, .plain(b)) }
    /// The product a·b, one of them perhaps transposed.
    public static func * (a: Matrix, b: Factor) -> Matrix { product(.plain(a), b) }

    /// `self ← self + scale · other`
    public mutating func add(_ other: Matrix, scale: Double = 1) {
        precondition(
            rows == other.rows && columns == other.columns,
            "adding \(other.rows)×\(other.columns) to \(rows)×\(columns)")
        let n = elements.count
        elements.withUnsafeMutableBufferPointer { y in
            other.elements.withUnsafeBufferPointer { x in
                for i in 0..<n { y[i] += scale * x[i] }
            }
        }
    }

    /// `self ← factor · self`
    public mutating func scale(by factor: Double) {
        if factor == 1 { return }
        elements.withUnsafeMutableBufferPointer { y in for i in y.indices { y[i] *= factor } }
    }

    /// `scale · selfᵀ·self`, symmetric.
    public func gram(scale: Double = 1) -> Matrix {
        var result = Matrix(rows: columns, columns: columns)
        if columns == 0 || rows == 0 { return result }
        result.elements.withUnsafeMutableBufferPointer { c in
            elements.withUnsafeBufferPointer { a in
                sd_syrk_upper(
                    Int32(columns), Int32(rows), scale, a.baseAddress, Int32(rows), 0, c.baseAddress, Int32(columns))
            }
        }
        result.mirrorUpper()
        return result
    }

    /// The upper triangle of selfᵀ·self into that of `result`; what lies below the diagonal stays as it is.
    public func setUpperGram(_ result: inout Matrix) {
        precondition(
            result.rows == columns && result.columns == columns,
            "products of \(columns) columns into \(result.rows)×\(result.columns)")
        if columns == 0 { return }
        result.elements.withUnsafeMutableBufferPointer { c in
            elements.withUnsafeBufferPointer { a in
                sd_syrk_upper(
                    Int32(columns), Int32(rows), 1, a.baseAddress, Int32(max(rows, 1)), 0, c.baseAddress, Int32(columns))
            }
        }
    }

    /// Copies the upper triangle onto the lower one.
    public mutating func mirrorUpper() {
        elements.withUnsafeMutableBufferPointer { sd_mirror_upper(rows, $0.baseAddress) }
    }
}
