extension ScalingForm {
    package var text: String {
        switch self {
        case .power: "A x⁻ᵅ"
        case .powerWithLimit: "L∞ + A x⁻ᵅ"
        case .broken: "a power law with a bend"
        }
    }
}

extension ScalingFit.Regime {
    package var text: String {
        switch self {
        case .varianceLimited: "Variance-limited"
        case .resolutionLimited: "Resolution-limited"
        case .crossover: "Crossover between two laws"
        case .undecided: "The data cannot tell"
        }
    }
}
