import CSaddle
import SaddleModels
import SaddleNumerics

/// The dual of an activation between two prepared sets of variances.
///
/// The state of a pair is its covariance k, or, for the homogeneous activations and sign, the signed defect of its correlation:
/// t = 1 − c for c ≥ 0 and t = −(1 + c), or −0, for c < 0. With it repeated and antipodal points are exact, where c itself would
/// lose half the digits: the angle between two preactivations is √(2t).
struct DualPair: Sendable {
    let rows: DualPoints
    let columns: DualPoints
    private let form: DualForm
    /// Coefficients of a series by columns, terms × columns, and how far each number of terms reaches.
    private let columnCoefficients: Matrix
    private let reaches: [Double]

    /// What a truncated series may leave out, relative to √(F F′) and √(Ḟ Ḟ′).
    static let tolerance = 1e-13

    init(_ rows: DualPoints, _ columns: DualPoints) {
        let (rows, columns) = (rows.matching(columns), columns.matching(rows))
        self.rows = rows
        self.columns = columns
        form = rows.dual.form
        columnCoefficients = columns.series?.coefficients.transposed ?? Matrix(rows: 0, columns: 0)
        reaches = rows.series.map { $0.reaches(with: columns.series!, tolerance: Self.tolerance) } ?? []
    }

    var carriesDefects: Bool { form.carriesDefects }

    /// For rows start, start + 1, … of column j replaces the state by F, or by the defect of the features, and puts Ḟ into `slope`.
    func apply(
        start: Int, count: Int, column j: Int, state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>?
    ) {
        let sizes = rows.sizes.pointer(start), size = columns.sizes[j]
        switch form {
        case .closed(.homogeneous(let odd, let even)): sd_dual_homogeneous(count, state, slope, odd, even)
        case .closed(.sign):
            sd_dual_sign(count, state)
            slope?.update(repeating: 0, count: count)
        case .closed(.erf), .closed(.gelu):
            let function = if case .closed(.erf) = form { sd_dual_erf } else { sd_dual_gelu }
            function(
                count, state, slope, sizes, rows.roots.pointer(start), rows.inverses.pointer(start), size, columns.roots[j],
                columns.inverses[j])
        case .closed(.sin): sd_dual_sin(count, state, slope, sizes, size)
        case .closed(.cos): sd_dual_cos(count, state, slope, sizes, size)
        case .closed(.exponential(let variance, let covariance)):
            sd_dual_exponential(count, state, slope, sizes, size, variance, covariance)
        case .series(let shape):
            let inverses = rows.inverses.pointer(start), inverse = columns.inverses[j]
            let correlation = sd_largest_correlation(count, state, inverses, inverse)
            var terms = 2
            while reaches[terms] < correlation { terms += 1 }
            let coefficients = rows.series!.coefficients
            sd_dual_series(
                count, state, slope, coefficients.elements.pointer(start), coefficients.rows,
                columnCoefficients.elements.pointer(j * columnCoefficients.rows), Int32(terms), Int32(shape.first),
                Int32(shape.step), inverses, inverse)
        }
    }
}

extension [Double] {
    /// Element i as a buffer that lives as long as the array is not changed.
    func pointer(_ i: Int) -> UnsafePointer<Double> { withUnsafeBufferPointer { $0.baseAddress! + i } }
}
