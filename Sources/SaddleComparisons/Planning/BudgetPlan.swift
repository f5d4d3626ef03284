import SaddleNumerics

/// The width and the number of networks, their outputs averaged, with the lowest expected loss within a budget.
public struct BudgetPlan: Sendable {
    /// A number of networks and the widest width that the budget allows so many of.
    public struct Choice: Sendable {
        /// N of each network, and how many outputs are averaged.
        public let width, networks: Int
        /// Expected loss of the averaged outputs, and its standard error.
        public let loss, error: Double
    }

    /// Largest cost of all networks together, in the units of `cost`.
    public let budget: Double
    /// For each number of networks the widest ones within the budget, as far as it allows any.
    public let choices: [Choice]
    /// The choice with the lowest expected loss.
    public var best: Choice { choices.min { $0.loss < $1.loss }! }
    /// One network, as wide as the budget allows.
    public var single: Choice { choices[0] }
    /// Loss of the single network less that of the best choice, with its error.
    public let gain: (value: Double, error: Double)

    /// - Parameters:
    ///   - cost: of one network, which grows with the width.
    ///   - unit: widths are multiples of it.
    /// - Returns: nil where the budget does not allow the smallest network that was seen.
    public init?(_ evidence: WidthEvidence, budget: Double, unit: Int, cost: (Int) -> Double) {
        self.budget = budget
        func widest(_ networks: Int) -> Int? {
            let share = budget / Double(networks), first = (evidence.least + unit - 1) / unit
            guard cost(first * unit) <= share else { return nil }
            var (fits, fails) = (first, 2 * first)
            while cost(fails * unit) <= share, fails * unit < Int(WidthRequirement.most) { (fits, fails) = (fails, 2 * fails) }
            while fails - fits > 1 {
                let middle = (fits + fails) / 2
                if cost(middle * unit) <= share { fits = middle } else { fails = middle }
            }
            return fits * unit
        }
        var choices: [Choice] = []
        for networks in Self.sizes where evidence.isSquared || networks == 1 {
            guard let width = widest(networks) else { break }
            let loss = evidence.loss(width: Double(width), networks: networks)
            choices.append(Choice(width: width, networks: networks, loss: loss.value, error: loss.error))
        }
        guard let single = choices.first, let best = choices.min(by: { $0.loss < $1.loss }) else { return nil }
        self.choices = choices
        let widths = evidence.loss.difference(Double(single.width), Double(best.width))
        let v = evidence.spread.value(at: Double(best.width)), share = 1 - 1 / Double(best.networks)
        gain = (single.loss - best.loss, (widths.error * widths.error + share * share * v.error * v.error).squareRoot())
    }

    static let sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
}
