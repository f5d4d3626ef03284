import SaddleNumerics

/// A linear differential operator with constant coefficients, L = Σ_t c_t ∂^{α_t}, on functions of D variables.
public struct DifferentialOperator: Sendable, Equatable {
    /// One derivative with its coefficient, c ∂^α.
    public struct Term: Sendable, Equatable {
        /// c, by which the derivative is multiplied.
        public var coefficient: Double
        /// α: the order of the derivative in each variable.
        public var orders: [Int]

        /// `orders` has one order for each variable, none negative.
        public init(coefficient: Double, orders: [Int]) {
            self.coefficient = coefficient
            self.orders = orders
        }
    }

    /// D, the number of variables.
    public let dimension: Int
    /// The terms c_t ∂^{α_t} whose sum is L.
    public let terms: [Term]

    /// One term or more, all in the same number of variables.
    public init(_ terms: [Term]) {
        precondition(!terms.isEmpty && Set(terms.map(\.orders.count)).count == 1, "terms in one number of variables are needed")
        precondition(terms.allSatisfy { $0.orders.allSatisfy { $0 >= 0 } }, "a derivative of negative order")
        self.terms = terms
        dimension = terms[0].orders.count
    }

    /// u itself.
    public static func identity(dimension: Int) -> Self {
        Self([Term(coefficient: 1, orders: [Int](repeating: 0, count: dimension))])
    }

    /// ∂ⁿu/∂x_dⁿ
    public static func derivative(_ order: Int, of d: Int = 0, dimension: Int = 1) -> Self {
        Self([Term(coefficient: 1, orders: (0..<dimension).map { $0 == d ? order : 0 })])
    }

    /// Δu = Σ_d ∂²u/∂x_d²
    public static func laplacian(dimension: Int) -> Self {
        (0..<dimension).map { derivative(2, of: $0, dimension: dimension) }.sum
    }

    /// The sum of two operators on the same variables: (a + b)u = au + bu.
    public static func + (a: Self, b: Self) -> Self { Self(a.terms + b.terms) }
    /// A multiple of an operator: (c·a)u = c·(au).
    public static func * (c: Double, a: Self) -> Self {
        Self(a.terms.map { Term(coefficient: c * $0.coefficient, orders: $0.orders) })
    }

    /// The highest order in variable d.
    func order(of d: Int) -> Int { terms.reduce(0) { max($0, $1.orders[d]) } }
}

extension [DifferentialOperator] {
    fileprivate var sum: DifferentialOperator { dropFirst().reduce(self[0], +) }
}

/// Values of L u at points, each known up to independent normal noise.
///
/// Function values, boundary values and the residual of a linear differential equation Lu = f are all of this kind.
public struct LinearObservations: Sendable {
    /// L, the operator whose values are known.
    public var `operator`: DifferentialOperator
    /// One point a row.
    public var points: Matrix
    /// Lu with noise, one number a point.
    public var values: [Double]
    /// Standard deviation of the noise, in the units of the values; above 0. It also says how well a residual must vanish.
    public var noise: Double

    /// As many values as points, one or more.
    public init(_ operator: DifferentialOperator, at points: Matrix, values: [Double], noise: Double) {
        precondition(
            points.columns == `operator`.dimension && values.count == points.rows && !values.isEmpty,
            "\(values.count) values at \(points.rows) points of \(points.columns) variables, operator on \(`operator`.dimension)")
        self.operator = `operator`
        self.points = points
        self.values = values
        self.noise = noise
    }

    /// Values of a function of one variable or of its derivative.
    public init(_ operator: DifferentialOperator = .identity(dimension: 1), at points: [Double], values: [Double], noise: Double)
    {
        self.init(`operator`, at: Matrix(rows: points.count, columns: 1, elements: points), values: values, noise: noise)
    }
}

/// Why a Gaussian process cannot be had.
public enum SpectralProcessError: Error, Equatable, CustomStringConvertible {
    /// The covariance of the observations is not positive definite in double precision.
    case covarianceNotPositive(minor: Int, of: Int, smallestEigenvalue: Double, largest: Double)
    /// The operator asks for more derivatives than the kernel has.
    case kernelNotSmooth(wanted: Int, available: Int)
    /// The noise is zero, negative or not finite.
    case noiseNotPositive(Double)
    /// A value, coordinate or eigenvalue is not finite; `index` counts from 1.
    case notFinite(what: String, index: Int)
    /// The evidence at the start of a fit is not finite.
    case evidenceNotFinite

    public var description: String {
        switch self {
        case .covarianceNotPositive(let minor, let count, let smallest, let largest):
            """
            the covariance of the \(count) observations, scaled to ones on its diagonal, is not positive definite: minor \
            \(minor) fails, its eigenvalues go from \(smallest) to \(largest); raise the noise, or use fewer points
            """
        case .kernelNotSmooth(let wanted, let available):
            """
            the equation needs \(wanted) derivatives of the kernel and its spectrum gives \(available); \
            use a Gaussian spectrum or a Student-t spectrum with at least \(wanted + 1) degrees of freedom
            """
        case .noiseNotPositive(let noise): "the noise is \(noise); expected a finite number above 0"
        case .notFinite(let what, let index): "\(what) number \(index) is not finite"
        case .evidenceNotFinite:
            "the evidence is not a finite number at the start; are values, noise or largest frequency beyond all bounds?"
        }
    }
}
