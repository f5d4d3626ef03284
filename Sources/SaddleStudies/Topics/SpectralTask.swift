import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the Gaussian process of a study observes, and where its posterior mean is checked.
struct SpectralTask: Sendable {
    let name: String
    let observations: [LinearObservations]
    let largestFrequencies: [Double]
    /// Points, one a row, and the values of u there.
    let check: Matrix
    let truth: [Double]
    var warnings: [String] = []

    /// The range of the first variable.
    var range: (low: Double, high: Double) {
        let x = observations.flatMap { $0.points.elements[..<$0.points.rows] }
        return (x.min()!, x.max()!)
    }

    init(_ settings: SpectralStudy, _ study: Study) throws {
        switch settings.observed {
        case .source, .values:
            try study.checkMemory(observations: settings.points, key: "spectral_mixture.points")
            self.init(manufactured: settings)
            if settings.observed == .source, settings.spectrum.smoothness < 4 {
                throw study.problem(
                    "spectral_mixture.spectrum",
                    "'spectral_mixture.spectrum' is student_t_\(settings.degrees!); Poisson's equation needs four derivatives of the "
                        + "kernel: expected gaussian, student_t_5 or student_t_7")
            }
            if !observations.allSatisfy({ $0.values.allSatisfy(\.isFinite) && $0.noise.isFinite }) {
                throw study.problem(
                    "spectral_mixture.frequencies",
                    "the observed values, or their mean square, are not finite; expected smaller frequencies and amplitudes")
            }
            if observations[0].values.allSatisfy({ $0 == 0 }) {
                throw study.problem(
                    "spectral_mixture.frequencies",
                    "the solution is zero at every point; expected a frequency and an amplitude that are not")
            }
        case .data: try self.init(data: settings, study)
        }
    }

    /// u = Σ aₖ sin ωₖx on [0, 1].
    private init(manufactured settings: SpectralStudy) {
        let n = settings.points
        let x = (0..<n).map { Double($0) / Double(n - 1) }
        func u(_ x: Double, _ weight: (Double) -> Double = { _ in 1 }) -> Double {
            zip(settings.amplitudes, settings.frequencies).reduce(0) { $0 + $1.0 * weight($1.1) * sin($1.1 * x) }
        }
        func size(_ values: [Double]) -> Double { (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot() }
        let fine = (0...1000).map { Double($0) / 1000 }
        let truth = fine.map { u($0) }
        let terms = zip(settings.amplitudes, settings.frequencies).map {
            "\($0 == 1 ? "" : Self.text($0) + " ")sin \(Self.text($1))x"
        }
        let solution = "u = \(terms.joined(separator: " + "))"
        if settings.observed == .source {
            let source = x.map { u($0) { -$0 * $0 } }
            name = "\(solution) from u″ at \(n) points"
            observations = [
                LinearObservations(
                    .derivative(2), at: x, values: source, noise: settings.noise * max(size(source), .leastNormalMagnitude)),
                LinearObservations(
                    at: [0, 1], values: [u(0), u(1)], noise: settings.noise * max(size(truth), .leastNormalMagnitude)),
            ]
        } else {
            let values = x.map { u($0) }
            name = "\(solution) from \(n) values"
            observations = [
                LinearObservations(at: x, values: values, noise: settings.noise * max(size(values), .leastNormalMagnitude))
            ]
        }
        largestFrequencies = [settings.largestFrequency ?? Double(n - 1) / 2]
        check = Matrix(rows: fine.count, columns: 1, elements: fine)
        self.truth = truth
    }

    /// Whole numbers without decimals.
    private static func text(_ x: Double) -> String { Int(exactly: x).map { "\($0)" } ?? NumberText.short(x) }

    private init(data settings: SpectralStudy, _ study: Study) throws {
        if study.data.preprocess != .none {
            throw study.problem(
                "data.preprocess",
                "'data.preprocess' is \(study.data.preprocess.rawValue); frequencies are those of the inputs as they are: expected none"
            )
        }
        let loaded = try study.loadData()
        let data = loaded.dataset
        if data.outputCount != 1 {
            throw study.problem(
                "data.source", "the data have \(data.outputCount) outputs; a Gaussian process with a learnt spectrum takes one")
        }
        try study.checkMemory(observations: data.trainCount, key: "data.train")
        let values = data.trainLabels.elements
        let size = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        if size == 0 { throw study.problem("data.source", "all training labels are zero: there is nothing to learn") }
        largestFrequencies = try (0..<data.inputDimension).map { d in
            let column = Set(data.trainInputs.elements[d * data.trainCount..<(d + 1) * data.trainCount])
            let extent = column.max()! - column.min()!
            if extent == 0 {
                throw study.problem("data.source", "input \(d + 1) is the same in every training sample; it has no spectrum")
            }
            return settings.largestFrequency ?? Double(column.count - 1) / (2 * extent)
        }
        name = "\(data.name), \(data.trainCount) samples"
        observations = [
            LinearObservations(
                .identity(dimension: data.inputDimension), at: data.trainInputs, values: values, noise: settings.noise * size)
        ]
        // Points without labels cannot check anything.
        check = data.hasTestLabels ? data.testInputs : Matrix(rows: 0, columns: data.inputDimension)
        truth = data.testLabels.elements
        warnings = loaded.warnings
    }
}
