import SaddleModels
import SaddleNumerics

/// The statistics of the solutions so far: what a checkpoint holds, and what the prediction is made from.
public struct MeanFieldProgress: Sendable, Equatable {
    /// Observables of each solution.
    public var solutions: StreamingMoments
    /// Observables of half the sites, two samples a direction, and of the shift (q₁ + q₂)/2 − q_whole, one a direction.
    public var halves: StreamingMoments
    public var shifts: StreamingMoments
    /// Sizes of the bases, T × (L − 1) × 2, of each solution.
    public var ranks: StreamingMoments
    /// Panels (``ObservablePanel``) of each solution, of each half, and of each shift.
    public var panels = FluctuationPanels()
    /// Noise vectors that found no room to be matched.
    public var unmatched: Int
    private let rankShape: [Int]
    private let panel: ObservablePanel

    /// Before the first solution.
    public init(_ experiment: Experiment, _ layout: ObservableLayout) {
        panel = ObservablePanel(layout)
        rankShape = [experiment.recordedSteps.count, experiment.network.hiddenLayers - 1, 2]
        solutions = StreamingMoments(dimension: layout.count)
        halves = solutions
        shifts = solutions
        ranks = StreamingMoments(dimension: rankShape.reduce(1, *))
        unmatched = 0
    }

    mutating func add(_ part: MeanFieldSolver.Part, sites: Int) {
        switch part {
        case .solution(let solution):
            solutions.add(solution.observables)
            panels.solutions.append(panel.values(of: solution.observables))
            ranks.add(solution.ranks.map(Double.init))
            unmatched += solution.realization.unmatched
        case .halves(let q):
            halves.add(q.first)
            halves.add(q.second)
            let shift = q.whole.indices.map { (q.first[$0] + q.second[$0]) / 2 - q.whole[$0] }
            shifts.add(shift)
            panels.halves += [panel.values(of: q.first), panel.values(of: q.second)]
            panels.shifts.append(panel.values(of: shift))
            panels.limits.append(panel.values(of: zip(q.whole, shift).map { $0 - $1 }))
        }
    }

    func prediction(_ layout: ObservableLayout, sites: Int) -> MeanFieldPrediction {
        var prediction = MeanFieldPrediction(
            layout: layout, mean: solutions.mean, meanError: solutions.meanError, solutions: solutions.count,
            ranks: Tensor(shape: rankShape, elements: ranks.mean))
        if shifts.count > 0 {
            let count = Double(sites)
            prediction.variance = halves.variance.map { count / 2 * $0 }
            prediction.varianceError = halves.varianceError.map { count / 2 * $0 }
            prediction.bias = shifts.mean.map { count * $0 }
            prediction.biasError = shifts.meanError.map { count * $0 }
            prediction.directions = shifts.count
        }
        prediction.panels = panels.scaled(sites: sites)
        if unmatched > 0 {
            prediction.warnings.append(
                "\(unmatched) noise vectors of test points were drawn unmatched for lack of sites; raise 'sites' for smaller errors"
            )
        }
        return prediction
    }
}
