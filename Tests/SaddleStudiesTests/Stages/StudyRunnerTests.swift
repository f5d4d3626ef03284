import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

// Run folders: what is computed again and what is not, what survives an interruption, what is left alone. The theory is a
// stand-in that counts its calls; the ensembles are real and tiny. It would catch stale results, lost work, and
// overwritten folders.

@Suite struct StudyRunnerTests {
    private static let all = [
        "solving the theory of infinite width", "training 12 networks of width 4", "training 12 networks of width 8",
        "comparing theory and ensembles", "drawing the report",
    ]

    @Test func finishedStagesAreReused() throws {
        let place = try Workplace()
        let (first, second) = (Log(), Log())
        let summary = try place.run(place.study(), observe: first.note)
        #expect(first.lines == Self.all.map { "+ " + $0 })
        for file in ["study.yaml", "manifest.json", "theory.npz", "ensemble.npz", "comparison.json", "comparison.npz"] {
            #expect(place.exists(file))
        }
        #expect(!place.exists("ensemble-4.npz.partial") && !place.exists("theory.npz.partial"))
        #expect(summary.warnings == ["made up"] && summary.trainLoss.widths.map(\.width) == [4, 8])

        let files = ["theory.npz", "ensemble.npz", "comparison.json", "comparison.npz"]
        let before = try files.map(place.bytes)
        let again = try place.run(place.study(), observe: second.note)
        #expect(second.lines == Self.all.dropLast().map { "= " + $0 } + ["+ drawing the report"])
        #expect(try files.map(place.bytes) == before)
        #expect(place.calls["predict"] == 1 && place.calls["report"] == 2)
        #expect(
            again.warnings == ["made up"]
                && again.trainLoss.widths.map(\.measuredMean?.value) == summary.trainLoss.widths.map(\.measuredMean?.value))
    }

    /// A change recomputes what depends on it and nothing else.
    @Test func changesRecomputeWhatDependsOnThem() throws {
        let place = try Workplace()
        try place.run(place.study())
        var log = Log()
        let refused = errorText { try place.run(place.study(seed: 2)) }
        #expect(refused?.contains("holds the theory of another version of this study (predict.seed 1 → 2); --force") == true)
        try place.run(place.study(seed: 2), force: true, observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["+", "=", "=", "+", "+"], "theory's seed: \(log.lines)")
        log = Log()
        try place.run(place.study(widths: "[4, 8, 16]", seed: 2), observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["=", "=", "=", "+", "+", "+"], "one width more: \(log.lines)")
        #expect(try NPZ(contentsOf: place.folder + "/ensemble.npz").array("widths").elements == [4, 8, 16])
        log = Log()
        try place.run(place.study(steps: 7, seed: 2), force: true, observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["+", "+", "+", "+", "+"], "more steps: \(log.lines)")
        log = Log()
        try place.run(place.study(steps: 7, seed: 2), force: true, observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["+", "+", "+", "+", "+"], "forced: \(log.lines)")
    }

    /// Of a folder whose study has keys that the present one leaves out, which may be defaults of an earlier version, the names are told.
    @Test func defaultsAreNotNamedAsChanges() throws {
        func study(_ predict: String, steps: Int = 5) throws -> Study {
            try Study(
                text: "data: {source: digits}\ntraining: {steps: \(steps)}\npredict: {\(predict)}\n", changes: [], file: "s.yaml")
        }
        let old = try study("directions: 12, sites: 1000")
        #expect(try study("seed: 1").differences(from: old) == ["not given now: predict.sites, predict.directions"])
        #expect(
            try study("seed: 2", steps: 6).differences(from: old)
                == ["training.steps 5 → 6", "predict.seed 1 → 2", "not given now: predict.sites, predict.directions"])
        #expect(try study("directions: 8").differences(from: old).first == "predict.directions 12 → 8")
    }

    /// A result that is gone or damaged is computed again, whatever the manifest says.
    @Test func damagedResultsAreComputedAgain() throws {
        let place = try Workplace()
        try place.run(place.study())
        let theory = try place.bytes("theory.npz")
        try AtomicFile.write(Array(theory.prefix(theory.count / 2)), to: place.folder + "/theory.npz")
        try FileManager.default.removeItem(atPath: place.folder + "/ensemble.npz")
        try place.run(place.study())
        #expect(place.calls["predict"] == 2)
        #expect(try place.bytes("theory.npz") == theory && place.exists("ensemble.npz"))
    }

    /// A result that was edited, and is a whole file all the same, is noticed: named, and computed again.
    @Test(arguments: ["theory.npz", "ensemble.npz", "comparison.json", "comparison.npz"]) func editedResultsAreNoticed(
        file: String
    ) throws {
        let place = try Workplace()
        try place.run(place.study())
        let original = try place.bytes(file), path = place.folder + "/" + file
        if file.hasSuffix(".npz") {
            let archive = try NPZ(contentsOf: path)
            var arrays = try archive.names.map { (name: $0, array: try archive.array($0)) }
            let edited = try #require(arrays.firstIndex { $0.name.hasPrefix("train_output") })
            arrays[edited].array.elements[0] += 0.01
            try NPZ.write(arrays, to: path)
        } else {
            let text = String(decoding: original, as: UTF8.self)
            try AtomicFile.write([UInt8](text.replacingOccurrences(of: "0.", with: "0.1").utf8), to: path)
        }
        #expect(try place.bytes(file) != original)
        let report = errorText { try RunFolder(path: place.folder).writeReport() }
        #expect(report?.hasPrefix("'\(path)' is not as it was written") == true && report?.contains("'saddle run'") == true)
        let summary = try place.run(place.study())
        #expect(
            summary.warnings.contains { $0.hasPrefix("'\(path)' is not as it was written") && $0.hasSuffix("computed again") })
        #expect(try place.bytes(file) == original)
        #expect(try place.run(place.study()).warnings == ["made up"])
    }

    /// A folder that was copied in part: the report names what is missing, a run computes it again.
    @Test(arguments: ["theory.npz", "ensemble.npz", "comparison.json", "comparison.npz"]) func missingResultsAreNoticed(
        file: String
    ) throws {
        let place = try Workplace()
        try place.run(place.study())
        let original = try place.bytes(file)
        try FileManager.default.removeItem(atPath: place.folder + "/" + file)
        let report = errorText { try RunFolder(path: place.folder).writeReport() }
        #expect(report?.contains("'\(place.folder)' has no \(file), which was there") == true, "\(report ?? "")")
        let summary = try place.run(place.study())
        #expect(summary.warnings.contains("'\(place.folder)/\(file)' is gone; it is computed again"))
        #expect(try place.bytes(file) == original)
    }

    /// Manifests of earlier versions say nothing of contents: results are used, with a remark, and drawn.
    @Test func foldersWithoutDigestsAreUsedWithARemark() throws {
        let place = try Workplace()
        try place.run(place.study())
        let path = place.folder + "/manifest.json"
        var manifest = try #require(try RunFolder(path: place.folder).readManifest())
        #expect(manifest.files.map { Set($0.keys) } == ["theory.npz", "ensemble.npz", "comparison.json", "comparison.npz"])
        manifest.files = nil
        try AtomicFile.write(try JSON.encode(manifest), to: path)
        let remarks = try RunFolder(path: place.folder).writeReport()
        #expect(remarks.count == 1 && remarks[0].contains("noted no digests") && remarks[0].contains("--force"), "\(remarks)")
        #expect(try String(decoding: place.bytes("report.html"), as: UTF8.self).contains("noted no digests"))
        let summary = try place.run(place.study())
        #expect(place.calls["predict"] == 1 && summary.warnings.filter { $0.contains("noted no digests") }.count == 1)
    }

    /// A checkpoint that was edited is left alone, which is said, and the result is that of a run in one go.
    @Test func editedCheckpointsAreNotContinued() throws {
        let (place, reference) = (try Workplace(), try Workplace())
        let study = try place.study(steps: 20)
        try reference.run(try reference.study(steps: 20))
        let asked = Counter()
        #expect(throws: StudyFailure.self) { try place.run(study, shouldStop: { asked.increment() > 90 }) }
        let name = try #require(["ensemble-4.npz.partial", "ensemble-8.npz.partial"].first(where: place.exists))
        let path = place.folder + "/" + name
        let archive = try NPZ(contentsOf: path)
        var arrays = try archive.names.map { (name: $0, array: try archive.array($0)) }
        let edited = try #require(arrays.firstIndex { $0.name == "networks_mean" })
        arrays[edited].array.elements[0] += 0.5
        try NPZ.write(arrays, to: path)
        let summary = try place.run(study)
        #expect(
            summary.warnings.contains(
                "'\(path)' is not as it was written: its content has been edited, damaged or copied in part; it is computed again"
            ))
        #expect(try place.bytes("ensemble.npz") == reference.bytes("ensemble.npz"))
    }

    /// Stopped again and again, the ensembles end with the same bytes as in one go.
    @Test func interruptedEnsemblesContinue() throws {
        let (place, reference) = (try Workplace(), try Workplace())
        let study = try place.study(steps: 20)
        try reference.run(try reference.study(steps: 20))
        var stops = 0
        while stops < 100 {
            // Each attempt may ask "should I stop?" a few more times than a network needs.
            let asked = Counter()
            do {
                try place.run(study, shouldStop: { asked.increment() > 90 })
                break
            } catch StudyFailure.interrupted(let folder) {
                #expect(folder == place.folder)
                stops += 1
                #expect(!place.exists("ensemble.npz"))
            }
        }
        #expect(stops >= 3 && stops < 100)
        #expect(try place.bytes("ensemble.npz") == reference.bytes("ensemble.npz"))
        #expect(try place.bytes("theory.npz") == reference.bytes("theory.npz"))
        #expect(place.calls["predict"] == 1)
    }

    /// A theory that is stopped keeps every solution it had finished, however short the run was.
    @Test(arguments: ["directions: 6", "accuracy: 0.3"]) func interruptedTheoryContinues(corrections: String) throws {
        let place = try Workplace()
        let text = """
            data: {source: gaussian, train: 4, test: 2, dimension: 3, teacher: linear}
            network: {hidden_layers: 2}
            training: {steps: 8, learning_rate: 0.1}
            predict: {sites: 60, tolerance: 1.0e-2, \(corrections), replicas: 6}
            record: 3
            """
        let study = try Study(text: text, file: place.path("theory.yaml"))
        _ = try StudyRunner(study, output: place.path("reference")).run(.prediction)
        var stops = 0
        while stops < 100 {
            // Enough for one direction on each thread, and some more.
            let (asked, limit) = (Counter(), 120 * Threads.count)
            do {
                _ = try StudyRunner(study, output: place.folder, shouldStop: { asked.increment() > limit }).run(.prediction)
                break
            } catch StudyFailure.interrupted {
                stops += 1
                #expect(place.exists("theory.npz.partial"))
            }
        }
        #expect(stops >= 1 && stops < 100)
        #expect(try place.bytes("theory.npz") == WholeFile.read(place.path("reference/theory.npz")))
        #expect(!place.exists("theory.npz.partial"))
    }

    /// What networks of the same accuracy would take is said after a prediction, by a measurement, and after a run, by the networks themselves.
    @Test func costOfTheTheory() throws {
        let place = try Workplace()
        let study = try Study(
            text: """
                data: {source: gaussian, train: 4, test: 2, dimension: 3, teacher: linear}
                network: {hidden_layers: 1}
                training: {steps: 8, learning_rate: 0.1}
                predict: {sites: 60, tolerance: 1.0e-2, accuracy: 0.3, replicas: 2}
                simulate: {widths: [16, 64], networks: 10}
                record: 3
                """, file: place.path("cost.yaml"))
        let runner = StudyRunner(study, output: place.folder)
        let predicted = try #require(try runner.run(.prediction).theoryCost)
        #expect(predicted.ensembles.map(\.width) == [16, 64] && predicted.accuracy < 0.31)
        let measured = try #require(try StudyResults(RunFolder(path: place.folder)).manifest.stages["theory"]?.networkSeconds)
        let networks = Double(predicted.ensembles[1].networks)
        #expect(abs(predicted.ensembles[1].seconds / measured[64]! - networks) < 1)
        let summary = try runner.run()
        let trained = try #require(summary.theoryCost), seconds = summary.seconds
        #expect(trained.seconds == predicted.seconds && trained.ensembles[1].networks == predicted.ensembles[1].networks)
        #expect(abs(trained.ensembles[1].seconds / (seconds["ensemble_64"]! / 10) - networks) < 1)
        #expect(trained.sentence.contains("at width 64 (\(trained.ensembles[1].networks) networks)"), "\(trained.sentence)")
        // On the page, too.
        #expect(
            String(decoding: try place.bytes("report.html"), as: UTF8.self).contains("an ensemble that knows it as well takes"))
    }

    /// One network has no variance: nothing to compare, but no failure either.
    @Test func singleNetworkIsNotCompared() throws {
        let place = try Workplace()
        let summary = try place.run(place.study(networks: 1))
        #expect(summary.verdict == .cannotTell && place.exists("comparison.json"))
    }

    /// Results of an earlier version of the study stay in the folder, but are neither drawn nor passed over in silence.
    @Test func staleResultsAreNotDrawn() throws {
        let place = try Workplace()
        func study(steps: Int, _ rest: String) throws -> Study {
            try Study(
                text: """
                    data: {source: gaussian, train: 5, test: 3, dimension: 4, teacher: linear}
                    network: {hidden_layers: 1}
                    training: {steps: \(steps), learning_rate: 0.1}
                    predict: {sites: 60, directions: 4, replicas: 2}
                    record: 3
                    \(rest)
                    """, file: place.path("s.yaml"))
        }
        let both = try study(steps: 6, "simulate: {widths: [37], networks: 6}")
        func report() throws -> String { String(decoding: try place.bytes("report.html"), as: UTF8.self) }
        #expect(try StudyRunner(both, output: place.folder).run().warnings.isEmpty)
        #expect(try report().contains("idth 37"))
        let changed = try StudyRunner(study(steps: 8, ""), output: place.folder, isForced: true).run()
        #expect(changed.warnings.contains { $0.contains("earlier version") && $0.contains("ensemble.npz") })
        #expect(try !report().contains("idth 37"))
        let back = Log()
        #expect(try StudyRunner(both, output: place.folder, isForced: true, observe: back.note).run().warnings.isEmpty)
        #expect(back.lines.map { $0.prefix(1) } == ["+", "=", "=", "+"])
        #expect(try report().contains("idth 37"))
    }

    @Test func singleGoals() throws {
        let place = try Workplace()
        try place.run(place.study(), goal: .prediction)
        #expect(place.exists("theory.npz") && !place.exists("ensemble.npz") && !place.exists("comparison.json"))
        try place.run(place.study(), goal: .simulation)
        #expect(place.exists("ensemble.npz") && !place.exists("comparison.json"))
        let log = Log()
        try place.run(place.study(), observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["=", "=", "=", "+", "+"])
    }

    /// Folders that hold something else, another study, or a running one are left alone.
    @Test func foreignFoldersAreLeftAlone() throws {
        let place = try Workplace()
        let study = try place.study()
        func failure(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return "no failure"
        }
        try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        try AtomicFile.write(Array("precious".utf8), to: place.folder + "/thesis.tex")
        #expect(
            failure { try place.run(study) } == "\(RunFolderError.holdsSomethingElse(path: place.folder, example: "thesis.tex"))")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["thesis.tex"])

        let other = place.path("other")
        var renamed = study
        renamed.name = "another"
        try place.run(renamed, output: other)
        #expect(
            failure { try place.run(study, force: true, output: other) }
                == "\(RunFolderError.holdsAnotherStudy(path: other, name: "another", wanted: "tiny"))")

        let file = place.path("file")
        try AtomicFile.write([1], to: file)
        #expect(failure { try place.run(study, output: file) } == "\(RunFolderError.notAFolder(path: file))")

        let below = failure { try place.run(study, output: file + "/below") }
        #expect(below.hasPrefix("cannot create the folder '\(file)/below': ") && !below.contains("NSCocoa"), "\(below)")

        try AtomicFile.write(Array("{]".utf8), to: other + "/manifest.json")
        #expect(failure { try place.run(renamed, output: other) }.contains("is damaged"))
    }

    /// While a run is at work in a folder, a second one is refused.
    @Test func secondRunIsRefused() throws {
        let place = try Workplace()
        let study = try place.study()
        let refusals = Mutex<[String]>([])
        try place.run(study) { event in
            if case .started(let stage) = event, stage.hasPrefix("training 12 networks of width 4") {
                do { try place.run(study) } catch { refusals.withLock { $0.append("\(error)") } }
            }
        }
        #expect(refusals.withLock { $0 } == ["\(RunFolderError.inUse(path: place.folder))"])
    }

    /// Bad data leave no folder behind; the error names the line of the study file.
    @Test func badInputLeavesNothing() throws {
        let place = try Workplace()
        let study = try Study(text: "data:\n  source: missing.csv\n", file: place.path("s.yaml"))
        do {
            try place.run(study)
            Issue.record("no error")
        } catch StudyFailure.badInput(let error) {
            #expect("\(error)".hasPrefix("\(place.path("s.yaml")):2:11: "), "\(error)")
            #expect("\(error)".contains("missing.csv"))
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder))

        let batches = try Study(
            text: "data: {source: gaussian, train: 5, dimension: 4, teacher: linear}\ntraining: {batch_size: 6}\n", file: "s.yaml"
        )
        do {
            try place.run(batches)
            Issue.record("no error")
        } catch StudyFailure.badInput(let error) {
            #expect("\(error)" == "s.yaml:2:24: 'training.batch_size' is 6; expected at most the 5 training samples")
        }
    }

    /// What no machine can hold is an error of the study, not the end of the program.
    @Test(arguments: ["predict: {sites: 1000000000}", "simulate: {widths: [1000000000]}", "network: {hidden_layers: 1000000000}"])
    func impossibleSizes(section: String) throws {
        let place = try Workplace()
        let text = "data: {source: gaussian, train: 90000, dimension: 4, teacher: linear}\n\(section)\n"
        do {
            try place.run(try Study(text: text, file: "s.yaml"))
            Issue.record("no error")
        } catch StudyFailure.badInput(let error) {
            #expect("\(error)".contains("of memory would be needed"), "\(error)")
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder))
    }

    /// A stage that fails before there is any result leaves no folder either.
    @Test func failedFirstStageLeavesNothing() throws {
        struct Broken: Error {}
        let place = try Workplace()
        let runner = StudyRunner(
            try place.study(), output: place.folder,
            engines: StudyEngines(predict: { _, _, _, _, _, _ in throw Broken() }, report: { _, _ in }))
        #expect(throws: StudyFailure.self) { try runner.run() }
        #expect(!FileManager.default.fileExists(atPath: place.folder))
    }

    /// With the adjoint the variances of the listed scalars are stored, compared with the ensemble's, and read back.
    @Test func adjointVariancesAreCompared() throws {
        let place = try Workplace()
        let study = try Study(
            text: """
                data: {source: gaussian, train: 5, test: 4, dimension: 4, teacher: linear}
                network: {hidden_layers: 1}
                training: {steps: 6, learning_rate: 0.1}
                predict: {sites: 300, method: adjoint, observables: [test_loss, "test_output[3]", test_output_mean]}
                simulate: {widths: [64], networks: 50}
                record: 3
                """, file: place.path("adjoint.yaml"))
        _ = try StudyRunner(study, output: place.folder).run()
        let arrays = try NPZ.read(place.folder + "/theory.npz")
        #expect(arrays["test_output[3]_variance"]?.shape == [3] && arrays["test_loss_variance_error"]?.shape == [3])
        #expect(arrays["train_output_variance"] == nil && place.exists("report.html"))

        let comparison = try JSON.decode(Comparison.self, from: try place.bytes("comparison.json"))
        let variances = comparison.widths[0].quantities.filter { $0.statistic == .variance }
        #expect(variances.map(\.quantity.description) == ["test_loss", "test_output[3]"])
        let numbers = try NPZ.read(place.folder + "/comparison.npz")
        #expect(numbers["test_output[3]_variance_predicted_64"] == arrays["test_output[3]_variance"])
        let measured = try NPZ.read(place.folder + "/ensemble.npz")["test_output_variance_64"]!
        #expect(numbers["test_output[3]_variance_measured_64"]?.elements == (0..<3).map { 64 * measured[$0, 3] })

        // Read back, the comparison is the same.
        let before = try ComparisonFile.names.map(place.bytes)
        try FileManager.default.removeItem(atPath: place.folder + "/comparison.json")
        let log = Log()
        _ = try StudyRunner(study, output: place.folder, observe: log.note).run()
        #expect(log.lines.map { $0.prefix(1) } == ["=", "=", "+", "+"])
        #expect(try ComparisonFile.names.map(place.bytes) == before)
    }

    /// What the adjoint cannot do is refused before anything is computed, at the line that asks for it.
    @Test(arguments: [
        (
            "{observables: [test_los]}",
            "s.yaml:3:24: 'predict.observables' names 'test_los'; expected all, or a list out of train_loss, "
        ),
        (
            "{method: adjoint}",
            "s.yaml:3:19: 'predict.method' is adjoint, which is for few scalars: list them in 'predict.observables'"
        ),
        (
            "{method: adjoint, observables: [train_loss]}",
            "s.yaml:3:19: 'predict.method' is adjoint, but relu has a kink, which derivatives cannot see; expected auto or resolve"
        ),
    ])
    func impossibleAdjoint(predict: String, message: String) throws {
        let place = try Workplace()
        let activation = message.contains("relu") ? "relu" : "tanh"
        let text = """
            data: {source: gaussian, train: 5, dimension: 4, teacher: linear}
            network: {activation: \(activation)}
            predict: \(predict)
            """
        do {
            try place.run(try Study(text: text, file: "s.yaml"))
            Issue.record("no error")
        } catch StudyFailure.badInput(let error) {
            #expect("\(error)".hasPrefix(message), "\(error)")
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder))
    }
}
