/// `saddle measure scaling`
enum MeasureScaling: Question {
    static let verb = QuestionVerb.measure
    static let name = "scaling"
    static let phrase = "fitting a scaling law"
    static let summary = "Fit measured losses: which scaling law, which regime, how sure."
    static let discussion = """
        Reads a table with a row for each measured loss: a size (samples, width, steps, compute) and the loss. Rows \
        with the same size are repetitions, such as seeds. Fits a power law, a limit and a bend if the data ask for \
        them, intervals by the profile likelihood of each law, and names the regime: variance-limited, resolution- \
        limited, a crossover, or that the data cannot tell.
        """
    static let examples = ["losses.csv", "sweep.csv --size-column samples --loss-column test_loss", "sweep.csv --loss-column 4 --error-column 5 --json"]
    static let sections = ["scaling"]

    static let argument: (key: String, help: String)? = ("scaling.losses", "A CSV file.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        try Answer(legacy: MeasureScalingTopic().result(context))
    }
}
