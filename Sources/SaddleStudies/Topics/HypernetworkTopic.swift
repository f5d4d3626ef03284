import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict hypernetwork` and `saddle simulate hypernetwork`: the kernel of a network that writes the weights of another,
/// what each width leaves random, and how the encoding of its inputs carries the signal.
public struct HypernetworkTopic: Sendable {
    let simulates: Bool

    public init(simulates: Bool) { self.simulates = simulates }

    /// Where along γ(1, …, 1) the signal is shown.
    static let places = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study.hypernetwork ?? HypernetworkStudy()
        try context.study.checkMemory(study)
        let theory = try Theory(study)
        let measured = simulates ? try HypernetworkEnsemble(study, places: Self.places, context) : nil
        let check = measured.map { HypernetworkCheck(study, theory, $0) }
        let hyper = study.hypernetwork
        let page = Page(
            title: "Hypernetwork: \(hyper.meta.text) writes \(hyper.primary.text)",
            subtitle:
                "encoding \(hyper.encoding.rawValue), base scale \(NumberText.short(hyper.baseScale)); kernels at x = 1, z = 1",
            lead: (check.map { [$0.callout] } ?? []) + [.highlights(theory.highlights)],
            sections: (check.map { [Page.Section("Theory and networks", [.table($0.table)])] } ?? []) + [
                Page.Section("Two widths", [.table(widthTable(study, theory, measured))] + widthFigure(study, theory, measured)),
                Page.Section(
                    "Signal along x = γ(1, …, 1)", [.table(profileTable(theory, measured)), profileFigure(theory, measured)]),
                Page.Section("How to read it", Self.explanation.map { .paragraph($0) }),
            ])
        return TopicResult(
            simulates ? "hypernetwork-simulation" : "hypernetwork", page: page, numbers: Numbers(study, theory, measured, check),
            verdict: check?.check.verdict)
    }

    /// Limits of both widths, at the reference sample and along γ for both encodings.
    struct Theory: Sendable {
        let kernels: HypernetworkKernel.Kernels
        /// m·Var/mean² left by the primary network.
        let fluctuation: Double
        /// For each encoding: Var θ and the variance of the output, one a place.
        let profiles: [(encoding: Hypernetwork.Encoding, weights: [Double], outputs: [Double])]

        init(_ study: HypernetworkStudy) throws {
            let (x, z) = study.samples([1])
            let kernel = HypernetworkKernel(study.hypernetwork)
            kernels = try kernel.kernels(x, z)
            fluctuation = try kernel.primaryFluctuation(x, z)
            profiles = try Hypernetwork.Encoding.allCases.map { encoding in
                var hypernetwork = study.hypernetwork
                hypernetwork.encoding = encoding
                let (x, z) = study.samples(HypernetworkTopic.places)
                let kernels = try HypernetworkKernel(hypernetwork).kernels(x, z)
                return (
                    encoding, (0..<x.rows).map { kernels.weights[$0, $0] }, (0..<x.rows).map { kernels.outputs[$0, $0] }
                )
            }
        }

        fileprivate var highlights: [Page.Highlight] {
            [
                .init("Θ_h", NumberText.short(kernels.tangent[0, 0], digits: 4), remark: "both widths to infinity"),
                .init("Θ of a weight", NumberText.short(kernels.weightTangent[0, 0], digits: 4), remark: "of the meta network"),
                .init("Θ of the primary network", NumberText.short(kernels.primaryTangent[0, 0], digits: 4)),
                .init("Var θ", NumberText.short(kernels.weights[0, 0], digits: 4)),
                .init("m · relative variance", NumberText.short(fluctuation, digits: 4), remark: "for N → ∞"),
            ]
        }
    }

    static let explanation = [
        "The tangent kernel of a hypernetwork is the product of the tangent kernel of one written weight (meta network, width N) and "
            + "that of the primary network (width m). It is deterministic only if both widths grow: with m fixed its relative "
            + "variance falls to a floor of about (m · relative variance)/m and stays there however wide the meta network is. "
            + "Means exceed their limits by a few times 1/N; variances are shown beside their floor and not judged, for their tails are heavy.",
        "Without encoding, the variance of the written weights follows |γ|², and the signal of the primary network follows it once "
            + "for every layer. The encoding [cos(πγ/2), sin(πγ/2)] has the same norm for every γ, so that one scale can be "
            + "critical for all of them.",
    ]

    private func widthTable(_ study: HypernetworkStudy, _ theory: Theory, _ measured: HypernetworkEnsemble?) -> Table {
        guard let measured else {
            return Table(
                [.number("m"), .number("Relative variance for N → ∞")],
                rows: study.primaryWidths.map { ["\($0)", NumberText.short(theory.fluctuation / Double($0))] })
        }
        return Table(
            [.number("N"), .number("m"), .number("Θ_h / limit"), .number("Relative variance"), .number("for N → ∞")],
            rows: measured.cells.map { cell in
                let limit = theory.kernels.tangent[0, 0]
                return [
                    "\(cell.metaWidth)", "\(cell.primaryWidth)",
                    NumberText.withError(cell.mean.mean / limit, cell.mean.standardError / limit),
                    NumberText.withError(cell.relativeVariance),
                    NumberText.short(theory.fluctuation / Double(cell.primaryWidth)),
                ]
            })
    }

    private func widthFigure(_ study: HypernetworkStudy, _ theory: Theory, _ measured: HypernetworkEnsemble?) -> [Page.Block] {
        let widths = study.metaWidths.map { Double($0) }
        let marks = study.primaryWidths.enumerated().flatMap { i, m -> [Chart.Mark] in
            let floor = theory.fluctuation / Double(m)
            var marks = [Chart.Mark.line(widths, widths.map { _ in floor }, .series(i), label: "m = \(m)", dashed: true)]
            if let measured {
                let cells = measured.cells.filter { $0.primaryWidth == m }
                marks.append(
                    .points(
                        cells.map { Double($0.metaWidth) }, cells.map(\.relativeVariance.mean),
                        errors: cells.map(\.relativeVariance.standardError), .series(i), label: "m = \(m)"))
            }
            return marks
        }
        let chart = Chart(
            "Relative variance of the tangent kernel", x: .init("meta width N", .logarithmic),
            y: .init("Var Θ_h / Θ_h²", .logarithmic), marks: marks)
        return [.figure(Figure("widths", caption: "Dashed: what the primary width m leaves for N → ∞.", panels: [chart]))]
    }

    private func profileTable(_ theory: Theory, _ measured: HypernetworkEnsemble?) -> Table {
        var columns: [Table.Column] = [.number("γ")]
        for (encoding, _, _) in theory.profiles {
            columns += [.number("Var θ, \(encoding.rawValue)"), .number("Var h, \(encoding.rawValue)")]
            if measured != nil { columns.append(.number("measured")) }
        }
        return Table(
            columns,
            rows: Self.places.indices.map { i in
                [NumberText.short(Self.places[i])]
                    + theory.profiles.indices.flatMap { k -> [String] in
                        let profile = theory.profiles[k]
                        return [NumberText.short(profile.weights[i]), NumberText.short(profile.outputs[i])]
                            + (measured.map { [NumberText.withError($0.profiles[k][i])] } ?? [])
                    }
            })
    }

    private func profileFigure(_ theory: Theory, _ measured: HypernetworkEnsemble?) -> Page.Block {
        var marks: [Chart.Mark] = []
        for (k, profile) in theory.profiles.enumerated() {
            let label = "encoding \(profile.encoding.rawValue)"
            marks.append(.line(Self.places, profile.outputs, .series(k), label: label))
            if let measured {
                marks.append(
                    .points(
                        Self.places, measured.profiles[k].map(\.mean), errors: measured.profiles[k].map(\.standardError),
                        .series(k), label: label))
            }
        }
        let chart = Chart(
            "Signal at the output", x: .init("γ"), y: .init("E h²", .logarithmic), marks: marks)
        return .figure(
            Figure(
                "signal", caption: "Mean square of the output over initialisations against the size of the meta input.",
                panels: [chart]))
    }

    struct Numbers: Encodable, Sendable {
        struct Limit: Encodable, Sendable {
            let tangent, weightTangent, primaryTangent, weightVariance, outputVariance, primaryFluctuation: Double
        }
        struct Cell: Encodable, Sendable {
            let metaWidth, primaryWidth: Int
            let mean, meanError, relativeVariance, relativeVarianceError, floor: Double
        }
        struct Profile: Encodable, Sendable {
            let encoding: String
            let gamma, weightVariance, outputVariance: [Double]
            let measured, measuredError: [Double]?
        }
        let limit: Limit
        let widths: [Cell]?
        let profiles: [Profile]
        let check: HypernetworkCheck.Numbers?

        init(_ study: HypernetworkStudy, _ theory: Theory, _ measured: HypernetworkEnsemble?, _ check: HypernetworkCheck?) {
            self.check = check?.numbers
            let kernels = theory.kernels
            limit = Limit(
                tangent: kernels.tangent[0, 0], weightTangent: kernels.weightTangent[0, 0],
                primaryTangent: kernels.primaryTangent[0, 0], weightVariance: kernels.weights[0, 0],
                outputVariance: kernels.outputs[0, 0], primaryFluctuation: theory.fluctuation)
            widths = measured?.cells.map { cell in
                Cell(
                    metaWidth: cell.metaWidth, primaryWidth: cell.primaryWidth, mean: cell.mean.mean,
                    meanError: cell.mean.standardError, relativeVariance: cell.relativeVariance.mean,
                    relativeVarianceError: cell.relativeVariance.standardError,
                    floor: theory.fluctuation / Double(cell.primaryWidth))
            }
            profiles = theory.profiles.enumerated().map { k, profile in
                Profile(
                    encoding: profile.encoding.rawValue, gamma: HypernetworkTopic.places, weightVariance: profile.weights,
                    outputVariance: profile.outputs, measured: measured?.profiles[k].map(\.mean),
                    measuredError: measured?.profiles[k].map(\.standardError))
            }
        }
    }
}

extension HypernetworkStudy {
    /// x = γ(1, …, 1) for each γ, and z = (1, …, 1).
    func samples(_ places: [Double]) -> (x: Matrix, z: Matrix) {
        (
            Matrix(rows: places.count, columns: metaInputs) { i, _ in places[i] },
            Matrix(rows: places.count, columns: primaryInputs, repeating: 1)
        )
    }
}

extension Network {
    fileprivate var text: String { "\(activation.name) with \(hiddenLayers) hidden layer\(hiddenLayers == 1 ? "" : "s")" }
}
