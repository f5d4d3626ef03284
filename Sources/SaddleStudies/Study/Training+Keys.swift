import SaddleModels

extension Training: Settings {
    public init() { self.init(steps: 100, learningRate: LearningRate(base: 0.5)) }

    static let keys: [Key<Training>] = [
        Key("steps", \.steps, .integer(atLeast: 0), "Steps of training."),
        Key(
            "epochs", \.epochs, .optional(.integer(atLeast: 1)),
            "In place of steps: passes over the samples, as many as data.train says."),
        Key(
            "data", \.supply, Supply.kind,
            "Whether samples are learnt again and again (fixed; so unless given) or each once (stream)."),
        Key("learning_rate", \.learningRate.base, .number(above: 0), "η₀, the first after a warm-up."),
        Key(
            "learning_rates", \.layerRates, .layerRates,
            "η₀ of the weights of single layers; those without one have learning_rate."),
        .section("schedule", \.schedule, "How the learning rate changes."),
        .optimizer(
            "optimizer", \.optimizer, "What a step makes of the gradient (Documentation/Optimizers.md says in which units)."),
        Key(
            "momentum", \.momentum, .number("a number at least 0 and below 1") { $0 >= 0 && $0 < 1 },
            "Of the heavy ball; of every rule but adam."),
        Key("nesterov", \.usesNesterov, .flag, "Whether the momentum is Nesterov's."),
        Key(
            "weight_decay", \.weightDecay, .number(atLeast: 0), "λ: plain descent takes parameters to (1 − ηλ) of what they are."),
        Key("loss", \.loss, .choice, "What is minimised."),
        Key("batch_size", \.batchSize, .optional(.integer(atLeast: 1)), "Samples a step; without it every step sees all."),
        Key("order", \.statedOrder, orderKind, "How samples follow one another: shuffled each epoch, or as the data have them."),
        Key("batch_seed", \.batchSeed, .seed, "Decides the order of batches, the same for all networks."),
    ]

    mutating func complete(_ section: StudySection) {
        if epochs == nil { checkWarmup { section.reject($0, $1) } }
        if epochs != nil, section.has("steps") {
            section.reject("epochs", "'training.epochs' is given beside 'training.steps'; expected one of the two")
        }
        if isStream, batchSize == nil, !section.isWrong("batch_size") {
            section.reject("data", "'training.data' is stream, but 'training.batch_size', the samples of a step, is not given")
        }
        if isStream, !section.has("order") { order = .sequential }
        if order == .sequential, section.has("order"), batchSize == nil, !section.isWrong("batch_size") {
            section.reject(
                "order", "'training.order' is sequential, but without 'training.batch_size' every step sees all samples")
        }
        if usesNesterov, momentum == 0, !section.isWrong("momentum") {
            section.reject("nesterov", "'training.nesterov' is true but the momentum is 0; set 'training.momentum' above 0")
        }
        if momentum != 0, optimizer.rule.isAdam, optimizer.others.isAdam {
            section.reject(
                "momentum",
                "'training.momentum' is \(momentum), but adam has a momentum of its own; expected 0, and beta1 in 'training.optimizer'"
            )
        }
    }

    func checkWarmup(_ reject: (_ key: String, _ message: String) -> Void) {
        if learningRate.warmup <= steps { return }
        reject(
            "schedule.warmup",
            "'training.schedule.warmup' is \(learningRate.warmup); expected a whole number from 0 to \(steps) (training.steps)")
    }

    /// Where samples come from.
    fileprivate enum Supply: String, CaseIterable, Sendable {
        case fixed, stream

        /// Not written where it is the usual one: studies without it stay what they were.
        static let kind = Kind<Supply>(
            Kind<Supply>.choice.accepted, words: Kind<Supply>.choice.words, read: Kind<Supply>.choice.read
        ) { $0 == .fixed ? nil : $0.rawValue }
    }

    fileprivate var supply: Supply {
        get { isStream ? .stream : .fixed }
        set { isStream = newValue == .stream }
    }

    /// Not written where it is the usual one.
    private static let orderKind = Kind<BatchOrder?>.optional(Kind<BatchOrder>.choice)
    fileprivate var statedOrder: BatchOrder? {
        get { order == (isStream ? .sequential : .shuffled) ? nil : order }
        set { order = newValue ?? .shuffled }
    }

    /// The learning rate's course as a study writes it.
    fileprivate struct Schedule: Settings {
        enum Kind: String, CaseIterable, Sendable { case constant, cosine, step }

        var kind = Kind.constant
        var warmup = 0
        var final: Double?
        var every: Int?
        var factor: Double?

        static let keys: [Key<Self>] = [
            Key("kind", \.kind, .choice, "How the learning rate falls after the warm-up."),
            Key("warmup", \.warmup, .integer(atLeast: 0), "Steps of its linear growth from 0."),
            Key(
                "final", \.final,
                .optional(.number("the last rate as a fraction of the first, from 0 to 1") { $0 >= 0 && $0 <= 1 }),
                "Of a cosine: the last rate over the first (0 unless given)."),
            Key("every", \.every, .optional(.integer(atLeast: 1)), "Of steps: how many steps of training lie between two."),
            Key(
                "factor", \.factor, .optional(.number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 }),
                "Of steps: by what each multiplies the rate (0.1 unless given)."),
        ]

        mutating func complete(_ section: StudySection) {
            // Keys of another kind are unknown, so that none is ignored without a word.
            let known: [String] =
                switch kind {
                case .constant: []
                case .cosine: ["final"]
                case .step: ["every", "factor"]
                }
            for key in ["final", "every", "factor"] where section.has(key) && !known.contains(key) {
                section.reject(
                    key,
                    "unknown key 'training.schedule.\(key)' (known here: "
                        + "\((["kind", "warmup"] + known).joined(separator: ", ")))")
            }
            if kind == .step, !section.has("every") {
                section.reject("every", "'training.schedule' of kind 'step' needs 'every', a number of steps, at least 1")
            }
        }
    }

    fileprivate var schedule: Schedule {
        get {
            var schedule = Schedule()
            schedule.warmup = learningRate.warmup
            switch learningRate.decay {
            case .constant: break
            case .cosine(let final): (schedule.kind, schedule.final) = (.cosine, final)
            case .step(let every, let factor): (schedule.kind, schedule.every, schedule.factor) = (.step, every, factor)
            }
            return schedule
        }
        set {
            let decay: LearningRate.Decay =
                switch newValue.kind {
                case .constant: .constant
                case .cosine: .cosine(final: newValue.final ?? 0)
                case .step: .step(every: newValue.every ?? 1, factor: newValue.factor ?? 0.1)
                }
            learningRate = LearningRate(base: learningRate.base, warmup: newValue.warmup, decay: decay)
        }
    }
}
