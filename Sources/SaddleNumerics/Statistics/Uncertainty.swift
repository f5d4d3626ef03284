/// One independent contribution to the error of a number.
public struct Uncertainty: Sendable, Equatable {
    /// Standard error.
    public var error: Double
    /// Of the estimate of `error`; infinite where it is known, as truncation and discretisation errors are taken to be.
    public var degreesOfFreedom: Double

    /// A standard error, known exactly unless told otherwise.
    public init(error: Double, degreesOfFreedom: Double = .infinity) {
        self.error = error
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The standard error of a mean over independent samples.
    public init(_ estimate: Estimate) {
        self.init(error: estimate.standardError, degreesOfFreedom: Double(max(estimate.count - 1, 1)))
    }

    /// The sum in quadrature (``UncertaintySum``).
    public static func combined(_ parts: [Uncertainty]) -> Uncertainty {
        var sum = UncertaintySum()
        for part in parts { sum.add(part.error, part.degreesOfFreedom) }
        return Uncertainty(error: sum.error, degreesOfFreedom: sum.degreesOfFreedom)
    }

    /// An error bar joined with another estimate of it, and never below itself.
    ///
    /// Welch's degrees of freedom are those of the largest part: an error bar from two networks that is small by chance is hidden among
    /// the others, and the sum is believed. The other side knows the spread of networks.
    public func steadied(by other: Double, degreesOfFreedom ν: Double) -> Uncertainty {
        guard error.isFinite, ν > 0 else { return self }
        let shared = (ν * other * other + degreesOfFreedom * error * error) / (ν + degreesOfFreedom)
        return Uncertainty(error: max(error, shared.squareRoot()), degreesOfFreedom: ν + degreesOfFreedom)
    }
}

/// Independent errors added in quadrature, with the degrees of freedom of Welch and Satterthwaite: ν = (Σ eᵢ²)²/Σ(eᵢ⁴/νᵢ). An error bar from
/// four replicas is trusted less than one from a hundred networks.
///
/// Inlined, since millions of numbers have six parts each.
@frozen public struct UncertaintySum: Sendable {
    @usableFromInline var square = 0.0
    @usableFromInline var weighted = 0.0
    /// The largest single error.
    public var largest = 0.0

    /// No errors yet: 0, with infinite degrees of freedom.
    @inlinable public init() {}

    /// Adds an independent error with its degrees of freedom.
    @inlinable public mutating func add(_ error: Double, _ ν: Double = .infinity) {
        let own = error * error
        square += own
        weighted += own * own / ν
        if error > largest { largest = error }
    }

    /// ν of the sum; infinite where every error is known.
    @inlinable public var error: Double { square.squareRoot() }
    @inlinable public var degreesOfFreedom: Double { weighted > 0 ? square * square / weighted : .infinity }
}
