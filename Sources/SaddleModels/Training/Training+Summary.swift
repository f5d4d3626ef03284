import SaddleNumerics

extension Training {
    /// In one line, for people.
    package var summary: String {
        let batches = batchSize.map { "in batches of \($0)" } ?? "on all samples at once"
        var parts = [
            "\(NumberText.count(steps)) steps of gradient descent \(batches)",
            "learning rate \(NumberText.short(learningRate.base))",
        ]
        switch learningRate.decay {
        case .constant: break
        case .cosine: parts.append("cosine schedule")
        case .step(let every, let factor): parts.append("times \(NumberText.short(factor)) every \(every) steps")
        }
        if learningRate.warmup > 0 { parts.append("\(learningRate.warmup) warm-up steps") }
        if momentum > 0 { parts.append((usesNesterov ? "Nesterov " : "") + "momentum \(NumberText.short(momentum))") }
        if weightDecay > 0 { parts.append("weight decay \(NumberText.short(weightDecay))") }
        parts.append(loss == .squared ? "squared loss" : "cross-entropy loss")
        return parts.joined(separator: ", ")
    }
}
