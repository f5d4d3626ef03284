extension ScalingTheory.Condition {
    /// - Parameter isDescent: whether all layers learn by descent, for which conditions are written out in a, b, c.
    public func text(isDescent: Bool) -> String {
        switch self {
        case .inputAtStart: "a₁ + b₁ = 0: the first layer starts at order one"
        case .hiddenAtStart: "aₗ + bₗ = ½ for 2 ≤ l ≤ L: hidden layers start at order one"
        case .outputAtStart: "a + b ≥ ½ at the output: outputs do not start beyond order one"
        case .features: "r ≥ 0: features do not blow up in training"
        case .outputByReadout:
            "\(isDescent ? "2a + c" : "q") ≥ 1 at the output: the readout's updates\(isDescent ? "" : ", ∝ N^−q,") do not blow up the outputs"
        case .outputByFeatures: "a + b + r ≥ 1 at the output: features that move do not blow up the outputs"
        }
    }
}

extension ScalingTheory {
    /// What is violated, for people.
    public var violationTexts: [String] { violations.map { $0.text(isDescent: isDescent) } }
}
