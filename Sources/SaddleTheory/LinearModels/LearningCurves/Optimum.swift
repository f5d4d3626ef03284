import Numerics
import SaddleModels
import SaddleNumerics

/// Where a loss is smallest: an argument, the loss, and whether it is inside the range looked at.
public struct LossOptimum: Sendable, Equatable {
    /// Where in the range looked at the smallest loss is.
    public enum Place: String, Sendable {
        /// A minimum between the ends.
        case inside
        /// The loss still falls at the smallest argument, or at the largest.
        case smallest, largest
    }
    /// Time, step or ridge.
    public let argument: Double
    /// The smallest loss.
    public let loss: Double
    /// Inside the range, or at one of its ends.
    public let place: Place

    /// An argument with its loss, found elsewhere.
    public init(argument: Double, loss: Double, place: Place) {
        self.argument = argument
        self.loss = loss
        self.place = place
    }

    /// The smallest value of a function on a geometric grid, refined by finer grids around it and a parabola.
    ///
    /// The first grid has some 20 points a decade, so that of several minima the deepest is found unless two differ by less than the grid resolves.
    ///
    /// - Parameter values: at all arguments of a grid at once.
    static func find(
        from low: Double, to high: Double, _ values: ([Double]) throws -> [Double]
    ) throws -> LossOptimum {
        let decades = Double.log10(high / low)
        var grid = logSpaced(from: low, to: high, count: max(20, Int(20 * decades)))
        var losses = try values(grid)
        var best = losses.indices.min { losses[$0] < losses[$1] }!
        let place: Place = best == 0 ? .smallest : best == grid.count - 1 ? .largest : .inside
        if place == .inside {
            for _ in 0..<3 {
                grid = logSpaced(
                    from: grid[max(best - 1, 0)], to: grid[min(best + 1, grid.count - 1)], count: 21)
                losses = try values(grid)
                best = losses.indices.min { losses[$0] < losses[$1] }!
            }
            // The vertex of the parabola through the best three.
            if best > 0, best < grid.count - 1 {
                let (left, here, right) = (losses[best - 1], losses[best], losses[best + 1])
                let curvature = left - 2 * here + right
                if curvature > 0 {
                    let step = (left - right) / (2 * curvature)
                    let vertex = grid[best] * Double.pow(grid[best + 1] / grid[best], step)
                    let loss = try values([vertex])[0]
                    if loss <= here { return LossOptimum(argument: vertex, loss: loss, place: place) }
                }
            }
        }
        return LossOptimum(argument: grid[best], loss: losses[best], place: place)
    }
}

extension LearningCurve {
    /// The time of gradient flow with the smallest test loss, up to ``last``.
    ///
    /// - Note: Time to a relative 1e-5, loss to 1e-11.
    public func bestStoppingTime() throws -> LossOptimum {
        precondition(training == .flow, "only gradient flow has a continuous time")
        return try .find(from: min(1e-3 / edge, last / 10), to: last) { try losses(at: $0).map(\.test) }
    }
}
