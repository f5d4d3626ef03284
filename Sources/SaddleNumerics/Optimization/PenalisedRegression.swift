#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Goals, in this order: the stationary point of the stated objective, to a stated accuracy; paths that stop as soon as enough is selected, since
// stability selection runs hundreds of them; one loop for all losses. Each loss is replaced by a parabola above it once a sweep (curvature ¼
// for logistic, 1 for Huber's): rejected was Newton's weighted loop, faster by a factor of two but without a guarantee of descent.

/// Linear, logistic or robust regression with a penalty on each coefficient, along a path of its strength.
///
///     (1/n) Σ ℓ(yᵢ, b₀ + xᵢ·b) + Σⱼ p(bⱼ; λ)
///
/// by coordinate descent over columns of mean 0 and mean square 1, from the λ at which nothing is selected down. With a logistic loss the argument of MCP and
/// SCAD is ¼b ("adaptive rescaling"). Coefficients are those of the standardised columns. Sources: Friedman, Hastie, Tibshirani 2010;
/// Breheny and Huang 2011 (MCP and SCAD); Huber 1964, with the scale 1.4826 MAD of the residuals of the strength before and constant 1.345.
public struct PenalisedRegression: Sendable {
    /// ℓ(y, η) of a sample, with η = b₀ + x·b and r = y − η.
    public enum Loss: String, Sendable, CaseIterable {
        /// ½(y − η)²
        case squared
        /// ln(1 + e^η) − yη, y in {0, 1}
        case logistic
        /// ½r² up to δ, then δ|r| − ½δ²
        case huber
    }

    /// What a strength of the penalty selects.
    public struct Solution: Sendable {
        /// λ
        public let strength: Double
        /// b₀
        public let intercept: Double
        /// Of the columns with coefficients that are not 0.
        public let coefficients: [Int: Double]
        /// Of Huber's loss.
        public let delta: Double?
        /// Whether the largest change in a sweep fell below the tolerance.
        public let converged: Bool
    }

    /// One for each strength, the strongest first; none where no column can be selected.
    public let solutions: [Solution]
    /// Columns in the order in which they entered.
    public let entered: [Int]

    /// Loss, penalty and path.
    public struct Settings: Sendable {
        /// ℓ
        public var loss = Loss.squared
        /// p
        public var penalty = Penalty.lasso
        /// Strengths on the path, evenly spaced in their logarithm.
        public var count = 60
        /// The last strength over the first.
        public var ratio = 0.01
        /// Stop once so many columns have entered.
        public var enough = Int.max
        /// Of coefficients in units of the loss's curvature, relative to the first strength.
        public var tolerance = 1e-6
        /// Sweeps over the columns at most, for each strength.
        public var maximalSweeps = 2000

        /// The settings that the properties state.
        public init() {}
    }

    /// - Parameters:
    ///   - columns: standardised.
    ///   - targets: 0 or 1 for logistic loss, both of them present.
    public init(_ columns: Columns, _ targets: [Double], _ settings: Settings) {
        precondition(targets.count == columns.rows, "\(targets.count) targets of \(columns.rows) samples")
        var descent = CoordinateDescent(columns, targets, settings)
        let strongest = descent.begin()
        var solutions: [Solution] = []
        if strongest > 0 {
            let factor = pow(settings.ratio, 1 / Double(max(settings.count - 1, 1)))
            for step in 0..<settings.count {
                let strength = strongest * pow(factor, Double(step))
                let known = descent.entered.count
                let converged = descent.solve(strength, limit: settings.tolerance * strongest)
                solutions.append(descent.solution(strength, converged))
                // Those that entered together come in the order of their size, not of their place.
                let sizes = descent.b
                descent.entered[known...].sort { abs(sizes[$0]) > abs(sizes[$1]) }
                if descent.entered.count >= settings.enough { break }
            }
        }
        (self.solutions, entered) = (solutions, descent.entered)
    }

    /// Columns of mean 0 and mean square 1; constant ones are zero and never selected.
    public struct Columns: Sendable {
        /// Samples, and columns.
        public let rows: Int, count: Int
        let values: [Double]
        let isConstant: [Bool]

        /// - Parameter chosen: rows; all if nil.
        public init(_ x: Matrix, rows chosen: [Int]? = nil) {
            let picked = chosen.map { x.selectingRows($0) } ?? x, n = picked.rows
            (rows, count) = (n, picked.columns)
            var (values, isConstant) = (picked.elements, [Bool](repeating: false, count: picked.columns))
            for j in 0..<picked.columns {
                let column = j * n..<(j + 1) * n
                let mean = values[column].reduce(0, +) / Double(n)
                let largest = values[column].reduce(0) { max($0, abs($1)) }
                let deviation = (values[column].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)).squareRoot()
                isConstant[j] = !(deviation > 1e-12 * largest)
                for i in column { values[i] = isConstant[j] ? 0 : (values[i] - mean) / deviation }
            }
            (self.values, self.isConstant) = (values, isConstant)
        }
    }
}
