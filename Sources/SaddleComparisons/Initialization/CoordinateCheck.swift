import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The sizes of activations, outputs and their updates in networks of several sizes n, widths or depths, and whether they scale as theory says.
///
/// Each size is the root mean square over neurons and samples, averaged over networks by its logarithm; its slope is that of log size
/// against log n, with Student's law. To the sampling error comes that of finite n: with  ln size = a + e ln n + b/n  the fitted
/// slope misses e by b·Σ c_n/n, where b is taken to be 5 for widths and 1 for depths, or what the sizes themselves show of it if that is more. At widths from
/// 64 to 2048 this is 0.02, at depths from 8 to 32 it is 0.07, below ½, the smallest difference between the exponents of any two named
/// parameterisations. Sizes that the theory does not predict decide nothing.
package struct CoordinateCheck: Sendable {
    /// b that is reckoned with in any case, by widths.
    package static let curvature = 5.0
    /// By depths.
    package static let depthCurvature = 1.0

    /// Networks of one size.
    package struct Point: Sendable {
        package let size: Int
        package let experiment: Experiment
        package let width: Int

        package init(size: Int, _ experiment: Experiment, width: Int) {
            (self.size, self.experiment, self.width) = (size, experiment, width)
        }
    }

    package struct Row: Sendable {
        package let coordinate: Coordinate
        /// One a width or depth.
        package let sizes: [Estimate]
        package let fit: PowerLaw
        /// Of the slope.
        package let sampling: Uncertainty
        /// For finite widths or depths.
        package let allowance: Uncertainty
        /// Nil: the theory gives none.
        package fileprivate(set) var expected: Double?
    }

    /// Widths or depths.
    package let sizes: [Int]
    package let networks: Int
    package let steps: Int
    package private(set) var rows: [Row]

    /// Against the width.
    ///
    /// - Parameters:
    ///   - experiment: the steps of its training are those of the check.
    ///   - theory: gives the expected exponents.
    /// - Throws: `Divergence`; `CoordinateCheckError.nothingMoves`; `CancellationError` when stopped.
    package init(
        _ experiment: Experiment, widths: [Int], networks: Int, seed: Int, expecting theory: ScalingTheory,
        progress: ProgressHandler? = nil, shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        let sizes = theory.sizes
        try self.init(
            widths.map { Point(size: $0, experiment, width: $0) }, Coordinate.all(hiddenLayers: experiment.graph.layers.count),
            networks: networks, seed: seed, curvature: Self.curvature, expecting: { sizes?.exponent(of: $0) }, progress: progress,
            shouldStop: shouldStop)
    }

    /// Against the number of residual branches.
    ///
    /// - Parameter points: with that number as their size.
    /// - Throws: as above.
    package init(
        depths points: [Point], networks: Int, seed: Int, expecting theory: DepthScaling?, progress: ProgressHandler? = nil,
        shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        try self.init(
            points, Coordinate.ofDeepNetworks, networks: networks, seed: seed, curvature: Self.depthCurvature,
            expecting: { theory?.exponent(of: $0) }, progress: progress, shouldStop: shouldStop)
    }

    private init(
        _ points: [Point], _ coordinates: [Coordinate], networks: Int, seed: Int, curvature: Double,
        expecting expected: (Coordinate) -> Double?, progress: ProgressHandler?, shouldStop: @Sendable () -> Bool
    ) throws {
        precondition(points.count >= 2 && networks >= 2, "\(points.count) sizes, \(networks) networks")
        sizes = points.map(\.size)
        self.networks = networks
        steps = points[0].experiment.training.steps
        let costs = points.map { Double($0.width * $0.width * $0.experiment.graph.weights.count) }
        let total = costs.reduce(0, +) * Double(networks)
        var done = 0.0
        let measured = try zip(points, costs).map { point, cost -> [[Double]] in
            let probe = CoordinateProbe(point.experiment, width: point.width, coordinates: coordinates)
            let (before, count) = (done, Counter())
            defer { done += cost * Double(networks) }
            return try Threads.map(networks) { index in
                if shouldStop() { throw CancellationError() }
                let values = try probe.meanSquares(seed: seed, index: index)
                progress?(before + cost * Double(count.increment()), total)
                return values
            }
        }
        rows = try coordinates.enumerated().map { [sizes] i, coordinate in
            let logarithms = try measured.map { networks in
                try networks.map { values -> Double in
                    guard values[i] > 0 else { throw CoordinateCheckError.nothingMoves(coordinate) }
                    return log(values[i]) / 2
                }
            }
            return Row(coordinate, sizes: sizes, logarithms, expected: expected(coordinate), curvature: curvature)
        }
    }

    /// The same measurements beside the exponents of another theory.
    package func expecting(_ theory: ScalingTheory) -> CoordinateCheck {
        let sizes = theory.sizes
        return expecting { sizes?.exponent(of: $0) }
    }

    package func expecting(_ theory: DepthScaling) -> CoordinateCheck { expecting { theory.exponent(of: $0) } }

    private func expecting(_ expected: (Coordinate) -> Double?) -> CoordinateCheck {
        var other = self
        for i in rows.indices { other.rows[i].expected = expected(rows[i].coordinate) }
        return other
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
    /// - Parameters:
    ///   - abscissae: widths or depths.
    ///   - logarithms: of the sizes, of every network at each of them.
    package init(
        _ coordinate: Coordinate, sizes abscissae: [Int], _ logarithms: [[Double]], expected: Double?,
        curvature: Double = CoordinateCheck.curvature
    ) {
        let estimates = logarithms.map { Estimate($0) }
        let line = SizeLine(sizes: abscissae.map { Double($0) })
        let bend = line.bend(estimates.map(\.mean), errors: estimates.map(\.standardError), atLeast: curvature)
        self.coordinate = coordinate
        self.expected = expected
        sizes = estimates.map { estimate in
            let size = exp(estimate.mean)
            return Estimate(mean: size, standardError: size * estimate.standardError, count: estimate.count)
        }
        fit = PowerLaw(x: abscissae.map { Double($0) }, y: sizes)
        sampling = .combined(
            zip(line.coefficients, zip(estimates, logarithms)).map { c, found in
                Uncertainty(
                    error: abs(c) * found.0.standardError, degreesOfFreedom: EffectiveFreedom.sampled(found.1))
            })
        // A bend that is read off the sizes is known no better than they are.
        allowance = Uncertainty(
            error: bend * abs(line.tilt),
            degreesOfFreedom: bend > curvature ? sampling.degreesOfFreedom : .infinity)
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
