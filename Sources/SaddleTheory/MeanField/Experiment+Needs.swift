import SaddleModels

/// What a training needs of the way in which weights are held.
extension Experiment {
    /// Whether its first weights must be known component by component: their optimiser acts on entries, or the inputs are too many for their
    /// products.
    var needsInputComponents: Bool {
        training.optimizer.rule(of: .input).action == .onEntries || training.isStream && data.trainCount > data.inputDimension
    }

    /// Whether weights must be held entry by entry: their optimiser acts on entries, or sees the whole of what decays, or a centred network meets
    /// samples whose outputs at the start nobody holds. Bases of what was asked then do not suffice, and the limit is found by networks.
    package var needsEntries: Bool {
        let (optimizer, isCentredStream) = (training.optimizer, training.isStream && network.isCentered)
        return isCentredStream || [optimizer.rule, optimizer.others].contains { $0.action == .onEntries }
            || (!optimizer.isDescent && optimizer.decay == .coupled && training.weightDecay != 0)
    }

    /// Whether weights between populations look through windows.
    var hasHiddenWindows: Bool { graph.hiddenWeights.contains { graph.weights[$0].window != nil } }
}
