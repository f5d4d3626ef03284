import SaddleNetworks
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a gradient of a network is multiplied by, t steps back along a series: without forcing, and drawn to the data with the strengths that its Jacobians tell.
public struct GradientGrowth: Sendable {
    /// Norms of products of Jacobians at one forcing strength.
    public struct Course: Sendable {
        /// α
        public let forcing: Double
        /// log₁₀ of ‖∏ (1 − α) J‖ after 1, 2, … steps; ends where the norm is zero or the orbit leaves the range of numbers.
        public let logNorms: [Double]
    }

    /// σ: the largest norm of a Jacobian along the free orbit and along the series.
    public let largestNorm: Double
    /// α = 0; 1 − 1/‖J_T ⋯ J_1‖^{1/T}; 1 − 1/σ.
    public let free, geometric, maximum: Course

    /// - Parameter steps: T.
    public init(_ network: PiecewiseLinearNetwork, on series: Matrix, steps longest: Int = 400) throws {
        let steps = min(longest, series.rows - 1), observed = series.columns
        /// Drawn with strength α; the derivative may be asked for with another one.
        func growth(_ α: Double, factor: Double? = nil) throws -> JacobianGrowth {
            var z = (0..<network.latent).map { $0 < observed ? series[0, $0] : 0 }, jacobians: [Matrix] = []
            for t in 0..<steps {
                var jacobian = network.jacobian(z)
                guard jacobian.isFinite else { break }
                // Rows of what is forced: the derivative of (1 − α) z + α x.
                jacobian.scaleRows(by: (0..<network.latent).map { $0 < observed ? factor ?? 1 - α : 1 })
                jacobians.append(jacobian)
                z = network.next(z)
                for j in 0..<observed { z[j] = (1 - α) * z[j] + α * series[t + 1, j] }
            }
            return try JacobianGrowth(jacobians)
        }
        func course(_ α: Double, _ growth: JacobianGrowth) -> Course {
            Course(forcing: α, logNorms: Array(growth.logNorms.prefix { $0.isFinite }.map { $0 / log(10) }))
        }
        let free = try growth(0)
        largestNorm = max(free.largestNorm, try growth(1, factor: 1).largestNorm)
        self.free = course(0, free)
        let mild = ForcingStrength.bound(norm: free.meanNorm), strong = ForcingStrength.bound(norm: largestNorm)
        geometric = course(mild, try growth(mild))
        maximum = course(strong, try growth(strong))
    }
}
