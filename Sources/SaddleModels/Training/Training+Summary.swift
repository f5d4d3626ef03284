import SaddleNumerics

extension Training {
    /// In one line, for people.
    package var summary: String {
        let batches =
            batchSize.map {
                "\(isStream ? "on a stream, in" : "in") \(order == .sequential && !isStream ? "sequential " : "")batches of \($0)"
            } ?? "on all samples at once"
        var parts = [
            "\(NumberText.count(steps)) steps of \(optimizer.title) \(batches)",
            "learning rate \(NumberText.short(learningRate.base))"
                + LayerRole.allCases.compactMap { role in
                    layerRates[role].map { ", \(NumberText.short($0)) of \(role.words)" }
                }.joined(),
        ]
        switch learningRate.decay {
        case .constant: break
        case .cosine: parts.append("cosine schedule")
        case .step(let every, let factor): parts.append("times \(NumberText.short(factor)) every \(every) steps")
        }
        if learningRate.warmup > 0 { parts.append("\(learningRate.warmup) warm-up steps") }
        if momentum > 0 { parts.append((usesNesterov ? "Nesterov " : "") + "momentum \(NumberText.short(momentum))") }
        let isDecoupled = optimizer.decay == .decoupled
        if weightDecay > 0 { parts.append("\(isDecoupled ? "decoupled " : "")weight decay \(NumberText.short(weightDecay))") }
        parts.append(loss == .squared ? "squared loss" : "cross-entropy loss")
        return parts.joined(separator: ", ")
    }
}

extension Optimizer {
    /// For people, as in "100 steps of Muon".
    package var title: String {
        rule.title + (others == rule ? "" : " (others: \(others.title))")
    }
}

extension UpdateRule {
    fileprivate var title: String {
        switch self {
        case .descent: "gradient descent"
        case .normalized: "normalised descent"
        case .muon(.newtonSchulz): "Muon (Newton–Schulz)"
        case .muon(.exact(let ε)): "Muon (exact, ε = \(NumberText.short(ε)))"
        case .shampoo(let ε): "Shampoo (ε = \(NumberText.short(ε)))"
        case .sign: "sign descent"
        case .adam(let β1, let β2, let ε): "Adam (\(NumberText.short(β1)), \(NumberText.short(β2)), ε = \(NumberText.short(ε)))"
        }
    }
}

extension LayerRole {
    fileprivate var words: String { self == .input ? "the inputs' weights" : self == .hidden ? "hidden weights" : "the readout" }
}
