import SaddleReport

extension LearningCurveAnswer {
    /// (tr Σ)²/tr Σ²: how many directions the inputs have, as preactivations see them.
    var effectiveRank: Double {
        let (λ, m) = (task.spectrum.eigenvalues, task.spectrum.multiplicities)
        let square = zip(λ, m).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        return task.spectrum.trace * task.spectrum.trace / square
    }

    /// What the theory takes the activation for, and how good that is for these inputs.
    var equivalenceNote: Page.Block {
        let φ = task.activation
        let rank = effectiveRank
        let text =
            "Features are \(study.activation.name)(h) without their mean \(NumberText.short(φ.mean)), h of variance 1 on average. In high dimension they act "
            + "like \(NumberText.short(φ.slope))·h and independent noise of variance \(NumberText.short(φ.rest)). Corrections are of order 1/r, "
            + "r = (tr Σ)²/tr Σ² = \(NumberText.short(rank))"
        // Measured: about 5 % at r = 11.
        return rank < Self.fewDirections
            ? .callout(
                .neutral, title: "Few directions",
                text: text + ": few; expect several per cent. A flatter spectrum or a larger dimension makes theory better.")
            : .paragraph(text + ".")
    }

    private static let fewDirections = 40.0
}
