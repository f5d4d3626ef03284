import SaddleModels
import SaddleNumerics

/// The next term of the series of N·variance in 1/N, at the width of the narrow networks, of an observable at one time:
///
///     A = n Var q_n = V (1 + ε + …),      B = n/2 Var q_{n/2} = V (1 + 2ε + …),      hence V ≈ A/(1 + ε) with ε = B/A − 1
///
/// from the totals over its numbers, which A/(1 + ε) = A²/B leaves positive whatever ε is. Losses, to first order functions of outputs, have
/// the term of these.
struct NextTerm {
    /// ε
    let value: Double
    /// Relative sampling error of A and of B.
    let sampling: Double
    /// Whether the observable varies at this time by more than a ten-thousandth of what it does at any.
    let isVisible: Bool

    /// Relative error of A²/B beyond that of a single A: of sampling, and half of the term itself for those that follow.
    var error: Double { (4 * sampling * sampling + value * value / 4).squareRoot() }

    /// By how much ε is larger than twice its sampling error, which is √2 of A's.
    var excess: Double { max(abs(value) - 2 * 2.0.squareRoot() * (1 + value) * sampling, 0) }

    /// One at each recorded time.
    static func terms(of observable: Observable, _ progress: MeanFieldProgress) -> [NextTerm] {
        let layout = progress.layout
        // The losses of a stream's coming batches stand beside outputs of test samples alone.
        let outputs: [Observable] = if case .loss(let set) = observable { [.output(set), .output(.test)] } else { [] }
        let source = outputs.first { layout[$0] != nil } ?? observable
        let entry = layout[source]!
        let part = progress.panel.parts.first { $0.observable == source }!
        let last = part.range.upperBound - part.stride..<part.range.upperBound
        let modes = max(SampledModes(progress.panels.halves, columns: last).count, 1)
        let sampling = (2 / (Double(max(progress.networks.count - 1, 1)) * modes)).squareRoot()
        let (wide, narrow) = (progress.networks.variance, progress.narrower.variance)
        func total(_ variance: [Double], _ time: Int) -> Double { entry.range(at: time).reduce(0) { $0 + variance[$1] } }
        let totals = (0..<entry.times).map { (total(wide, $0), total(narrow, $0)) }
        let visible = 1e-4 * (totals.map(\.0).max() ?? 0)
        return totals.map { a, b in
            // B/A with A = n Var q_n, B = (n/2) Var q_{n/2}
            NextTerm(value: a > 0 ? b / (2 * a) - 1 : 0, sampling: sampling, isVisible: a > visible)
        }
    }
}

extension [NextTerm] {
    /// Root mean square over the visible times.
    func rootMeanSquare(_ number: (NextTerm) -> Double) -> Double {
        let squares = filter(\.isVisible).map { number($0) * number($0) }
        return squares.isEmpty ? 0 : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
}
