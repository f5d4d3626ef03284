import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The sizes of activations, outputs and their updates at several widths, and whether they scale as theory says.
///
/// Each size is the root mean square over neurons and samples, averaged over networks by its logarithm; its slope is that of log size
/// against log width, with Student's law. To the sampling error comes that of finite widths: with  ln size = a + e ln N + b/N  the fitted
/// slope misses e by b·Σ c_w/N_w, where b is taken to be 5, or what the sizes themselves show of it if that is more. At widths from 64 to
/// 2048 this is 0.02, far below ½, the smallest difference between the exponents of any two named parameterisations. Sizes that the theory does not
/// predict decide nothing.
package struct CoordinateCheck: Sendable {
    /// b that is reckoned with in any case.
    package static let curvature = 5.0

    package struct Row: Sendable {
        package let coordinate: Coordinate
        /// One a width.
        package let sizes: [Estimate]
        package let fit: PowerLaw
        /// Of the slope.
        package let sampling: Uncertainty
        /// For finite widths.
        package let allowance: Uncertainty
        /// Nil: the theory gives none.
        package let expected: Double?
    }

    package let widths: [Int]
    package let networks: Int
    package let steps: Int
    package let rows: [Row]
    /// Whose exponents are expected.
    package let theory: ScalingTheory

    /// - Parameters:
    ///   - experiment: the steps of its training are those of the check.
    ///   - theory: gives the expected exponents.
    /// - Throws: `Divergence`; `CoordinateCheckError.nothingMoves`; `CancellationError` when stopped.
    package init(
        _ experiment: Experiment, widths: [Int], networks: Int, seed: Int, expecting theory: ScalingTheory,
        progress: ProgressHandler? = nil, shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        precondition(widths.count >= 2 && networks >= 2, "\(widths.count) widths, \(networks) networks")
        self.widths = widths
        self.networks = networks
        self.theory = theory
        steps = experiment.training.steps
        let coordinates = Coordinate.all(hiddenLayers: experiment.graph.layers.count)
        // Work grows with the square of the width.
        let total = widths.reduce(0) { $0 + Double($1 * $1) } * Double(networks)
        var done = 0.0
        let measured = try widths.map { width -> [[Double]] in
            let probe = CoordinateProbe(experiment, width: width)
            let (cost, before) = (Double(width * width), done)
            let count = Counter()
            defer { done += cost * Double(networks) }
            return try Threads.map(networks) { index in
                if shouldStop() { throw CancellationError() }
                let values = try probe.meanSquares(seed: seed, index: index)
                progress?(before + cost * Double(count.increment()), total)
                return values
            }
        }
        rows = try coordinates.enumerated().map { i, coordinate in
            let logarithms = try measured.map { networks in
                try networks.map { values -> Double in
                    guard values[i] > 0 else { throw CoordinateCheckError.nothingMoves(coordinate) }
                    return log(values[i]) / 2
                }
            }
            return Row(coordinate, widths: widths, logarithms, expected: theory.sizes?.exponent(of: coordinate))
        }
    }

    package var check: Check {
        var check = Check()
        for row in rows {
            guard let expected = row.expected else { continue }
            check.add(
                .mean(
                    "slope of \(row.coordinate.kind)", at: row.coordinate.place, predicted: expected,
                    measured: row.fit.exponent.mean, scale: 1,
                    uncertainties: [row.sampling, row.allowance]))
        }
        return check
    }
}

extension CoordinateCheck.Row {
    /// - Parameter logarithms: of the sizes, of every network at each width.
    package init(_ coordinate: Coordinate, widths: [Int], _ logarithms: [[Double]], expected: Double?) {
        let estimates = logarithms.map { Estimate($0) }
        let x = widths.map { log(Double($0)) }, inverse = widths.map { 1 / Double($0) }
        // Coefficients of the slope, and of b: what a straight line leaves of 1/N.
        let slope = Self.slope(x)
        let tilt = zip(slope, inverse).reduce(0) { $0 + $1.0 * $1.1 }
        let (centre, level) = (x.reduce(0, +) / Double(x.count), inverse.reduce(0, +) / Double(x.count))
        let rest = zip(x, inverse).map { $1 - level - tilt * ($0 - centre) }
        let square = rest.reduce(0) { $0 + $1 * $1 }
        var bend = CoordinateCheck.curvature
        if widths.count > 2, square > 0 {
            let found = zip(rest, estimates).reduce(0) { $0 + $1.0 * $1.1.mean } / square
            let noise =
                zip(rest, estimates).reduce(0) {
                    $0 + $1.0 * $1.0 * $1.1.standardError * $1.1.standardError
                }.squareRoot() / square
            bend = max(bend, abs(found) - noise)
        }
        self.coordinate = coordinate
        self.expected = expected
        sizes = estimates.map { estimate in
            let size = exp(estimate.mean)
            return Estimate(mean: size, standardError: size * estimate.standardError, count: estimate.count)
        }
        fit = PowerLaw(x: widths.map { Double($0) }, y: sizes)
        sampling = .combined(
            zip(slope, zip(estimates, logarithms)).map { c, found in
                Uncertainty(
                    error: abs(c) * found.0.standardError, degreesOfFreedom: EffectiveFreedom.sampled(found.1))
            })
        // A bend that is read off the sizes is known no better than they are.
        allowance = Uncertainty(
            error: bend * abs(tilt),
            degreesOfFreedom: bend > CoordinateCheck.curvature ? sampling.degreesOfFreedom : .infinity)
    }

    /// c with Σ c y the slope of the least-squares line through (x, y).
    private static func slope(_ x: [Double]) -> [Double] {
        let centre = x.reduce(0, +) / Double(x.count)
        let spread = x.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        return x.map { ($0 - centre) / spread }
    }
}

package enum CoordinateCheckError: Error, CustomStringConvertible {
    case nothingMoves(Coordinate)

    package var description: String {
        switch self {
        case .nothingMoves(let coordinate):
            "\(coordinate.text) is exactly 0 in some network, so it has no slope; is the learning rate 0, or are all inputs 0?"
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
    /// What sizes of different layers share, and the layer.
    package var kind: String { text.components(separatedBy: ", ")[0] }
    package var place: String { text.components(separatedBy: ", ").dropFirst().joined() }

    /// As in tables and legends.
    package var text: String {
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
    package var key: String {
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
