import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension StudyRun {
    /// Says how long it will take, by a small part of the work, and what would be finer.
    func announce(_ goal: StudyRunner.Goal) throws {
        var parts: [String] = [], total = 0.0
        func add(_ name: String, _ seconds: Double?) throws {
            total += seconds ?? 0
            if let seconds { parts.append("\(NumberText.duration(seconds: rounded(seconds, digits: 2))) for \(name)") }
            if runner.shouldStop() { throw StudyFailure.interrupted(folder: folder.path) }
        }
        let hasTheory = goal != .simulation && !manifest.isCurrent("theory", digest: digests.theory)
        if hasTheory { try add("the theory", runner.engines.expectTheory(experiment, study.predict)) }
        if goal != .prediction, let simulation = study.simulate {
            let missing = simulation.widths.filter { !manifest.isCurrent("ensemble_\($0)", digest: digests.ensemble(width: $0)) }
            let times = missing.compactMap(secondsPerNetwork).map { $0 * Double(simulation.networks) }
            if !times.isEmpty { try add("the networks", times.reduce(0, +)) }
        }
        if total < 2 { return }
        let isStandard = study.predict.accuracy == MeanFieldSettings().accuracy
        runner.observe(
            .notice(
                "Expected: about \(parts.joined(separator: ", "))."
                    + (hasTheory && isStandard ? " Finer: predict.accuracy: 0.05, for four times as many networks." : "")))
    }

    func predict(_ goal: StudyRunner.Goal) throws {
        let digest = digests.theory
        let partial = folder.partialTheory
        if runner.isForced { folder.remove(partial) }
        results.prediction = try stage(
            "theory", "solving the theory of infinite width", digest: digest, files: ["theory.npz"]
        ) {
            try TheoryFile.read(folder.theory, layout: layout, scalars: study.predict.observables ?? [])
        } compute: {
            let saved = try unlessChanged {
                try TheoryCheckpoint.read(partial, digest: digest, experiment: experiment, layout: layout)
            }
            let timer = Timer(earlier: saved?.seconds ?? 0)
            let saving = PacedSaving<MeanFieldProgress> {
                try TheoryCheckpoint.write($0, digest: digest, seconds: timer.seconds, to: partial)
            }
            var found: MeanFieldPrediction?
            do {
                while found == nil {
                    do {
                        found = try runner.engines.predict(
                            experiment, study.predict, recordsKernels, saved?.state, context, saving.offer)
                    } catch let more as PartsWanted where runner.executor != nil {
                        try share(StudyShards.theory(study, experiment, from: more.index, more.ways), goal)
                    }
                }
            } catch {
                if runner.shouldStop() { try saving.finish() }
                throw error
            }
            let prediction = found!
            // A state that led to no result would lead there again.
            do {
                try TheoryFile.write(prediction, steps: experiment.recordedSteps, to: folder.theory)
            } catch let error as NotFinite {
                folder.remove(partial)
                throw error
            }
            folder.remove(partial)
            // What a later run will read, to the last bit.
            let stored = try TheoryFile.read(folder.theory, layout: layout, scalars: study.predict.observables ?? [])
            folder.removeParts("theory")
            return (stored, timer.earlier + parts.seconds, prediction.warnings)
        }
        if !runner.isPart, manifest.stages["theory"]!.networkSeconds == nil, let widths = study.simulate?.widths {
            let known = widths.compactMap { width in secondsPerNetwork(width).map { (width, rounded($0, digits: 4)) } }
            manifest.stages["theory"]!.networkSeconds = Dictionary(uniqueKeysWithValues: known)
            try folder.write(manifest)
        }
    }

    /// Of one network of an ensemble, on all cores together; measured once.
    private func secondsPerNetwork(_ width: Int) -> Double? {
        if let known = networkSeconds[width] { return known }
        let simulation = study.simulate!
        networkSeconds[width] = runner.engines.expectEnsemble(experiment, width, simulation).map {
            $0 / Double(simulation.networks)
        }
        return networkSeconds[width]
    }

    /// Trains the ensembles of all widths. Each keeps its state in a file of its own until all are there.
    func simulate() throws {
        let simulation = study.simulate!
        for width in simulation.widths {
            let digest = digests.ensemble(width: width)
            let partial = folder.partialEnsemble(width: width)
            if runner.isForced { folder.remove(partial) }
            let ensemble = try stage(
                "ensemble_\(width)",
                "training \(simulation.networks) \(simulation.networks == 1 ? "network" : "networks") of width \(width)"
                    + (simulation.precision == .double ? "" : " in single precision"),
                digest: digest
            ) {
                // Finished, but perhaps before the other widths were.
                if let state = try EnsembleCheckpoint.read(partial, digest: digest) {
                    return EnsembleStatistics(width: width, state.state)
                }
                try check("ensemble.npz")
                return try EnsembleFile.read(folder.ensemble, layout: layout, widths: [width]).ensembles[0]
            } compute: {
                try train(width, simulation, digest: digest, partial: partial)
            }
            results.ensembles.append(ensemble)
        }
        let partials = simulation.widths.map(folder.partialEnsemble)
        let isComplete = !partials.contains { FileManager.default.fileExists(atPath: $0) } && hasAllWidths(simulation.widths)
        if !isComplete {
            try EnsembleFile.write(results.ensembles, layout: layout, steps: experiment.recordedSteps, to: folder.ensemble)
            try folder.seal(["ensemble.npz"], in: &manifest)
            try folder.write(manifest)
            for partial in partials { folder.remove(partial) }
            folder.removeParts("ensemble")
        }
    }

    private func hasAllWidths(_ widths: [Int]) -> Bool {
        let present = try? NPZ(contentsOf: folder.ensemble).array("widths").elements
        return present == widths.map(Double.init)
    }

    private func train(
        _ width: Int, _ simulation: Study.Simulation, digest: String, partial: String
    ) throws -> (EnsembleStatistics, earlierSeconds: Double, warnings: [String]) {
        let saved = try unlessChanged { try EnsembleCheckpoint.read(partial, digest: digest) }
        let state = saved.flatMap { $0.state.moments.dimension == layout.count ? $0 : nil }
        let timer = Timer(earlier: state?.seconds ?? 0)
        // Large states are saved less often, so that saving takes a few percent of the time at most.
        let interval = Duration.seconds(1) + .seconds(Double(layout.count * 32) / 50e6)
        let save: @Sendable (EnsembleState) throws -> Void = { state in
            try EnsembleCheckpoint.write(state, digest: digest, seconds: timer.seconds, to: partial)
        }
        let ensemble = Ensemble(experiment, simulation.settings(width: width, recordsKernels: recordsKernels)), parts = parts
        let before = parts.seconds
        let result = try ensemble.train(
            from: state?.state, progress: context.progress, shouldStop: runner.shouldStop, checkpointEvery: interval,
            checkpoint: save, known: { parts.network($0, width: width) })
        try save(result.state)
        let rounding = try ensemble.rounding(of: result, shouldStop: runner.shouldStop)
        return (
            EnsembleStatistics(width: width, result.state), timer.earlier + parts.seconds - before,
            rounding.warnings(width: width)
        )
    }

    func compare() throws {
        guard let prediction = results.prediction else { return }
        results.comparison = try stage(
            "comparison", "comparing theory and ensembles", digest: digests.comparison(widths: results.widths),
            files: ComparisonFile.names
        ) {
            try ComparisonFile.read(folder.path)
        } compute: {
            let comparison = try ComparisonFile.make(in: folder.path) { write throws(FileError) in
                try Comparison.make(
                    prediction: prediction, steps: experiment.recordedSteps, ensembles: results.ensembles,
                    classes: experiment.data.classes(experiment.data.judged), each: write)
            }
            return (comparison, 0, [])
        }
    }

    func report() throws {
        // Drawn again each time: it is quick, and its look may have improved.
        manifest.stages["report"] = nil
        try stage("report", "drawing the report", digest: "") {
        } compute: {
            results.noteTopics(folder)
            try runner.engines.report(results, folder)
            return ((), 0, [])
        }
    }
}
