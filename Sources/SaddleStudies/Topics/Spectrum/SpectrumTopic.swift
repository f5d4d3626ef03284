import Numerics
import SaddleNumerics

/// `saddle predict spectrum`: the limit of an ensemble of random matrices, how much sums over eigenvalues vary, and sampled matrices beside it.
public struct SpectrumTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study.spectrum ?? RandomMatrixStudy()
        try context.study.checkMemory(study)
        if study.ensemble == .ginibre || study.ensemble == .elliptic {
            let answer = try PlanarAnswer(study, context)
            let values = answer.samples.flatMap { $0 }
            let shape = [answer.samples.count, study.size]
            return TopicResult(
                "spectrum", page: answer.page, numbers: PlanarNumbers(answer),
                arrays: [
                    ("eigenvalues_real", Tensor(shape: shape, elements: values.map(\.real))),
                    ("eigenvalues_imaginary", Tensor(shape: shape, elements: values.map(\.imaginary))),
                ], verdict: answer.check.verdict)
        }
        let answer = try SpectrumAnswer(study, half: try halfSize(study, context.study), context)
        let curve = answer.curve
        return TopicResult(
            "spectrum", page: answer.page, numbers: Numbers(answer),
            arrays: [
                ("density_x", Tensor(shape: [curve.x.count], elements: curve.x)),
                ("density", Tensor(shape: [curve.x.count], elements: curve.density)),
                (
                    "eigenvalues",
                    Tensor(shape: [answer.samples.count, study.size], elements: answer.samples.flatMap(\.eigenvalues))
                ),
            ], verdict: answer.check.verdict)
    }

    /// A size of about half, in which listed eigenvalues occur equally often, too.
    private func halfSize(_ study: RandomMatrixStudy, _ file: Study) throws -> Int {
        let spikes = [.spiked, .spikedWigner].contains(study.ensemble) ? study.spikes.count : 0
        guard 4 * spikes <= study.size else {
            throw file.problem(
                "spectrum.spikes", "'spectrum.spikes' has \(spikes) numbers for matrices of order \(study.size); expected a few")
        }
        guard case .values(let values) = study.population, ![.goe, .spikedWigner].contains(study.ensemble) else {
            return study.size / 2
        }
        guard study.size % values.count == 0, study.size >= 2 * values.count else {
            throw file.problem(
                "spectrum.size",
                "'spectrum.size' is \(study.size) for \(values.count) eigenvalues that occur equally often; expected a multiple of "
                    + "\(values.count), at least \(2 * values.count)")
        }
        return study.size / 2 / values.count * values.count
    }
}

extension SpectrumTopic {
    struct Numbers: Encodable, Sendable {
        struct Band: Encodable, Sendable { let lower, upper: Double }
        struct Outlier: Encodable, Sendable { let spike, position, overlap: Double }
        struct Statistic: Encodable, Sendable {
            let name: String
            let limit: Double
            let mean, correction, variance: Double?
        }
        let ensemble: String
        let size, matrices: Int
        let counts: [Int]
        let bands: [Band]
        let massAtZero: Double
        let moments: [Double]
        let outliers: [Outlier]
        let statistics: [Statistic]
        let check: CheckSummary

        init(_ answer: SpectrumAnswer) {
            let spectrum = answer.spectrum
            ensemble = spectrum.study.ensemble.rawValue
            (size, matrices, counts) = (spectrum.size, answer.samples.count, spectrum.counts)
            bands = spectrum.law.bands.map { Band(lower: $0.lower, upper: $0.upper) }
            massAtZero = spectrum.law.massAtZero
            moments = spectrum.law.moments(6)
            outliers = spectrum.outliers.map { Outlier(spike: $0.spike, position: $0.position, overlap: $0.overlap) }
            statistics = answer.statistics.map {
                Statistic(
                    name: $0.name, limit: $0.limit, mean: $0.law?.mean, correction: $0.law?.correction, variance: $0.law?.variance
                )
            }
            check = CheckSummary(answer.check)
        }
    }

    struct PlanarNumbers: Encodable, Sendable {
        struct Cumulants: Encodable, Sendable {
            let name: String
            /// κ₁ … κ₄
            let exact: [Double]
            /// κ₂, N κ₃, N² κ₄
            let limits: [Double]
        }
        let ensemble: String
        let size, matrices: Int
        let halfWidth, halfHeight: Double
        let cumulants: [Cumulants]
        let check: CheckSummary

        init(_ answer: PlanarAnswer) {
            ensemble = answer.study.ensemble.rawValue
            (size, matrices) = (answer.study.size, answer.samples.count)
            (halfWidth, halfHeight) = (answer.law.halfWidth, answer.law.halfHeight)
            cumulants = answer.radial.map { Cumulants(name: $0.name, exact: $0.exact, limits: $0.limits) }
            check = CheckSummary(answer.check)
        }
    }
}
