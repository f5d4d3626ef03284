#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Logarithms of sizes and losses, with weights and what is known of the noise.
///
/// Errors of losses are relative, and taken as log-normal: no loss is negative, and a law is fitted to log L by least squares.
struct LogLosses: Sendable {
    /// log x and log L
    let sizes, losses: [Double]
    /// 1/(relative error)², or 1 where errors are unknown and taken as equal.
    let weights: [Double]
    /// Degrees of freedom behind given errors; nil if the scatter around the law is all that is known.
    let freedomOfErrors: Double?

    var count: Int { sizes.count }

    /// Relative rounding of numbers read from a file and of their logarithms: no scatter is taken to be smaller.
    static let rounding = 1e-14

    init(_ table: LossTable) {
        sizes = table.sizes.map { log($0) }
        losses = table.losses.map { log($0) }
        weights =
            table.errors.map { errors in
                zip(errors, table.losses).map { 1 / pow(max($0 / $1, Self.rounding), 2) }
            } ?? Array(repeating: 1, count: table.sizes.count)
        freedomOfErrors = table.errors == nil ? nil : table.freedom
    }

    /// How large the noise is if a law with so many parameters leaves a weighted sum of squares.
    func scatter(residual: Double, parameters: Int) -> Scatter {
        let freedom = Double(count - parameters)
        guard let known = freedomOfErrors else {
            let variance = freedom > 0 ? max(residual / freedom, Self.rounding * Self.rounding) : .infinity
            return Scatter(variance: variance, freedom: max(freedom, 1), isMisfit: false, isFromResiduals: true)
        }
        // Errors are believed unless the law misses by more than they allow; then they are enlarged to what is seen.
        if freedom > 0, residual > freedom, Scatter.misfit(residual / freedom, freedom, known) < ScalingFit.significance {
            return Scatter(variance: residual / freedom, freedom: freedom, isMisfit: true, isFromResiduals: true)
        }
        return Scatter(variance: 1, freedom: known, isMisfit: false, isFromResiduals: false)
    }
}
