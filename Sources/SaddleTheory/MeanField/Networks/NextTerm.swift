import SaddleModels
import SaddleNumerics

/// The next term of the series of N·variance in 1/N, at the width of the narrow networks:
///
///     A = n Var q_n = V (1 + ε + …),      B = n/2 Var q_{n/2} = V (1 + 2ε + …),      hence V ≈ A (1 − ε) with ε ≈ B/A − 1
///
/// from the totals over all numbers of an observable, the mean ratio over the recorded times. Losses, to first order
/// functions of outputs, have the term of these.
struct NextTerm {
    /// ε
    let value: Double
    /// Of sampling.
    let error: Double
    /// Relative sampling error of the totals at one time.
    let samplingError: Double

    /// The error that is left when it is taken off: of sampling, and half of itself.
    var wholeError: Double { (error * error + value * value / 4).squareRoot() }

    init(of observable: Observable, _ progress: MeanFieldProgress) {
        let layout = progress.layout
        let source: Observable =
            switch observable {
            case .loss(let set): .output(set)
            default: observable
            }
        let entry = layout[source]!
        let (wide, narrow) = (progress.networks.variance, progress.narrower.variance)
        func total(_ variance: [Double], _ time: Int) -> Double { entry.range(at: time).reduce(0) { $0 + variance[$1] } }
        let totals = (0..<entry.times).map { (total(wide, $0), total(narrow, $0)) }
        let visible = 1e-4 * (totals.map(\.0).max() ?? 0)
        // B/A with A = n Var q_n, B = (n/2) Var q_{n/2}
        let ratios = totals.filter { $0.0 > visible }.map { $0.1 / (2 * $0.0) }
        let ratio = ratios.isEmpty ? 1 : ratios.reduce(0, +) / Double(ratios.count)
        let part = progress.panel.parts.first { $0.observable == source }!
        let last = part.range.upperBound - part.stride..<part.range.upperBound
        let modes = max(SampledModes(progress.panels.halves, columns: last).count, 1)
        samplingError = (2 / (Double(max(progress.networks.count - 1, 1)) * modes)).squareRoot()
        value = ratio - 1
        error = ratio * 2.0.squareRoot() * samplingError
    }
}
