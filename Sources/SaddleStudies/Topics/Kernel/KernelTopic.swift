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
        let kernels = try study.infiniteKernels(data)
        let summaries = try KernelKind.allCases.map { kind in
            try KernelSummary(kind, kernels.train(kind), labels: data.trainLabels)
        }
        return TopicResult(
            "kernel", page: page(study, data, kernels, summaries),
            numbers: Numbers(
                data: data.name, trainCount: data.trainCount, testCount: data.testCount, inputDimension: data.inputDimension,
                nngp: summaries[0], ntk: summaries[1]),
            arrays: kernels.arrays, warnings: loaded.warnings)
    }

    struct Numbers: Encodable, Sendable {
        let data: String
        let trainCount, testCount, inputDimension: Int
        let nngp, ntk: KernelSummary
    }

    private func page(_ study: Study, _ data: Dataset, _ kernels: InfiniteKernels, _ summaries: [KernelSummary]) -> Page {
        let table = Table(
            [
                .text("Kernel"), .number("Diagonal"), .number("Largest eigenvalue"), .number("Smallest"),
                .number("Directions (Σλ)²/Σλ²"), .number("Alignment with labels"), .number("Largest stable learning rate"),
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
                        .folded(
                            "What these are",
                            [
                                .paragraph(
                                    "NNGP is the covariance of the outputs of randomly initialised networks; the tangent kernel Θ drives "
                                        + "learning in the lazy limit. The largest stable learning rate is 2P/λ of gradient descent with "
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

/// The kernels of infinite width on the data of a study.
struct InfiniteKernels: Sendable {
    let points: (train: KernelPoints, test: KernelPoints)
    let nngp: (train: Matrix, cross: Matrix)
    let ntk: (train: Matrix, cross: Matrix)

    func train(_ kind: KernelKind) -> Matrix { kind == .nngp ? nngp.train : ntk.train }

    var arrays: [(name: String, array: Tensor)] {
        var arrays = [("nngp_train", Tensor(nngp.train)), ("ntk_train", Tensor(ntk.train))]
        if points.test.count > 0 {
            arrays += [("nngp_test_train", Tensor(nngp.cross)), ("ntk_test_train", Tensor(ntk.cross))]
            for kind in KernelKind.allCases {
                let diagonal = points.test.diagonal(kind)
                arrays.append(("\(kind.rawValue)_test_diagonal", Tensor(shape: [diagonal.count], elements: diagonal)))
            }
        }
        return arrays
    }

    /// A training kernel row by row, samples sorted by class.
    func orderedByClass(_ kind: KernelKind, _ data: Dataset) -> [Double] {
        let kernel = train(kind), p = data.trainCount
        let order =
            data.trainClasses.isEmpty
            ? Array(0..<p) : (0..<p).sorted { (data.trainClasses[$0], $0) < (data.trainClasses[$1], $1) }
        return order.flatMap { i in order.map { kernel[i, $0] } }
    }
}

extension Study {
    /// Kernels of this study's network.
    ///
    /// - Throws: `StudyFileError` at the line that is to blame, ``KernelError``.
    func networkKernel(inputDimension: Int) throws -> NetworkKernel {
        do {
            return try NetworkKernel(network, inputDimension: inputDimension, width: simulate?.widths.max())
        } catch {
            guard case .needsWidth = error else { throw problem("network", "\(error)") }
            throw problem("network.parameterization", "\(error) in 'simulate.widths' (the largest is taken)")
        }
    }

    func infiniteKernels(_ data: Dataset) throws -> InfiniteKernels {
        let kernel = try networkKernel(inputDimension: data.inputDimension)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let square = kernel.within(train).matrices(), cross = kernel.between(test, train).matrices()
        return InfiniteKernels(
            points: (train, test), nngp: (square.nngp, cross.nngp), ntk: (square.ntk, cross.ntk))
    }

    var networkText: String {
        let layers = network.hiddenLayers == 1 ? "1 hidden layer" : "\(network.hiddenLayers) hidden layers"
        let biases = network.biasScale == 0 ? "no biases" : "σ_b = \(NumberText.short(network.biasScale))"
        return "\(layers), \(network.activation.name), σ_w = \(NumberText.short(network.weightScale)), \(biases), "
            + "\(network.parameterization.text) parameterisation"
    }
}
