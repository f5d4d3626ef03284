import SaddleModels

extension Study {
    /// The study as a file, with every default filled in.
    public var yaml: String {
        var parts = [
            YAMLText.line("name", YAMLText.scalar(name)), section("data", data.lines), section("network", network.lines),
            section("training", training.lines), section("predict", predict.lines),
        ]
        if let simulate { parts.append(section("simulate", simulate.lines)) }
        parts.append(YAMLText.line("record", recordText))
        parts.append(YAMLText.line("kernels", kernels.rawValue))
        let topics: [(name: String, lines: [String]?)] = [
            ("hypernetwork", hypernetwork?.lines), ("spectral_mixture", spectralMixture?.lines),
            ("learning_curve", learningCurve?.lines), ("generalization", generalization?.lines), ("scaling", scaling?.lines),
            ("width_error", widthError?.lines), ("linear_response", linearResponse?.lines), ("spectrum", spectrum?.lines),
        ]
        for topic in topics { if let lines = topic.lines { parts.append(section(topic.name, lines)) } }
        return parts.joined()
    }

    var recordText: String {
        switch record {
        case .times(let count): "\(count)"
        case .steps(let steps): YAMLText.list(steps)
        }
    }

    private func section(_ name: String, _ lines: [String]) -> String {
        "\(name):\n" + lines.map { "  " + $0 }.joined()
    }
}

/// Pieces of YAML text.
enum YAMLText {
    static func line(_ key: String, _ value: String) -> String { "\(key): \(value)\n" }
    static func line(_ key: String, _ value: some Numeric & CustomStringConvertible) -> String { line(key, "\(value)") }
    static func line(_ key: String, _ value: Bool) -> String { line(key, value ? "true" : "false") }
    static func list(_ values: [Int]) -> String { "[\(values.map(String.init).joined(separator: ", "))]" }
    static func list(_ values: [Double]) -> String { "[\(values.map { "\($0)" }.joined(separator: ", "))]" }
    static func list(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }

    /// A text, in quotes unless it cannot be mistaken for anything else.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || "_/.".contains($0)) } == true && text.last != " "
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " _-./".contains($0)) }
            && Double(text) == nil && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
        return isPlain ? text : quoted(text)
    }

    /// A text in quotes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Training {
    var lines: [String] {
        var lines = [
            YAMLText.line("steps", steps), YAMLText.line("learning_rate", learningRate.base),
            YAMLText.line("schedule", learningRate.scheduleText), YAMLText.line("momentum", momentum),
            YAMLText.line("nesterov", usesNesterov), YAMLText.line("weight_decay", weightDecay),
            YAMLText.line("loss", loss.rawValue),
        ]
        if let batchSize { lines.append(YAMLText.line("batch_size", batchSize)) }
        lines.append(YAMLText.line("batch_seed", batchSeed))
        return lines
    }
}

extension LearningRate {
    var scheduleText: String {
        switch decay {
        case .constant: "{kind: constant, warmup: \(warmup)}"
        case .cosine(let final): "{kind: cosine, warmup: \(warmup), final: \(final)}"
        case .step(let every, let factor): "{kind: step, warmup: \(warmup), every: \(every), factor: \(factor)}"
        }
    }
}

extension Study.Prediction {
    var lines: [String] {
        [
            YAMLText.line("sites", sites), YAMLText.line("tolerance", tolerance), YAMLText.line("directions", directions),
            YAMLText.line("replicas", replicas), YAMLText.line("seed", seed), YAMLText.line("method", method.rawValue),
            YAMLText.line("observables", observables.map(YAMLText.list) ?? "all"),
        ]
    }
}

extension Study.Simulation {
    var lines: [String] {
        [
            YAMLText.line("widths", YAMLText.list(widths)), YAMLText.line("networks", networks),
            YAMLText.line("seed", seed),
        ]
    }
}
