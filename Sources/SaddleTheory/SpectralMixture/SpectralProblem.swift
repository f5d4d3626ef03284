import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a Gaussian process observes, and where its posterior mean is checked.
public struct SpectralProblem: Sendable {
    /// What is sought, and from how many numbers.
    public let name: String
    /// Values, sources or boundary values, with their noise.
    public let observations: [LinearObservations]
    /// Where the band of frequencies of each variable ends at the start.
    public let largestFrequencies: [Double]
    /// Points, one a row, and the values of u there.
    public let check: Matrix
    /// u at the points of ``check``; empty without such points.
    public let truth: [Double]

    /// The range of the first variable.
    public var range: (low: Double, high: Double) {
        let x = observations.flatMap { $0.points.elements[..<$0.points.rows] }
        return (x.min()!, x.max()!)
    }

    /// √(Σ(mean − u)²/Σu²) at the points of the check; nil without such points.
    public func relativeError(of process: SpectralProcess) throws -> Double? {
        guard check.rows > 0 else { return nil }
        let found = try process.posterior(.identity(dimension: check.columns), at: check).mean
        let square = truth.reduce(0) { $0 + $1 * $1 }
        let miss = zip(found, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return square > 0 ? (miss / square).squareRoot() : nil
    }

    /// u = Σ aₖ sin ωₖx on [0, 1], seen on a grid.
    ///
    /// - Parameters:
    ///   - observesSource: u″ on the grid, and u at both ends (Poisson's equation); else u on the grid.
    ///   - noise: its standard deviation over the root mean square of what is observed.
    ///   - largestFrequency: nil for half the density of the points.
    public init(
        amplitudes: [Double], frequencies: [Double], points: Int, observesSource: Bool, noise: Double,
        largestFrequency: Double? = nil
    ) {
        let n = points
        let x = (0..<n).map { Double($0) / Double(n - 1) }
        func u(_ x: Double, _ weight: (Double) -> Double = { _ in 1 }) -> Double {
            zip(amplitudes, frequencies).reduce(0) { $0 + $1.0 * weight($1.1) * sin($1.1 * x) }
        }
        func size(_ values: [Double]) -> Double { (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot() }
        let fine = (0...1000).map { Double($0) / 1000 }
        let truth = fine.map { u($0) }
        let terms = zip(amplitudes, frequencies).map {
            "\($0 == 1 ? "" : Self.text($0) + " ")sin \(Self.text($1))x"
        }
        let solution = "u = \(terms.joined(separator: " + "))"
        if observesSource {
            let source = x.map { u($0) { -$0 * $0 } }
            name = "\(solution) from u″ at \(n) points"
            observations = [
                LinearObservations(
                    .derivative(2), at: x, values: source, noise: noise * max(size(source), .leastNormalMagnitude)),
                LinearObservations(
                    at: [0, 1], values: [u(0), u(1)], noise: noise * max(size(truth), .leastNormalMagnitude)),
            ]
        } else {
            let values = x.map { u($0) }
            name = "\(solution) from \(n) values"
            observations = [
                LinearObservations(at: x, values: values, noise: noise * max(size(values), .leastNormalMagnitude))
            ]
        }
        largestFrequencies = [largestFrequency ?? Double(n - 1) / 2]
        check = Matrix(rows: fine.count, columns: 1, elements: fine)
        self.truth = truth
    }

    /// Whole numbers without decimals.
    private static func text(_ x: Double) -> String { Int(exactly: x).map { "\($0)" } ?? NumberText.short(x) }

    /// Samples with one output; test samples with labels are the check.
    ///
    /// - Throws: ``SpectralProblemError``.
    public init(_ data: Dataset, noise: Double, largestFrequency: Double? = nil) throws(SpectralProblemError) {
        if data.outputCount != 1 { throw .outputs(data.outputCount) }
        let values = data.trainLabels.elements
        let size = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        if size == 0 { throw .zeroLabels }
        var largest: [Double] = []
        for d in 0..<data.inputDimension {
            let column = Set(data.trainInputs.elements[d * data.trainCount..<(d + 1) * data.trainCount])
            let extent = column.max()! - column.min()!
            if extent == 0 { throw .constantInput(d) }
            largest.append(largestFrequency ?? Double(column.count - 1) / (2 * extent))
        }
        largestFrequencies = largest
        name = "\(data.name), \(data.trainCount) samples"
        observations = [
            LinearObservations(
                .identity(dimension: data.inputDimension), at: data.trainInputs, values: values, noise: noise * size)
        ]
        // Points without labels cannot check anything.
        check = data.hasTestLabels ? data.testInputs : Matrix(rows: 0, columns: data.inputDimension)
        truth = data.testLabels.elements
    }
}

/// Why samples are no problem for a process with a learnt spectrum.
public enum SpectralProblemError: Error, Equatable, CustomStringConvertible {
    /// More outputs than one, or none.
    case outputs(Int)
    /// No label differs from zero.
    case zeroLabels
    /// Counted from 0.
    case constantInput(Int)

    public var description: String {
        switch self {
        case .outputs(let count): "the data have \(count) outputs; a Gaussian process with a learnt spectrum takes one"
        case .zeroLabels: "all training labels are zero: there is nothing to learn"
        case .constantInput(let d): "input \(d + 1) is the same in every training sample; it has no spectrum"
        }
    }
}
