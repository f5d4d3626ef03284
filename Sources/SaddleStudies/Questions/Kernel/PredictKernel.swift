import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict kernel`: the two kernels of the study's network at infinite width, on the study's data.
enum PredictKernel: Question {
    static let verb = QuestionVerb.predict
    static let name = "kernel"
    static let phrase = "evaluating the kernels"
    static let summary = "Kernels of infinite width: NNGP and tangent kernel on the study's data."
    static let discussion = """
        Serves every activation, biases (network.bias_scale) and the ntk, mean_field, mup and standard parameterisations \
        (for standard, whose tangent kernel grows with the width, at the largest of simulate.widths).
        """
    static let examples = ["digits.yaml", "--activation relu --train 150 --json"]
    static let sections = ["network", "data", "simulate"]

    /// Samples beyond which eigenvalues would take longer than the kernel by far.
    private static let spectrumLimit = 2000

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        let loaded = try study.loadData(), data = loaded.dataset
        try study.checkKernelMemory(data)
        let kernels = try study.infiniteKernels(data, width: study.simulate?.widths.max(), progress: context.progress)
        var answer = Answer(
            "Kernels of infinite width", subtitle: "\(study.networkText); \(data.name), \(data.trainCount) training samples",
            warnings: loaded.warnings)
        answer.add("relative_error", kernels.accuracy, "Error of every entry, relative to the diagonal")
        try addNumbers(kernels, data, to: &answer)
        addArrays(kernels, to: &answer)
        addPictures(kernels, data, to: &answer)
        return answer
    }

    private static func addNumbers(_ kernels: InfiniteKernels, _ data: Dataset, to answer: inout Answer) throws {
        let kinds = KernelKind.allCases, matrices = kinds.map { kernels[$0].train }, along = ["kernel"]
        answer.add("kernel", words: kinds.map(\.symbol), "Kernel")
        answer.add("diagonal_mean", matrices.map(\.diagonalMean), along: along, "Mean of the diagonal", "diagonal")
        var columns: [View.Column] = [.init("kernel"), .init("diagonal_mean")], facts: [View] = []
        if data.trainCount <= spectrumLimit {
            let spectra = try Threads.map(matrices.count) { Array(try SemidefiniteSpectrum.values(of: matrices[$0]).reversed()) }
            answer.add("eigenvalue_rank", Array(1...data.trainCount), "Rank of an eigenvalue", "rank")
            for (kind, values) in zip(kinds, spectra) {
                answer.add(
                    "\(kind.rawValue)_eigenvalue", values, along: ["eigenvalue_rank"], "Eigenvalues of \(kind.symbol)",
                    "eigenvalue")
            }
            answer.add("largest_eigenvalue", spectra.map { $0[0] }, along: along, "Largest eigenvalue")
            answer.add("smallest_eigenvalue", spectra.map { $0.last! }, along: along, "Smallest eigenvalue")
            answer.add("rank", spectra.map { $0.count { $0 > 0 } }, along: along, "Eigenvalues above 0", "rank")
            if let largest = spectra.last?[0], largest > 0 {
                answer.add(
                    "largest_stable_learning_rate", 2 * Double(data.trainCount) / largest,
                    "Largest stable learning rate of gradient descent with Θ")
                facts = [.facts([.init("largest_stable_learning_rate")])]
            }
            columns += ["largest_eigenvalue", "smallest_eigenvalue", "rank"].map { .init($0) }
        }
        answer.add(
            "participation_ratio", matrices.map { KernelMeasures.participationRatio($0) ?? .nan }, along: along,
            "Directions that share the weight, (Σλ)²/Σλ²", "(Σλ)²/Σλ²", isPartial: true)
        answer.add(
            "alignment", matrices.map { KernelMeasures.alignment($0, labels: data.trainLabels) ?? .nan }, along: along,
            "Alignment with the labels", isPartial: true)
        answer.section(
            "In numbers",
            [
                .table(columns + [.init("participation_ratio"), .init("alignment")])
            ] + facts + [
                .paragraph(
                    "Entries are good to \(NumberText.short(kernels.accuracy, digits: 1)) of the diagonal (series and rounding), "
                        + "eigenvalues to that of the sum of the diagonal."),
                .folded(
                    "What these are",
                    [
                        .paragraph(
                            "NNGP is the covariance of the outputs of randomly initialised networks; the tangent kernel Θ drives learning in the lazy "
                                + "limit. The stable rate is the largest learning rate of gradient descent, 2P/λ, with mean loss."
                        )
                    ]),
            ])
    }

    private static func addArrays(_ kernels: InfiniteKernels, to answer: inout Answer) {
        for kind in KernelKind.allCases {
            let kernel = kernels[kind], name = kind.rawValue
            answer.add("\(name)_train", kernel.train, "\(kind.symbol) between training samples")
            if kernel.cross.rows == 0 { continue }
            answer.add("\(name)_test_train", kernel.cross, "\(kind.symbol) between test and training samples")
            answer.add("\(name)_test_diagonal", kernel.testDiagonal, "Diagonal of \(kind.symbol) of test samples")
        }
    }

    private static func addPictures(_ kernels: InfiniteKernels, _ data: Dataset, to answer: inout Answer) {
        let n = data.trainCount
        let groups = data.classNames.indices.map { k in
            View.Group(name: data.classNames[k], count: data.trainClasses.count { $0 == k })
        }
        var panels = KernelKind.allCases.map { kind -> View.Panel in
            answer.add(
                "\(kind.rawValue)_by_class", kernels.orderedByClass(kind, data), shape: [n, n],
                "\(kind.symbol), samples sorted by class")
            return .matrix(kind.symbol, "\(kind.rawValue)_by_class", groups: groups)
        }
        if answer["eigenvalue_rank"] != nil {
            panels.append(
                .init(
                    "Eigenvalues", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                    KernelKind.allCases.enumerated().map { i, kind in
                        .line("\(kind.rawValue)_eigenvalue", .series(i), label: kind.symbol)
                    }))
        }
        answer.section(
            "Pictures",
            [
                .figure(
                    "kernels", caption: "Kernels between training samples, sorted by class, and their eigenvalues.", columns: 3,
                    panels: panels)
            ])
    }
}
