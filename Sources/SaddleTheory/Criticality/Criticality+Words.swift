// How the theory's cases are called in files and on pages.

extension UniversalityClass {
    package var key: String {
        switch self {
        case .scaleInvariant: "scale_invariant"
        case .vanishingKernel: "vanishing_kernel"
        case .halfStable: "half_stable"
        case .none: "none"
        }
    }

    package var text: String {
        switch self {
        case .scaleInvariant: "Scale-invariant class: every kernel is a fixed point"
        case .vanishingKernel: "Class K* = 0: the kernel decays as 1/ℓ"
        case .halfStable: "Half-stable class: K* > 0 attracts from one side"
        case .none: "No criticality"
        }
    }
}

extension CriticalPoint.Stability {
    package var key: String {
        switch self {
        case .neutral: "neutral"
        case .attracting: "attracting"
        case .repelling: "repelling"
        case .halfStable(let fromAbove): fromAbove ? "half_stable_from_above" : "half_stable_from_below"
        }
    }

    package var text: String {
        switch self {
        case .neutral: "stay where they are"
        case .attracting: "tend to K*"
        case .repelling: "leave K*"
        case .halfStable(let fromAbove): fromAbove ? "tend to K* from above, leave below" : "tend to K* from below, leave above"
        }
    }
}

extension Phase {
    package var remark: String {
        switch self {
        case .ordered: "inputs become alike, gradients vanish"
        case .critical: ""
        case .chaotic: "nearby inputs part, gradients explode"
        case .unbounded: "the kernel grows from layer to layer"
        }
    }
}
