import SaddleModels

extension Training {
    init(_ section: StudySection) {
        let steps = section.integer("steps", default: 100, atLeast: 0)
        let learningRate = LearningRate(section, steps: steps)
        let problems = section.problems.list.count
        let momentum = section.number("momentum", default: 0, "a number at least 0 and below 1") { $0 >= 0 && $0 < 1 }
        let usesNesterov = section.flag("nesterov", default: false)
        if usesNesterov, momentum == 0, section.problems.list.count == problems {
            section.reject("nesterov", "'training.nesterov' is true but the momentum is 0; set 'training.momentum' above 0")
        }
        self.init(
            steps: steps, learningRate: learningRate, momentum: momentum, usesNesterov: usesNesterov,
            weightDecay: section.number("weight_decay", default: 0, "a number at least 0") { $0 >= 0 },
            loss: Loss(rawValue: section.choice("loss", default: "squared", of: Loss.allCases.map(\.rawValue)))!,
            batchSize: section.optionalInteger("batch_size", atLeast: 1),
            batchSeed: section.integer("batch_seed", default: 0, atLeast: 0, atMost: .max))
        section.finish()
    }
}

extension LearningRate {
    init(_ training: StudySection, steps: Int) {
        let base = training.number("learning_rate", default: 0.5, "a number above 0") { $0 > 0 }
        let schedule = training.section("schedule")
        let kind = schedule.choice("kind", default: "constant", of: ["constant", "cosine", "step"])
        let warmup = schedule.integer("warmup", default: 0, atLeast: 0, atMost: max(steps, 0))
        // Keys of another kind are unknown here, so that none is ignored without a word.
        switch kind {
        case "cosine":
            let final = schedule.number("final", default: 0, "the last rate as a fraction of the first, from 0 to 1") {
                $0 >= 0 && $0 <= 1
            }
            self.init(base: base, warmup: warmup, decay: .cosine(final: final))
        case "step":
            if !schedule.has("every") {
                schedule.reject("every", "'training.schedule' of kind 'step' needs 'every', a number of steps, at least 1")
            }
            let every = schedule.integer("every", default: 1, atLeast: 1)
            let factor = schedule.number("factor", default: 0.1, "a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
            self.init(base: base, warmup: warmup, decay: .step(every: every, factor: factor))
        default:
            self.init(base: base, warmup: warmup)
        }
        schedule.finish()
    }
}
