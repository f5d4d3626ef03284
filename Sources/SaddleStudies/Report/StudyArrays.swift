import SaddleNumerics

/// The arrays of a report under their contracted names, checked to fit together, with one view for one and many outputs.
struct StudyArrays: Sendable {
    enum Part: String, Sendable {
        case train, test
        var name: String { self == .train ? "training" : "test" }
    }

    /// Numbers per recorded time, sample and output.
    struct Outputs: Sendable {
        let samples: Int
        let outputs: Int
        let elements: [Double]

        func at(_ time: Int, _ sample: Int, _ output: Int) -> Double { elements[(time * samples + sample) * outputs + output] }

        /// Mean over samples of the sum over outputs, at each time.
        func meanSum(times: Int) -> [Double] {
            let stride = samples * outputs
            return (0..<times).map { t in elements[t * stride..<(t + 1) * stride].reduce(0, +) / Double(samples) }
        }
    }

    let content: StudyReportContent
    var times: Int { content.recordedSteps.count }
    var last: Int { times - 1 }
    var steps: [Double] { content.recordedSteps.map(Double.init) }
    var widths: [Int] { content.widths }

    init(_ content: StudyReportContent) throws(StudyReportError) {
        self.content = content
        guard !content.recordedSteps.isEmpty else { throw .nothingRecorded }
        for (name, tensor) in all { try check(name, tensor) }
        for part in [Part.train, .test] { try checkSamples(part) }
    }

    // MARK: Views

    /// A curve over time, such as `train_loss`.
    func curve(_ name: String) -> [Double]? { content.theory[name]?.elements }
    func measuredCurve(_ name: String, _ width: Int) -> [Double]? { content.ensemble["\(name)_\(width)"]?.elements }

    func outputs(_ name: String) -> Outputs? { content.theory[name].map(view) }
    func measuredOutputs(_ name: String, _ width: Int) -> Outputs? { content.ensemble["\(name)_\(width)"].map(view) }

    /// A P × P kernel at one recorded time, row by row: from theory, or measured at a width.
    func kernel(_ name: String, time: Int, width: Int? = nil) -> [Double]? {
        let tensor = width.map { content.ensemble["\(name)_mean_\($0)"] } ?? content.theory[name]
        guard let tensor else { return nil }
        let stride = tensor.shape[1] * tensor.shape[2]
        return Array(tensor.elements[time * stride..<(time + 1) * stride])
    }

    /// Names of the kernels there are, layer by layer, features before gradients, the tangent kernel last.
    var kernelNames: [String] {
        let present = { (name: String) in
            content.theory[name] != nil || widths.contains { content.ensemble["\(name)_mean_\($0)"] != nil }
        }
        var names: [String] = []
        var layer = 1
        while present("feature_kernel_\(layer)") || present("gradient_kernel_\(layer)") {
            names += ["feature_kernel_\(layer)", "gradient_kernel_\(layer)"].filter(present)
            layer += 1
        }
        return names + ["tangent_kernel"].filter(present)
    }

    func classes(_ part: Part) -> [Int] { part == .train ? content.trainClasses : content.testClasses }
    func labels(_ part: Part) -> Matrix? { part == .train ? content.trainLabels : content.testLabels }

    private func view(_ tensor: Tensor) -> Outputs {
        Outputs(samples: tensor.shape[1], outputs: tensor.shape.count > 2 ? tensor.shape[2] : 1, elements: tensor.elements)
    }

    // MARK: Checks

    /// Every array, in an order that does not depend on hashing, so that errors are the same each time.
    private var all: [(name: String, tensor: Tensor)] {
        (content.theory.map { ($0, $1) } + content.ensemble.map { ($0, $1) }).sorted { $0.0 < $1.0 }
    }

    private func check(_ name: String, _ tensor: Tensor) throws(StudyReportError) {
        let shape = tensor.shape
        func require(_ holds: Bool, _ expected: String) throws(StudyReportError) {
            if !holds { throw .shape(array: name, found: shape, expected: expected) }
        }
        if name.hasPrefix("train_output") || name.hasPrefix("test_output") {
            let prefix = name.hasPrefix("train") ? "train_output" : "test_output"
            try require(
                (shape.count == 2 || shape.count == 3) && shape[0] == times && !shape.contains(0),
                "\(times)×samples or \(times)×samples×outputs")
            let siblings =
                [content.theory[prefix]].compactMap { $0?.shape }
                + widths.compactMap { content.ensemble["\(prefix)_mean_\($0)"]?.shape }
            if let first = siblings.first { try require(shape == first, first.map(String.init).joined(separator: "×")) }
        } else if name.hasPrefix("train_loss") || name.hasPrefix("test_loss") {
            try require(shape == [times], "\(times)")
        } else if name.contains("_kernel") {
            try require(shape.count == 3 && shape[0] == times && shape[1] == shape[2] && shape[1] > 0, "\(times)×samples×samples")
            if let p = content.theory["train_output"]?.shape[1] { try require(shape[1] == p, "\(times)×\(p)×\(p)") }
        } else if name == "ranks" {
            let isGrowth = shape.count == 3 && shape[0] == times && shape[2] == 2
            try require(isGrowth || (shape.count == 2 && shape[1] == 2), "\(times)×matrices×2 or matrices×2")
        }
    }

    private func checkSamples(_ part: Part) throws(StudyReportError) {
        let name = "\(part.rawValue)_output"
        let shape = content.theory[name]?.shape ?? widths.lazy.compactMap { content.ensemble["\(name)_mean_\($0)"]?.shape }.first
        let classes = classes(part)
        if let wrong = classes.first(where: { $0 < 0 || $0 >= content.classNames.count }) {
            throw .unknownClass(of: "classes of \(part.name) samples", index: wrong, classes: content.classNames.count)
        }
        // Without outputs, kernels tell how many training samples there are.
        if shape == nil, part == .train, !classes.isEmpty,
            let kernel = all.first(where: { $0.name.contains("_kernel") && $0.tensor.shape[1] != classes.count })
        {
            throw .classes(of: "classes of training samples", found: classes.count, expected: kernel.tensor.shape[1])
        }
        guard let shape else { return }
        if !classes.isEmpty && classes.count != shape[1] {
            throw .classes(of: "classes of \(part.name) samples", found: classes.count, expected: shape[1])
        }
        if let labels = labels(part), labels.rows != shape[1] || labels.columns != (shape.count > 2 ? shape[2] : 1) {
            throw .shape(
                array: "labels of \(part.name) samples", found: [labels.rows, labels.columns],
                expected: "\(shape[1])×\(shape.count > 2 ? shape[2] : 1)")
        }
    }
}
