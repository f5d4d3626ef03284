extension RandomMatrixModel {
    /// The ensemble in words.
    package var title: String {
        let list = { (values: [Double]) in values.map { NumberText.exponent($0) }.joined(separator: ", ") }
        let population =
            switch self.population {
            case .isotropic: "isotropic population"
            case .powerLaw: "eigenvalues k^(−\(NumberText.exponent(exponent)))"
            case .values(let values): "eigenvalues \(list(values))"
            }
        switch ensemble {
        case .goe: return "symmetric Gaussian matrices, σ = \(NumberText.exponent(deviation))"
        case .gue: return "Hermitian Gaussian matrices, σ = \(NumberText.exponent(deviation))"
        case .wishart: return "sample covariances, D/P = \(list(ratios)), \(population)"
        case .randomFeatures: return "random features, D/N = \(list(ratios)), \(population)"
        case .spiked: return "sample covariances, D/P = \(list(ratios)), \(population), spikes \(list(spikes))"
        case .spikedWigner:
            return "symmetric Gaussian matrices, σ = \(NumberText.exponent(deviation)), plus spikes \(list(spikes))"
        case .freeSum:
            switch addend {
            case .goe: return "\(population) plus a symmetric Gaussian matrix, σ = \(NumberText.exponent(deviation))"
            case .wishart: return "\(population) plus a sample covariance, D/P = \(list(ratios))"
            case .population: return "\(population) plus the same, randomly rotated"
            }
        case .ginibre: return "complex Gaussian matrices"
        case .elliptic: return "real Gaussian matrices, τ = \(NumberText.exponent(symmetry))"
        }
    }
}
