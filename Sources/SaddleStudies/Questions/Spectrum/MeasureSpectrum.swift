import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure spectrum`: eigenvalues of weights, activations or data beside noise, spikes and heavy tails.
enum MeasureSpectrum: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "spectrum"
    static let phrase = "taking matrices apart"
    static let summary = "Eigenvalues of weights and activations: noise, outliers, heavy tails."
    static let discussion = """
        Every matrix of a file (all layers of a .safetensors file at once), data, layers of a network, or a list of eigenvalues: the level of the noise, its edges by Marchenko and \
        Pastur, eigenvalues beyond them with the probability that noise makes as large a one (Tracy and Widom), the strength of the direction behind each \
        (Baik, Ben Arous and Péché) with its interval, effective ranks, and the exponent of a power-law tail beside an exponential and a log-normal one.

        Arrays with more than two axes are taken as rows × all else. Arrays named as weights are taken as they are; means of columns are subtracted from others.
        """
    static let examples = [
        "model.safetensors", "acts.npz --inputs layer3", "digits", "runs/digits --layer 2", "eigenvalues.csv --ratio 0.25",
    ]
    static let sections = ["matrix_spectrum", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.matrixSpectrum ?? MatrixSpectrumStudy(),
            loaded = try context.representations(allCounts: true)
        var warnings = loaded.warnings, found: [MatrixSpectrum] = []
        for (number, item) in loaded.all.enumerated() {
            context.progress(Double(number), Double(loaded.all.count))
            if context.shouldStop() { throw CancellationError() }
            let isList = settings.isList || (item.dimension == 1 && !context.study.isOfFile)
            guard isList || min(item.count, item.dimension) <= settings.largest else {
                warnings.append(
                    "\(item.name): \(item.count) × \(item.dimension) numbers are left out; a larger --largest takes them apart")
                continue
            }
            if isList {
                found.append(
                    MatrixSpectrum(item.name, eigenvalues: item.points.elements, ratio: settings.ratio, seed: settings.seed))
            } else {
                found.append(
                    try MatrixSpectrum(
                        item.name, item.points, isCentred: settings.isCentred ?? !isWeights(item.name), seed: settings.seed))
            }
            warnings += remarks(found.last!)
        }
        guard !found.isEmpty else { throw context.study.problem("data.source", "no matrix is left to take apart") }
        var answer = Answer(
            "Spectra of \(context.study.name)",
            subtitle: found.count == 1
                ? size(found[0]) : "\(found.count) matrices; eigenvalues are squares of singular values over the longer side",
            warnings: warnings)
        answer.lead = [callout(found)]
        addTable(found, &answer)
        // A picture for each of a few; of many, those that are said to be most unlike noise.
        let shown = found.count <= 4 ? Array(found.indices) : unusual(found)
        for i in shown { add(found[i], i, found.count, &answer) }
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private static let explanation = """
        The noise is the median eigenvalue over that of Marchenko and Pastur's law, which supposes that at least half of the eigenvalues are of independent entries of equal variance. The distance is the largest between \
        the share of eigenvalues below a place and the law's; its probability is that of drawn matrices of noise. Strengths: of data the eigenvalue of the population over the noise, of weights the square of the \
        direction's own singular value over (longer side × noise). α is the exponent of the density x^−α of the largest eigenvalues, which repel each other: the law of independent numbers is an approximation.
        """

    private static func isWeights(_ name: String) -> Bool {
        let name = name.lowercased().split(separator: " of ")[0]
        return ["weight", "kernel", "embed", "proj"].contains { name.contains($0) }
    }

    private static func size(_ item: MatrixSpectrum) -> String {
        item.rows == 0
            ? "\(item.eigenvalues.count) eigenvalues"
            : "\(item.rows) × \(item.columns)\(item.isCentred ? ", means of columns subtracted" : "")"
    }

    private static func remarks(_ item: MatrixSpectrum) -> [String] {
        var remarks: [String] = []
        if item.emptyColumns > 0 {
            remarks.append("\(item.name): \(item.emptyColumns) columns hold nothing that varies and are left out")
        }
        if item.emptyRows > 0 { remarks.append("\(item.name): \(item.emptyRows) rows of zeros are left out") }
        if let remark = item.remark { remarks.append("\(item.name): \(remark)") }
        return remarks
    }

    private static func words(_ item: MatrixSpectrum) -> String {
        let outliers = item.noise?.outliers.count ?? 0
        switch item.kind {
        case .noise: return "noise, and nothing beyond its edge"
        case .spiked: return "noise and \(outliers) eigenvalue\(outliers == 1 ? "" : "s") beyond its edge"
        case .heavyTailed:
            let α = item.tail!.exponent
            return "a heavy tail, α = \(NumberText.short(α.value)) (\(NumberText.short(α.low)) to \(NumberText.short(α.high)))"
        case .other: return "neither noise nor a power law"
        case .cannotTell: return "cannot tell"
        }
    }

    private static func callout(_ found: [MatrixSpectrum]) -> View {
        if found.count == 1 {
            let item = found[0], text: String
            switch item.kind {
            case .noise, .spiked:
                let noise = item.noise!, first = noise.outliers.first
                text =
                    "Noise of variance \(NumberText.short(noise.noise)) fills \(NumberText.short(noise.lower)) to \(NumberText.short(noise.upper))."
                    + (first.map {
                        " The largest eigenvalue, \(NumberText.short($0.eigenvalue)), would be one of noise with probability \(NumberText.probability($0.probability, digits: 2))."
                    } ?? "")
            case .heavyTailed:
                text =
                    "The \(item.tail!.count) largest of \(item.eigenvalues.count) eigenvalues follow it"
                    + (item.tail!.word == .powerLaw ? "; a log-normal law serves less." : "; a log-normal law serves as well.")
            case .other:
                text =
                    "The bulk misses Marchenko and Pastur's law by \(NumberText.percent(item.noise?.distance ?? 0)) of the eigenvalues: entries are no noise of equal variance."
            case .cannotTell: text = (item.remark ?? "Too few eigenvalues") + "."
            }
            return .callout(
                item.kind == .cannotTell ? .neutral : .good, title: words(item).prefix(1).uppercased() + words(item).dropFirst(),
                text: text)
        }
        let counts = [MatrixSpectrum.Kind.noise, .spiked, .heavyTailed, .other, .cannotTell].compactMap { kind -> String? in
            let n = found.count { $0.kind == kind }
            return n > 0 ? "\(n) \(kind.rawValue.replacing("_", with: " "))" : nil
        }
        return .callout(.good, title: "\(found.count) matrices", text: counts.joined(separator: ", ") + ".")
    }

    private static func unusual(_ found: [MatrixSpectrum]) -> [Int] {
        let order = found.indices.filter { found[$0].eigenvalues.count >= NoiseSpectrum.fewest }.sorted {
            (found[$0].noise?.distance ?? 0, found[$0].noise?.outliers.count ?? 0, $1)
                > (found[$1].noise?.distance ?? 0, found[$1].noise?.outliers.count ?? 0, $0)
        }
        return order.prefix(3).sorted()
    }

    private static func addTable(_ found: [MatrixSpectrum], _ answer: inout Answer) {
        func list(_ name: String, _ title: String, _ symbol: String, _ value: (MatrixSpectrum) -> Double?) {
            answer.add(
                name, found.map { value($0) ?? .nan }, along: ["matrix"], title, symbol, isPartial: true, mayBeInfinite: true)
        }
        answer.add("matrix", words: found.map(\.name), "Matrix")
        answer.add(
            "shape", words: found.map { $0.rows == 0 ? "\($0.columns)" : "\($0.rows) × \($0.columns)" }, along: ["matrix"],
            "Rows × columns")
        answer.add("kind", words: found.map(\.kind.rawValue), along: ["matrix"], "Kind")
        list("noise", "Variance of the noise σ²", "σ²") { $0.noise?.noise }
        list("edge", "Upper edge of the noise", "edge") { $0.noise?.upper }
        list("largest", "Largest eigenvalue", "λ₁") { $0.eigenvalues.first }
        answer.add(
            "outliers", found.map { $0.noise.map { Double($0.outliers.count) } ?? .nan }, along: ["matrix"],
            "Eigenvalues beyond the edge", "outliers", form: .count, isPartial: true)
        list("distance", "Distance of the bulk from Marchenko and Pastur's law", "distance") { $0.noise?.distance }
        list("bulk_probability", "Probability that noise is as far", "p") { $0.noise?.probability }
        list("effective_rank", "Effective rank, from the entropy of eigenvalues", "effective rank") { $0.entropyRank }
        list("participation_ratio", "Participation ratio", "participation") { $0.participationRatio }
        list("stable_rank", "Stable rank Σλ/λ₁", "stable rank") { $0.stableRank }
        list("tail_exponent", "Exponent α of the tail", "α") { $0.tail?.exponent.value }
        list("tail_exponent_low", "Lower end of its 95 % interval", "from") { $0.tail?.exponent.low }
        list("tail_exponent_high", "Upper end", "to") { $0.tail?.exponent.high }
        answer.add("tail", words: found.map { $0.tail?.word.rawValue ?? "cannot_tell" }, along: ["matrix"], "The tail")
        list("tail_count", "Eigenvalues in the tail", "in the tail") { $0.tail.map { Double($0.count) } }
        list("tail_probability", "Probability that a power law is as far from itself", "p") { $0.tail?.probability }
        list("exponential_score", "Likelihood of the power law over an exponential, in deviations", "over exponential") {
            $0.tail?.exponential.score
        }
        list("lognormal_score", "Likelihood of the power law over a log-normal, in deviations", "over log-normal") {
            $0.tail?.lognormal.score
        }
        let rows = Array(0..<min(found.count, 200))
        answer.section(
            found.count == 1 ? "Numbers" : "Matrices",
            [
                .table(
                    [
                        "matrix", "shape", "kind", "noise", "edge", "largest", "outliers", "distance", "bulk_probability",
                        "effective_rank", "stable_rank",
                    ].map { .init($0) }, rows: rows),
                .table(
                    [
                        "matrix", "tail", "tail_exponent", "tail_exponent_low", "tail_exponent_high", "tail_count",
                        "tail_probability", "exponential_score", "lognormal_score",
                    ].map { .init($0) },
                    rows: rows, caption: "Tails: scores above zero speak for the power law, beyond ±2 clearly."),
            ])
    }

}
