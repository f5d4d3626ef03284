import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNumerics

extension QuestionRunner.Context {
    /// What is decomposed: with multipliers of the tangent kernel where it is a training that these describe.
    struct SeriesSource {
        let series: KoopmanSeries
        let name: String
        var multipliers: [Double]?
        var warnings: [String] = []
    }

    /// The samples of a file, in their order, as states.
    func timeSeries(_ asked: KoopmanStudy) throws -> SeriesSource {
        var (item, warnings) = try representation()
        if study.data.train != nil, study.data.train != item.count || study.data.source != DataSource.bundled {
            throw study.problem(
                "data.train", "'data.train' picks samples at random; a series needs all, in their order: expected none")
        }
        if item.labels.count != nil {
            warnings.append(
                "\(item.name) has labels, which are no part of the series; 'data.columns' or 'data.inputs' says which numbers are the states"
            )
        }
        var times: [Double]?
        if let column = asked.timeColumn {
            guard column < item.dimension, item.dimension > 1 else {
                throw study.problem(
                    "koopman.time_column",
                    "'koopman.time_column' is \(column) of \(item.dimension) columns (from 0); expected one of them, and another one of states"
                )
            }
            times = (0..<item.count).map { item.points[$0, column] }
            item.points = item.points.selectingColumns((0..<item.dimension).filter { $0 != column })
        }
        do {
            return SeriesSource(
                series: try KoopmanSeries(item.points, times: times, interval: asked.interval), name: item.name,
                warnings: warnings)
        } catch {
            let isTime =
                switch error {
                case .notAscending, .notUniform: true
                default: false
                }
            throw study.problem(isTime ? "koopman.time_column" : "data.source", "\(item.name): \(error)")
        }
    }

    /// The residuals of a training of the study's network.
    func training() throws -> SeriesSource {
        let asked = study.representation ?? .init()
        for (key, isSet) in [("layer", asked.layers != nil), ("step", asked.steps != nil), ("test", asked.isTest)] where isSet {
            throw study.problem(
                "representation.\(key)",
                "'representation.\(key)' is set; the residuals of all training samples at every step are decomposed here: expected it not to be"
            )
        }
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        if experiment.training.isStream {
            throw study.problem(
                "training", "training on a stream has no residuals of the same samples at every step; expected a training set")
        }
        let width = asked.width ?? study.simulate?.widths.max() ?? 64
        if let problem = experiment.graph.widthProblem(width) {
            throw study.problem("representation.width", "'representation.width' is \(width); expected \(problem)")
        }
        let found = try ResidualSeries(
            experiment, width: width, seed: (study.simulate ?? .init()).seed, index: asked.network,
            progress: { self.progress(0.8 * $0 / max($1, 1), 1) }, shouldStop: shouldStop)
        let remarks =
            found.reason.map { ["\($0): the eigenvalues of the tangent kernel are not those of the training and are not shown"] }
            ?? []
        do {
            return SeriesSource(
                series: try KoopmanSeries(found.residuals), name: "residuals of the training of width \(width)",
                multipliers: found.multipliers, warnings: warnings + remarks)
        } catch {
            throw study.problem("training", "residuals of the training: \(error)")
        }
    }
}
