import SaddleModels

/// What a residual network whose L branches have the factor L^{−α} does as its depth goes to infinity, when the learning rates of
/// its weights are L^{rate}: sizes by the counting of ``MaximalUpdate``, at any fixed width.
public struct DepthScaling: Sendable {
    /// α
    public let branchExponent: Double
    /// Of the learning rate of weights in branches.
    public let rate: Double
    /// Of |ΔW φ| in a branch, without the branch's factor.
    public let ownUpdate: Double

    /// - Parameters:
    ///   - rate: nil: that of maximal updates.
    ///   - fixedEpsilon: whether ε is the same number at every depth, and decides in the end; else it is below all gradients or follows them.
    public init(branchExponent α: Double, _ rule: UpdateRule, rate: Double? = nil, fixedEpsilon: Bool = false) {
        let response = UpdateCount(rule, fixedEpsilon: fixedEpsilon).response(gradient: 0 - α, .init(fanIn: 0, fanOut: 0))
        branchExponent = α
        self.rate = rate ?? α - 1 - response
        ownUpdate = self.rate + response
    }

    /// Of what all branches together move features by: 1 − α + own update.
    public var featureUpdate: Double { 1 - branchExponent + ownUpdate }

    /// What branches do with features in the limit of infinite depth.
    public enum Regime: String, Sendable {
        /// Features start, or move, beyond order one.
        case unstable
        /// Features move by less than order one through the branches, however many there are.
        case still
        /// Features move by order one, but each branch by less than it is at initialisation: it acts as its linearisation.
        case linearized
        /// Every branch moves by as much as it is.
        case complete
    }

    /// By α, the update of all branches and that of one.
    public var regime: Regime {
        if branchExponent < 0.5 - ScalingTheory.rounding || featureUpdate > ScalingTheory.rounding { return .unstable }
        if featureUpdate < -ScalingTheory.rounding { return .still }
        return ownUpdate < -ScalingTheory.rounding ? .linearized : .complete
    }

    /// Whether features stay of order one at every depth.
    public var isStable: Bool { regime != .unstable }
}
