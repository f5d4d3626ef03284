import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Draws of a field of N cosine neurons, and averages over them with the weight e^{−λS}, S = Σ_z w φ(z)⁴.
///
/// Sums are kept of batches of draws, so that every function of averages has an error by the jackknife.
public struct FieldEnsemble: Sendable {
    /// Which field, with its box.
    public let field: NeuronField
    /// N, of every draw.
    public let neurons: Int
    /// How many were drawn: a multiple of ``batchCount``, at least that.
    public let draws: Int
    /// λ, ascending.
    public let couplings: [Double]
    /// Means over each batch, in the order of ``Layout``.
    private let batches: [[Double]]

    /// Places of the means: of powers of φ in the middle, of S and their products, of φφ along the line, and of weighted ones.
    private struct Layout {
        let line: Int
        let couplings: Int
        /// φ², φ⁴, φ⁶, S, φ²S, φ⁴S; then φφ and φφS for each place of the line.
        var pair: Int { 6 }
        var pairAction: Int { pair + line }
        /// For each coupling: w, w², wφ⁴, then wφφ for each place.
        func weighted(_ k: Int) -> Int { pairAction + line + k * (3 + line) }
        var count: Int { weighted(couplings) }
    }

    private var layout: Layout { Layout(line: field.line.count, couplings: couplings.count) }
    /// Batches of draws whose means are kept.
    public static let batchCount = 64

    /// - Throws: `CancellationError` if it should stop.
    public init(
        _ field: NeuronField, neurons: Int, draws: Int, couplings: [Double], seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let each = max(draws / Self.batchCount, 1), finished = Counter()
        (self.field, self.neurons, self.couplings) = (field, neurons, couplings)
        self.draws = each * Self.batchCount
        let layout = Layout(line: field.line.count, couplings: couplings.count)
        batches = try Threads.map(Self.batchCount) { batch in
            var stream = RandomStream(seed: seed, .neuronField, field.dimension, neurons, batch)
            var sums = [Double](repeating: 0, count: layout.count)
            for draw in 0..<each {
                if draw % 256 == 0 && shouldStop() { throw CancellationError() }
                Self.add(Self.draw(field, neurons: neurons, &stream), field, couplings, layout, to: &sums)
            }
            progress(Double(finished.increment()), Double(Self.batchCount))
            return sums.map { $0 / Double(each) }
        }
    }

    /// φ on the grid.
    static func draw(_ field: NeuronField, neurons: Int, _ stream: inout RandomStream) -> [Double] {
        let n = field.dimension == 0 ? 1 : field.points, h = field.spacing
        var values = [Double](repeating: 0, count: field.grid.count)
        for _ in 0..<neurons {
            let k = field.momentum(quantile: stream.uniform())
            let phase = 2 * Double.pi * stream.uniform(), turn = 2 * Double.pi * stream.uniform()
            let a = field.amplitude == .gaussian ? stream.normal() : stream.uniform() < 0.5 ? -1 : 1
            let size = a * (2 * field.squaredAmplitude(k) / Double(neurons)).squareRoot()
            switch field.dimension {
            case 0: values[0] += size * cos(phase)
            case 1: for i in 0..<n { values[i] += size * cos(k * h * Double(i) + phase) }
            default:
                let (kx, ky) = (k * h * cos(turn), k * h * sin(turn))
                for i in 0..<n { for j in 0..<n { values[i * n + j] += size * cos(kx * Double(i) + ky * Double(j) + phase) } }
            }
        }
        return values
    }

    private static func add(
        _ φ: [Double], _ field: NeuronField, _ couplings: [Double], _ layout: Layout, to sums: inout [Double]
    ) {
        let action = field.cell * φ.reduce(0) { $0 + $1 * $1 * $1 * $1 }
        let centre = φ[field.line[0]], square = centre * centre, pairs = field.line.map { centre * φ[$0] }
        for (k, value) in [square, square * square, square * square * square, action, square * action, square * square * action]
            .enumerated()
        { sums[k] += value }
        for (j, pair) in pairs.enumerated() {
            sums[layout.pair + j] += pair
            sums[layout.pairAction + j] += pair * action
        }
        for (k, λ) in couplings.enumerated() {
            let w = exp(-λ * action), place = layout.weighted(k)
            sums[place] += w
            sums[place + 1] += w * w
            sums[place + 2] += w * square * square
            for (j, pair) in pairs.enumerated() { sums[place + 3 + j] += w * pair }
        }
    }

    /// Connected functions of four and six fields in the middle, without interaction.
    public var cumulants: (fourth: Estimate, sixth: Estimate) {
        let values = Jackknife.estimates(batches) { m in
            [m[1] - 3 * m[0] * m[0], m[2] - 15 * m[1] * m[0] + 30 * m[0] * m[0] * m[0]]
        }
        return (values[0], values[1])
    }

    /// ⟨φφ⟩ along the line, without interaction.
    public var pairs: [Estimate] {
        let layout = layout
        return Jackknife.estimates(batches) { Array($0[layout.pair..<layout.pairAction]) }
    }

    /// d⟨φφ⟩/dλ along the line, and d⟨φ⁴⟩_c/dλ in the middle, at λ = 0: covariances with S.
    public var slopes: (pairs: [Estimate], fourth: Estimate) {
        let layout = layout
        let values = Jackknife.estimates(batches) { m in
            (0..<layout.line).map { m[layout.pair + $0] * m[3] - m[layout.pairAction + $0] } + [
                m[1] * m[3] - m[5] - 6 * m[0] * (m[0] * m[3] - m[4])
            ]
        }
        return (Array(values.dropLast()), values.last!)
    }

    /// (Σw)²/Σw² at each coupling.
    public var effectiveSizes: [Double] {
        couplings.indices.map { k in
            let place = layout.weighted(k)
            func mean(_ i: Int) -> Double { batches.reduce(0) { $0 + $1[i] } / Double(batches.count) }
            let (w, square) = (mean(place), mean(place + 1))
            return square > 0 ? w * w / square * Double(draws) : 0
        }
    }

    /// What the weight changes in ⟨φ²⟩: the noise that weighted and free draws share drops out.
    public func shift(_ k: Int) -> Estimate {
        let place = layout.weighted(k)
        return Jackknife.estimates(batches) { [$0[place + 3] / $0[place] - $0[0]] }[0]
    }

    /// ⟨φφ⟩ along the line, and ⟨φ⁴⟩_c in the middle, at a coupling; nil if fewer than `least` draws carry the weight.
    public func reweighted(_ k: Int, least: Double = FieldEnsemble.leastEffective) -> (pairs: [Estimate], fourth: Estimate)? {
        guard effectiveSizes[k] >= least else { return nil }
        let layout = layout, place = layout.weighted(k)
        let values = Jackknife.estimates(batches) { m in
            let w = m[place], second = m[place + 3] / w
            return (0..<layout.line).map { m[place + 3 + $0] / w } + [m[place + 2] / w - 3 * second * second]
        }
        return (Array(values.dropLast()), values.last!)
    }

    /// With fewer than these, a few draws decide.
    public static let leastEffective = 500.0
}
