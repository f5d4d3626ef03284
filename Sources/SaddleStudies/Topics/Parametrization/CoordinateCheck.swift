import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The sizes of activations, outputs and their updates at several widths, and whether they scale as theory says.
///
/// Each size is the root mean square over neurons, samples and networks; its slope is that of log size against log width. A
/// slope agrees with the expected exponent if it is within `allowance` + 4 standard errors. The allowance is for corrections of
/// relative order 1/N at the smaller widths: with a coefficient of 5 at width 64 they tilt a fit over 64 … 2048 by 0.02. It is a
/// fifth of ½, the smallest difference between the exponents of any two named parameterisations. The standard error must be
/// below `allowance` too, else the check decides nothing and fails.
struct CoordinateCheck: Sendable {
    static let allowance = 0.1

    struct Row: Sendable {
        let coordinate: Coordinate
        /// Root mean squares, one a width.
        let sizes: [Estimate]
        let fit: PowerLaw
        /// Nil: the theory gives none.
        let expected: Double?

        var passes: Bool {
            guard let expected else { return false }
            let slope = fit.exponent
            return slope.standardError <= allowance && abs(slope.mean - expected) <= allowance + 4 * slope.standardError
        }
    }

    let widths: [Int]
    let networks: Int
    let steps: Int
    let rows: [Row]
    /// Whose exponents are expected.
    let theory: ScalingTheory

    var passes: Bool { rows.allSatisfy(\.passes) }

    /// - Parameters:
    ///   - experiment: the steps of its training are those of the check.
    ///   - theory: gives the expected exponents.
    /// - Throws: `Divergence`; `CoordinateCheckError.nothingMoves`; `CancellationError` when stopped.
    init(
        _ experiment: Experiment, widths: [Int], networks: Int, seed: Int, expecting theory: ScalingTheory,
        progress: ProgressHandler? = nil, shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        precondition(widths.count >= 2 && networks >= 2, "\(widths.count) widths, \(networks) networks")
        self.widths = widths
        self.networks = networks
        self.theory = theory
        steps = experiment.training.steps
        let coordinates = Coordinate.all(hiddenLayers: experiment.network.hiddenLayers)
        // Work grows with the square of the width.
        let total = widths.reduce(0) { $0 + Double($1 * $1) } * Double(networks)
        var done = 0.0
        let moments = try widths.map { width -> StreamingMoments in
            let probe = CoordinateProbe(experiment, width: width)
            let (cost, before) = (Double(width * width), done)
            let count = Counter()
            let values = try Threads.map(networks) { index in
                if shouldStop() { throw CancellationError() }
                let values = try probe.meanSquares(seed: seed, index: index)
                progress?(before + cost * Double(count.increment()), total)
                return values
            }
            done += cost * Double(networks)
            var moments = StreamingMoments(dimension: coordinates.count)
            for value in values { moments.add(value) }
            return moments
        }
        rows = try coordinates.enumerated().map { i, coordinate in
            let sizes = moments.map { moment -> Estimate in
                let variance = moment.secondSum[i] / Double(networks - 1) / Double(networks)
                let root = moment.mean[i].squareRoot()
                return Estimate(mean: root, standardError: variance.squareRoot() / (2 * root), count: networks)
            }
            guard sizes.allSatisfy({ $0.mean > 0 }) else { throw CoordinateCheckError.nothingMoves(coordinate) }
            return Row(
                coordinate: coordinate, sizes: sizes, fit: PowerLaw(x: widths.map { Double($0) }, y: sizes),
                expected: theory.sizes?.exponent(of: coordinate))
        }
    }
}

enum CoordinateCheckError: Error, CustomStringConvertible {
    case nothingMoves(Coordinate)

    var description: String {
        switch self {
        case .nothingMoves(let coordinate):
            "\(coordinate.text) is exactly 0 at some width, so it has no slope; is the learning rate 0, or are all inputs 0?"
        }
    }
}

extension ScalingTheory.Sizes {
    func exponent(of coordinate: Coordinate) -> Double {
        switch coordinate {
        case .preactivation(let layer), .activation(let layer): features[layer - 1]
        case .preactivationUpdate(let layer), .activationUpdate(let layer): featureUpdates[layer - 1]
        case .output: output
        case .outputUpdate: outputUpdate
        }
    }
}

extension Coordinate {
    /// As in tables and legends.
    var text: String {
        switch self {
        case .preactivation(let layer): "h, layer \(layer)"
        case .activation(let layer): "φ(h), layer \(layer)"
        case .preactivationUpdate(let layer): "Δh, layer \(layer)"
        case .activationUpdate(let layer): "Δφ(h), layer \(layer)"
        case .output: "f"
        case .outputUpdate: "Δf"
        }
    }

    /// As in files.
    var key: String {
        switch self {
        case .preactivation(let layer): "preactivation_\(layer)"
        case .activation(let layer): "activation_\(layer)"
        case .preactivationUpdate(let layer): "preactivation_update_\(layer)"
        case .activationUpdate(let layer): "activation_update_\(layer)"
        case .output: "output"
        case .outputUpdate: "output_update"
        }
    }
}
