import Numerics

/// A function f of eigenvalues whose sum Σ f(λ_i) is asked about: analytic around the spectrum.
public struct LinearStatistic: Sendable {
    /// For people: x², log x.
    public let name: String
    /// f and f′, real on the real axis.
    public let function, derivative: @Sendable (Complex<Double>) -> Complex<Double>
    /// f is analytic but for real arguments up to here; nil: everywhere.
    public let singularity: Double?

    /// A statistic by f and f′.
    ///
    /// - Parameter singularity: f is analytic but for real arguments up to here; nil: everywhere.
    public init(
        _ name: String, singularity: Double? = nil, function: @escaping @Sendable (Complex<Double>) -> Complex<Double>,
        derivative: @escaping @Sendable (Complex<Double>) -> Complex<Double>
    ) {
        self.name = name
        self.function = function
        self.derivative = derivative
        self.singularity = singularity
    }

    /// f(x)
    public func callAsFunction(_ x: Double) -> Double { function(Complex(x)).real }

    /// xᵏ, k ≥ 1
    public static func power(_ k: Int) -> LinearStatistic {
        LinearStatistic(
            k == 1 ? "x" : k == 2 ? "x²" : k == 3 ? "x³" : k == 4 ? "x⁴" : "x^\(k)", function: { .pow($0, k) },
            derivative: { Complex(Double(k)) * .pow($0, k - 1) })
    }

    /// log x
    public static let logarithm = LinearStatistic(
        "log x", singularity: 0, function: { .log($0) }, derivative: { 1 / $0 })

    /// x/(x + ridge): its sum is the number of effective parameters of ridge regression.
    public static func ridge(_ ridge: Double) -> LinearStatistic {
        LinearStatistic(
            "x/(x + \(ridge))", singularity: -ridge, function: { $0 / ($0 + Complex(ridge)) },
            derivative: { Complex(ridge) / (($0 + Complex(ridge)) * ($0 + Complex(ridge))) })
    }
}

/// Mean and variance of a linear statistic Σ f(λ_i) of a matrix of order N, up to terms of order 1/N.
public struct LinearStatisticLaw: Sendable, Equatable {
    /// N∫f dρ
    public let leading: Double
    /// What the mean has beyond it, of order 1.
    public let correction: Double
    /// Of order 1: eigenvalues are rigid, not independent.
    public let variance: Double

    /// Of Σ f(λ_i), up to terms of order 1/N.
    public var mean: Double { leading + correction }
}
