import CSaddle
import SaddleNumerics

/// A small block of the kernels of a network: one matrix product, then each column through all layers while it is in cache.
struct KernelTile {
    /// Rows and columns at most; both kernels of a tile stay in the second cache.
    static let side = 128
    /// Defects of inputs below this are taken from what one has across the other: from the scalar product they would have an error
    /// of 1e-15/√δ in the angle.
    private static let near = 0x1p-10

    private let rows: Range<Int>
    private let columns: Range<Int>
    private var nngp: [Double]
    private var ntk: [Double]

    /// - Parameter upperOnly: of a tile on the diagonal, whether entries below it are left undefined.
    init(_ pair: KernelPair, rows: Range<Int>, columns: Range<Int>, _ kinds: [KernelKind], upperOnly: Bool) {
        self.rows = rows
        self.columns = columns
        let (m, n) = (rows.count, columns.count)
        nngp = Self.products(pair, rows, columns)
        ntk = kinds.contains(.ntk) ? nngp : []
        if m == 0 || n == 0 { return }
        let worker = KernelColumn(pair, rows: rows)
        let wantsTangent = !ntk.isEmpty, wantsCovariance = kinds.contains(.nngp)
        nngp.withUnsafeMutableBufferPointer { nngp in
            ntk.withUnsafeMutableBufferPointer { ntk in
                for j in columns {
                    let offset = (j - columns.lowerBound) * m
                    let diagonal = pair.isSymmetric && rows.contains(j) ? j - rows.lowerBound : nil
                    // Its pair would have correlation one; the entry is replaced below.
                    if let diagonal { nngp[offset + diagonal] = 0 }
                    worker.run(
                        column: j, count: upperOnly ? diagonal! + 1 : m, covariance: nngp.baseAddress! + offset,
                        tangent: wantsTangent ? ntk.baseAddress! + offset : nil, near: Self.near, wantsCovariance: wantsCovariance
                    )
                    if let diagonal {
                        nngp[offset + diagonal] = pair.rows.diagonal(.nngp)[j]
                        if wantsTangent { ntk[offset + diagonal] = pair.rows.diagonal(.ntk)[j] }
                    }
                }
            }
        }
    }

    /// xx′/D
    private static func products(_ pair: KernelPair, _ rows: Range<Int>, _ columns: Range<Int>) -> [Double] {
        let (m, n, d) = (rows.count, columns.count, pair.rows.dimension)
        return [Double](unsafeUninitializedCapacity: m * n) { out, initialized in
            if m > 0 && n > 0 {
                withElements(from: rows.lowerBound * d, pair.rows.inputs.elements) { x in
                    withElements(from: columns.lowerBound * d, pair.columns.inputs.elements) { y in
                        sd_gemm(
                            1, 0, Int32(m), Int32(n), Int32(d), 1 / Double(d), x, Int32(d), y, Int32(d), 0, out.baseAddress!,
                            Int32(m))
                    }
                }
            }
            initialized = m * n
        }
    }

    func store(_ kind: KernelKind, at out: UnsafeMutablePointer<Double>, stride: Int) {
        let m = rows.count
        (kind == .nngp ? nngp : ntk).withUnsafeBufferPointer { tile in
            for j in 0..<columns.count { (out + j * stride).update(from: tile.baseAddress! + j * m, count: m) }
        }
    }

    /// Puts the transpose, or for `upperOnly` the upper triangle's, at `out`.
    func storeTransposed(_ kind: KernelKind, at out: UnsafeMutablePointer<Double>, stride: Int) {
        sd_transpose(rows.count, columns.count, kind == .nngp ? nngp : ntk, rows.count, out, stride)
    }

    /// Puts the upper triangle of a tile on the diagonal at `out`.
    func storeUpper(_ kind: KernelKind, at out: UnsafeMutablePointer<Double>, stride: Int) {
        let m = rows.count
        (kind == .nngp ? nngp : ntk).withUnsafeBufferPointer { tile in
            for j in 0..<columns.count { (out + j * stride).update(from: tile.baseAddress! + j * m, count: j + 1) }
        }
    }
}
