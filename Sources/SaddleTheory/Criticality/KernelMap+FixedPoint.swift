import SaddleModels
import SaddleNumerics

/// Where the kernel goes with depth, and what the layers do there.
public enum KernelLimit: Sendable, Equatable {
    /// K → K*, with the susceptibilities at K*; those at K* = 0 are limits K → 0.
    case fixedPoint(KernelResponse)
    /// K grows beyond `KernelMap.largestKernel`; the susceptibilities there.
    case unbounded(KernelResponse)

    /// K* and the susceptibilities, or those at the largest kernel.
    public var response: KernelResponse {
        switch self {
        case .fixedPoint(let response), .unbounded(let response): response
        }
    }

    /// By χ_⊥ at the limit, or unbounded.
    public var phase: Phase {
        switch self {
        case .unbounded: .unbounded
        case .fixedPoint(let response):
            abs(response.perpendicular - 1) <= KernelMap.criticalTolerance
                ? .critical : response.perpendicular < 1 ? .ordered : .chaotic
        }
    }
}

/// What happens to two nearby inputs, and to gradients, with depth.
public enum Phase: String, Sendable, Equatable, CaseIterable {
    /// χ_⊥ < 1: inputs become alike, gradients vanish.
    case ordered
    /// χ_⊥ = 1 within 1e-4: depth scales beyond 10⁴ layers.
    case critical
    /// χ_⊥ > 1: nearby inputs part, gradients explode.
    case chaotic
    /// The kernel itself grows without bound.
    case unbounded
}

extension KernelMap {
    /// Kernels are followed up to here.
    public static let largestKernel = 1e12
    /// χ_⊥ this close to 1 is called critical.
    public static let criticalTolerance = 1e-4
    /// A gap K⁺ − K that closes to this part of K is a fixed point: passing it takes more than 10⁴ layers.
    static let gapTolerance = 1e-8
    /// Without biases a kernel that still falls here tends to 0; further down K⁺ − K drowns in rounding at χ_∥ = 1.
    static let vanishingKernel = 1e-12
    /// The kernel at which limits K → 0 are read off: deviations from them are far below rounding.
    static let infinitesimalKernel = 1e-30
    /// The error of K⁺/K.
    static let rounding = 1e-14

    /// The fixed point that the kernel tends to from K.
    ///
    /// Follows the sign of K⁺ − K upwards or downwards in steps of a tenth to the first change of sign, or to the first
    /// minimum of the gap that is closed to 1e-8 of K: at a half-stable critical point the gap only touches zero, and
    /// parameters are known to so many digits. For monotone maps (χ_∥ ≥ 0) that is the limit of the iteration.
    ///
    /// - Note: Relative error of K* about 1e-15/|1 − χ_∥|.
    public func limit(from kernel: Double = 1) throws(CriticalityError) -> KernelLimit {
        try limit(from: kernel, known: [:])
    }

    /// - Parameter known: averages at some of the kernels that are passed, so that they need not be computed again.
    func limit(from kernel: Double, known: [Double: ActivationAverages]) throws(CriticalityError) -> KernelLimit {
        precondition(kernel > 0 && kernel.isFinite, "kernel \(kernel)")
        func response(at kernel: Double) throws(CriticalityError) -> KernelResponse {
            if let averages = known[kernel] { return self.response(averages) }
            return try self.response(at: kernel)
        }
        let start = try response(at: kernel)
        if abs(start.next - kernel) <= Self.rounding * kernel { return .fixedPoint(start) }
        let isRising = start.next > start.kernel
        var here = start
        while !isRising || here.kernel < Self.largestKernel {
            let kernel = isRising ? Self.above(here.kernel) : max(Self.below(here.kernel), biasVariance)
            if kernel < Self.vanishingKernel && biasVariance == 0 {
                return .fixedPoint(try self.response(at: Self.infinitesimalKernel).atZero)
            }
            var there: KernelResponse
            do { there = try response(at: kernel) } catch {
                // An activation that grows exponentially: its averages overflow before K does.
                if isRising, case .average(_, _, .notFinite) = error { return .unbounded(here) }
                throw error
            }
            if here.parallel < 1 && there.parallel > 1 && (there.next > there.kernel) == isRising {
                let narrowest = try bracketedRoot(here.kernel, there.kernel) { kernel throws(CriticalityError) in
                    try self.response(at: kernel).parallel - 1
                }
                let gap = try self.response(at: narrowest)
                if abs(gap.next - gap.kernel) <= Self.gapTolerance * gap.kernel { return .fixedPoint(gap) }
                if (gap.next > gap.kernel) != isRising { there = gap }
            }
            if (there.next > there.kernel) != isRising || there.next == there.kernel {
                let root = try bracketedRoot(here.kernel, there.kernel) { kernel throws(CriticalityError) in
                    try self.response(at: kernel).next - kernel
                }
                return .fixedPoint(try self.response(at: root))
            }
            here = there
        }
        return .unbounded(here)
    }

    private static func above(_ kernel: Double) -> Double { kernel * (kernel < 1e4 ? 1.1 : 2) }
    private static func below(_ kernel: Double) -> Double { kernel * 0.9 }

    /// The averages at all kernels that ``limit(from:known:)`` can pass from `kernel`, as far as they are finite.
    static func averagesOnTheWay(
        of activation: Activation, from kernel: Double
    ) -> [Double: ActivationAverages] {
        var known: [Double: ActivationAverages] = [:]
        for next in [above, below] {
            var here = kernel
            while here < largestKernel && here > vanishingKernel,
                let averages = try? ActivationAverages(of: activation, kernel: here)
            {
                known[here] = averages
                here = next(here)
            }
        }
        return known
    }
}

extension KernelResponse {
    /// The response with K and K⁺ set to 0.
    var atZero: KernelResponse { KernelResponse(kernel: 0, next: 0, parallel: parallel, perpendicular: perpendicular) }
}
