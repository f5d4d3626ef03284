/// `saddle predict learning-curve`
enum PredictLearningCurve: Question {
    static let verb = QuestionVerb.predict
    static let name = "learning-curve"
    static let phrase = "learning curve of a linear student"
    static let summary = "Loss of a linear student against time, samples and width, split by what causes it."
    static let discussion = """
        Student and teacher are linear in D inputs with any covariance spectrum; the student may see N random features of \
        them, linear or not. In the limit of large D, P and N: training and test loss, bias and the variance from features, \
        data, label noise, initial weights and batches, what ensembles of students would buy, the best stopping time and \
        ridge, double descent.
        """
    static let examples = [
        "", "--samples 200 --width infinite --method sgd --noise 0.5", "--spectrum isotropic --activation relu --width 300",
        "--spectrum isotropic --noise 0 --samples 190", "--dimension 100000 --samples 20000",
    ]
    static let sections = ["learning_curve"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        try LearningCurveAnswer(context, simulates: false).answer(name: context.study.name)
    }
}

/// `saddle simulate learning-curve`
enum SimulateLearningCurve: Question {
    static let verb = QuestionVerb.simulate
    static let name = "learning-curve"
    static let phrase = "finite linear students"
    static let summary = "Finite linear students, trained and compared with the theory."
    static let discussion = """
        Trains students at the sizes of the study and at twice these, two data sets by two sets of features in each \
        repeat, and compares losses and products of residuals with the theory, extrapolated in 1/size.
        """
    static let examples = [
        "", "--method one_pass --batch-size 10 --time 500", "--spectrum isotropic --activation tanh",
        "--method ridge --repeats 100",
    ]
    static let sections = ["learning_curve"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        try context.study.checkMemory(context.study.learningCurve ?? LearningCurveStudy())
        return try LearningCurveAnswer(context, simulates: true).answer(name: context.study.name)
    }
}
