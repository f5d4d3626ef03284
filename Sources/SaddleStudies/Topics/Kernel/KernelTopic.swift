import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict kernel`: the two kernels of the study's network at infinite width, on the study's data.
public struct KernelTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        let loaded = try study.loadData(), data = loaded.dataset
        try study.checkKernelMemory(data)
        let kernels = try study.infiniteKernels(data, width: study.simulate?.widths.max(), progress: context.progress)
        let summaries = try KernelKind.allCases.map { kind in
            try KernelSummary(kind, kernels[kind].train, labels: data.trainLabels)
        }
        return TopicResult(
            "kernel", page: page(study, data, kernels, summaries),
            numbers: Numbers(
                data: data.name, trainCount: data.trainCount, testCount: data.testCount, inputDimension: data.inputDimension,
                relativeError: kernels.accuracy, nngp: summaries[0], ntk: summaries[1]),
            arrays: kernels.arrays, warnings: loaded.warnings)
    }

    struct Numbers: Encodable, Sendable {
        let data: String
        let trainCount, testCount, inputDimension: Int
        /// Of every entry, relative to the diagonal: series and rounding. Eigenvalues are good to that of the trace.
        let relativeError: Double
        let nngp, ntk: KernelSummary
    }

    private func page(_ study: Study, _ data: Dataset, _ kernels: InfiniteKernels, _ summaries: [KernelSummary]) -> Page {
        let table = Table(
            [
                .text("Kernel"), .number("Diagonal"), .number("Largest eigenvalue"), .number("Smallest"),
                .number("(Σλ)²/Σλ²"), .number("Alignment with labels"), .number("Stable rate"),
            ], rows: summaries.map(\.row))
        let maps = KernelKind.allCases.map { kind in
            let values = kernels.orderedByClass(kind, data)
            return HeatMap(
                kind.symbol, rows: data.trainCount, columns: data.trainCount, values: values, colours: .fitting(values),
                groups: data.classNames.indices.map { k in
                    HeatMap.Group(data.classNames[k], count: data.trainClasses.count { $0 == k })
                })
        }
        var panels: [any FigurePanel] = maps
        let spectra = summaries.enumerated().filter { !$0.1.eigenvalues.isEmpty }.map { i, summary in
            Chart.Mark.line(
                summary.eigenvalues.indices.map { Double($0 + 1) }, summary.eigenvalues, .series(i), label: summary.kind.symbol)
        }
        if !spectra.isEmpty {
            panels.append(
                Chart("Eigenvalues", x: .init("rank", .logarithmic), y: .init("eigenvalue", .logarithmic), marks: spectra))
        }
        return Page(
            title: "Kernels of infinite width",
            subtitle: "\(study.networkText); \(data.name), \(data.trainCount) training samples",
            sections: [
                Page.Section(
                    "In numbers",
                    [
                        .table(table),
                        .paragraph(
                            "Entries are good to \(NumberText.short(kernels.accuracy, digits: 1)) of the diagonal (series and rounding), "
                                + "eigenvalues to that of the sum of the diagonal."),
                        .folded(
                            "What these are",
                            [
                                .paragraph(
                                    "(Σλ)²/Σλ² is the number of directions that share the kernel's weight. NNGP is the covariance of the outputs of randomly initialised networks; the tangent kernel Θ drives "
                                        + "learning in the lazy limit. The stable rate is the largest learning rate of gradient descent, 2P/λ, with "
                                        + "mean loss. kernel.npz holds both kernels between training samples, between test and "
                                        + "training samples, and the diagonals of test samples.")
                            ]),
                    ]),
                Page.Section(
                    "Pictures",
                    [
                        .figure(
                            Figure(
                                "kernels", caption: "Kernels between training samples, sorted by class, and their eigenvalues.",
                                columns: 3, panels: panels))
                    ]),
            ])
    }
}

extension KernelKind {
    var symbol: String { self == .nngp ? "NNGP" : "Θ (NTK)" }
}
