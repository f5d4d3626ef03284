import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

extension MeasureLyapunov {
    /// Of an orbit with eight states in a turn, after fifty turns.
    static func dimension(
        of system: DynamicalSystem, period: Double, _ asked: LyapunovStudy, _ context: QuestionRunner.Context
    ) throws -> CorrelationDimension {
        let isMap = system.kind == .map, before = isMap ? 100 : 400
        guard asked.states >= 200 else {
            throw context.study.problem(
                "lyapunov.states", "'lyapunov.states' is \(asked.states); expected 0, for none, or at least 200")
        }
        let states: [[Double]]
        do {
            states = try system.trajectory(
                count: before + asked.states, every: isMap ? 1 : period / 8, integrator: .init(mostSteps: 50_000_000),
                shouldStop: context.shouldStop)
        } catch let error as IntegrationError {
            throw context.study.problem("flow", "\(system.name): \(error)")
        }
        let orbit = Matrix(rows: asked.states, columns: system.dimension) { states[before + $0][$1] }
        return try CorrelationDimension(orbit, window: isMap ? 5 : 16, shouldStop: context.shouldStop)
    }

    static func add(_ found: CorrelationDimension, to answer: inout Answer) {
        answer.add("correlation_dimension", found.dimension, "Correlation dimension")
        answer.add("no_dimension", found.refusal.map { "\($0)" }, "Why there is no correlation dimension")
        var views: [View] = [
            found.dimension.map {
                .callout(
                    .neutral, title: "Correlation dimension \(NumberText.withError($0))",
                    text:
                        "Over radii from \(NumberText.short(found.region!.lowerBound)) to \(NumberText.short(found.region!.upperBound)), the widest range, a factor 4 or more, whose slope has an error at most half more than the least; that error is of the tenths of the orbit and of half the difference between the halves of the range."
                )
            }
                ?? .callout(
                    .bad, title: "No correlation dimension",
                    text: found.refusal!.rawValue.prefix(1).uppercased() + found.refusal!.rawValue.dropFirst() + ".")
        ]
        if found.radii.count > 1, !found.slopes.isEmpty {
            answer.add("radius", found.radii, "Radius", "r")
            answer.add("correlation_sum", found.sums, along: ["radius"], "Share of pairs nearer than r", "C(r)")
            answer.add("slope_radius", found.slopeRadii, "Radius", "r")
            answer.add("slope", found.slopes, along: ["slope_radius"], "Slope over a factor 2 of r", "d log C/d log r")
            var sums: [View.Mark] = [.line("correlation_sum", label: "all radii")]
            var slopes: [View.Mark] = [.points("slope", .series(0), label: "slopes", radius: 2)]
            if let region = found.region, let slope = found.dimension {
                let inside = found.radii.indices.filter { region.contains(found.radii[$0]) }
                answer.add("scaling_radius", inside.map { found.radii[$0] }, "Radii of the scaling region", "r")
                answer.add(
                    "scaling_sum", inside.map { found.sums[$0] }, along: ["scaling_radius"], "C in the scaling region", "C(r)")
                answer.add(
                    "scaling_slope", inside.map { _ in slope.mean }, along: ["scaling_radius"], "The dimension", "d log C/d log r"
                )
                sums.append(.line("scaling_sum", .series(1), label: "scaling region"))
                slopes.append(.line("scaling_slope", .series(1), label: "dimension"))
            }
            views.append(
                .figure(
                    "correlation", caption: "Pairs of states nearer than r, those near in time left out.",
                    panels: [
                        .init("Correlation sum", x: .init("r", .logarithmic), y: .init("C(r)", .logarithmic), sums),
                        .init(
                            "Its slope", x: .init("r", .logarithmic), y: .init("d log C/d log r", including: [0]), slopes),
                    ]))
        }
        answer.section("Correlation dimension", views)
    }
}
