import CSaddle
import SaddleModels
import SaddleNumerics

/// The dual of an activation between two prepared sets of variances.
///
/// The state of a pair is its covariance k, or, for the homogeneous activations, sign and others with kinks, the signed defect of its correlation:
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
        if let series = rows.series, let other = columns.series {
            reaches = series.reaches(with: other, tolerance: Self.tolerance)
        } else {
            reaches = []
        }
    }

    var carriesDefects: Bool { form.carriesDefects }

    /// For rows start, start + 1, … of column j replaces the state by F, or by the defect of the features, and puts Ḟ into `slope`.
    func apply(
        start: Int, count: Int, column j: Int, state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>?
    ) {
        if count == 0 { return }
        switch form {
        case .closed(let dual): applyClosed(dual, start, count, j, state, slope)
        case .series:
            let largest = withElements(from: start, rows.inverses) {
                sd_largest_correlation(count, state, $0, columns.inverses[j])
            }
            applySeries(start, count, j, largest: largest, state, slope)
        case .kinked: applyKinked(start, count, j, state, slope)
        }
    }

    private func applyClosed(
        _ dual: GaussianDual, _ start: Int, _ count: Int, _ j: Int, _ state: UnsafeMutablePointer<Double>,
        _ slope: UnsafeMutablePointer<Double>?
    ) {
        let (form, input, output) = dual.unscaled, size = columns.sizes[j]
        // Of b·ψ(ax) the averages are those of ψ at a²k; defects know no scales.
        if dual != form && form != .sign { sd_affine(count, state, input * input, 0) }
        withElements(from: start, rows.sizes, rows.roots, rows.inverses) { sizes, roots, inverses in
            switch form {
            case .homogeneous(let odd, let even): sd_dual_homogeneous(count, state, slope, odd, even)
            case .sign:
                sd_dual_sign(count, state)
                slope?.update(repeating: 0, count: count)
            case .erf: sd_dual_erf(count, state, slope, sizes, roots, inverses, size, columns.roots[j], columns.inverses[j])
            case .gelu: sd_dual_gelu(count, state, slope, sizes, roots, inverses, size, columns.roots[j], columns.inverses[j])
            case .sin: sd_dual_sin(count, state, slope, sizes, size)
            case .cos: sd_dual_cos(count, state, slope, sizes, size)
            case .exponential(let variance, let covariance):
                sd_dual_exponential(count, state, slope, sizes, size, variance, covariance)
            case .scaled: preconditionFailure("a scale within a scale")
            }
        }
        if dual == form || form == .sign { return }
        sd_affine(count, state, output * output, 0)
        if let slope { sd_affine(count, slope, input * input * output * output, 0) }
    }

    /// As many terms as the largest correlation needs.
    private func applySeries(
        _ start: Int, _ count: Int, _ j: Int, largest: Double, _ state: UnsafeMutablePointer<Double>,
        _ slope: UnsafeMutablePointer<Double>?
    ) {
        guard let series = rows.series else { return }
        var terms = 2
        while reaches[terms] < largest { terms += 1 }
        let shape = series.shape, coefficients = series.coefficients
        withElements(from: start, rows.inverses, coefficients.elements) { inverses, coefficients in
            withElements(from: j * columnCoefficients.rows, columnCoefficients.elements) { column in
                sd_dual_series(
                    count, state, slope, coefficients, series.coefficients.rows, column, Int32(terms), Int32(shape.first),
                    Int32(shape.step), inverses, columns.inverses[j])
            }
        }
    }

    /// By the series as far as it reaches, and by quadrature, pair by pair, beyond.
    private func applyKinked(
        _ start: Int, _ count: Int, _ j: Int, _ state: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>?
    ) {
        guard let rule = [rows.rule, columns.rule].compactMap(\.self).min(by: { $0.width < $1.width }) else { return }
        let dual = KinkedDual(activation: rows.dual.activation, rule: rule)
        let reach = reaches.last ?? -1, columnRoot = columns.values[j].squareRoot()
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { work in
            guard let covariance = work.baseAddress else { return }
            let slopes = covariance + count
            var largest = 0.0
            for i in 0..<count {
                let c = 1 - abs(state[i]), isServed = c <= reach
                covariance[i] = isServed ? (state[i].sign == .minus ? -c : c) * rows.roots[start + i] * columns.roots[j] : 0
                if isServed { largest = max(largest, c) }
            }
            if reach >= 0 { applySeries(start, count, j, largest: largest, covariance, slopes) }
            for i in 0..<count {
                let rowRoot = rows.values[start + i].squareRoot()
                if 1 - abs(state[i]) <= reach {
                    let size = rowRoot * columnRoot, f = covariance[i]
                    slope?[i] = slopes[i]
                    state[i] = size > 0 ? (f < 0 ? -max(0, (size + f) / size) : max(0, (size - f) / size)) : 1
                } else {
                    let pair = dual.pair((rows.roots[start + i], columns.roots[j]), (rowRoot, columnRoot), defect: state[i])
                    slope?[i] = pair.slope
                    state[i] = pair.defect
                }
            }
        }
    }
}
