import SaddleModels
import SaddleNumerics

/// The statistics of the solutions so far: what a checkpoint holds, and what the prediction is made from.
public struct MeanFieldProgress: Sendable, Equatable {
    /// Observables of each solution.
    public var solutions: StreamingMoments
    /// Outputs of each solution, from which the losses are made.
    public var outputs: [[Double]] = []
    /// Observables of half the sites, two samples a direction, and of the shift (q₁ + q₂)/2 − q_whole, one a direction.
    public var halves: StreamingMoments
    /// (q₁ + q₂)/2 − q_whole of the observables, one sample a direction.
    public var shifts: StreamingMoments
    /// Sizes of the bases, T × (L − 1) × 2, of each solution.
    public var ranks: StreamingMoments
    /// How observables of a solution change at a smaller tolerance; how (q₁ − q₂)² does, beside its own value; how the shift does.
    public var changes: StreamingMoments
    /// Change of (q₁ − q₂)² at a smaller tolerance.
    public var squareChanges: StreamingMoments
    /// (q₁ − q₂)² itself, of the same directions.
    public var squares: StreamingMoments
    /// Change of the shift at a smaller tolerance.
    public var shiftChanges: StreamingMoments
    /// Panels (``ObservablePanel``) of each solution, of each half, and of each shift.
    public var panels = FluctuationPanels()
    /// Σ_ℓ ⟨ψ²⟩ of the adjoint's scalars as far as they are done: all of a replica, then those of the next.
    public var scalarSquares: [Double] = []
    /// How those of the first replica change at a smaller tolerance.
    public var scalarChanges: [Double] = []
    /// Φˡ(t, t′) of each solution (``TwoTimeKernels``), and how it changes at a smaller tolerance; without numbers unless asked for.
    public var twoTime = StreamingMoments(dimension: 0)
    /// Change of Φˡ(t, t′) at a smaller tolerance.
    public var twoTimeChanges = StreamingMoments(dimension: 0)
    /// Width of the networks from which the limit is extrapolated, where bases would fill all sites; 0: it is solved with sites.
    public var limitWidth = 0
    /// With an accuracy: sites of the solutions, and by how much numbers are larger than with half of them.
    public var sites = 0
    /// Observables less those with half the sites, one sample a solution.
    public var siteChanges: StreamingMoments
    /// Observables of networks of width `networkWidth`, and of half that, one sample a pair, losses to first order around the limit.
    public var networkWidth = NarrowNetworks.firstWidth
    /// Observables of the networks of width ``networkWidth``.
    public var networks: StreamingMoments
    /// Observables of the networks of half that width.
    public var narrower: StreamingMoments
    /// Whether one of them diverged.
    var hasDiverged = false
    /// The losses themselves.
    public var networkLosses: StreamingMoments
    /// Of the networks of half the width.
    public var narrowerLosses: StreamingMoments
    /// Noise vectors that found no room to be matched.
    public var unmatched: Int
    let rankShape: [Int]
    let panel: ObservablePanel
    let layout: ObservableLayout

    /// Before the first solution.
    public init(_ experiment: Experiment, _ layout: ObservableLayout) {
        panel = ObservablePanel(layout)
        rankShape = [experiment.recordedSteps.count, experiment.graph.hiddenWeights.count, 2]
        let none = StreamingMoments(dimension: layout.count)
        let losses = StreamingMoments(dimension: LimitLosses(experiment, layout).places.count)
        (siteChanges, networks, narrower, networkLosses, narrowerLosses) = (none, none, none, losses, losses)
        self.layout = layout
        (solutions, halves, shifts, changes, squareChanges, squares, shiftChanges) = (none, none, none, none, none, none, none)
        ranks = StreamingMoments(dimension: rankShape.reduce(1, *))
        unmatched = 0
    }

    mutating func add(_ part: MeanFieldSolver.Part, _ losses: LimitLosses) {
        switch part {
        case .solution(let solution, let refined, let coarse):
            solutions.add(solution.observables)
            outputs.append(losses.outputs(solution.observables))
            panels.solutions.append(panel.values(of: solution.observables))
            if let coarse { siteChanges.add(coarse.map(-)) }
            ranks.add(solution.ranks.map(Double.init))
            unmatched += solution.unmatched
            twoTime.addResizing(solution.twoTimeKernels)
            if let refined {
                changes.add(zip(refined.observables, solution.observables).map { $0 - $1 })
                twoTimeChanges.addResizing(zip(refined.twoTimeKernels, solution.twoTimeKernels).map { $0 - $1 })
            }
        case .halves(let q, let refined):
            halves.add(q.first)
            halves.add(q.second)
            let shift = q.shift
            shifts.add(shift)
            panels.halves += [panel.values(of: q.first), panel.values(of: q.second)]
            panels.shifts.append(panel.values(of: shift))
            panels.limits.append(panel.values(of: zip(q.whole, shift).map { $0 - $1 }))
            if let refined {
                let own = q.difference.map { $0 * $0 }
                squares.add(own)
                squareChanges.add(zip(refined.difference, own).map { $0 * $0 - $1 })
                shiftChanges.add(zip(refined.shift, q.shift).map { $0 - $1 })
            }
        case .limitNetworks(let wide, let narrow): addToLimit(wide, narrow, losses)
        case .networks(let wide, let narrow): add(wide, narrow, losses)
        case .divergedNetwork: hasDiverged = true
        case .scalars(let values, let changes):
            scalarSquares += values
            scalarChanges += changes
        }
    }
}

extension StreamingMoments {
    /// The first vector decides the dimension.
    fileprivate mutating func addResizing(_ values: [Double]) {
        if count == 0 { self = StreamingMoments(dimension: values.count) }
        add(values)
    }
}
