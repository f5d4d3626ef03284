import Foundation
import SaddleNumerics
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle plan` on a study.
@Suite struct PlanTopicTests {
    private func context(_ settings: [String] = [], folder: String? = nil) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: s
                data: {source: gaussian, train: 8, test: 10, dimension: 5, teacher: linear}
                network: {hidden_layers: 1, activation: tanh}
                training: {steps: 15, learning_rate: 0.5}
                simulate: {widths: [16, 32], networks: 12}
                plan: {excess_loss: 0.1, precision: 0.5}
                """, settings: settings, file: "s.yaml")
        return QuestionRunner.Context(
            study: study, observe: { _ in }, shouldStop: { false }, folder: folder.map { RunFolder(path: $0) })
    }

    @Test func widthsAndBudgets() throws {
        let answer = try PlanWidth.answer(
            context(["plan.label_flips=0.05", "plan.output_spread=0.05", "plan.parameters=20000", "plan.check=true"]))
        let width = Int(answer["recommended_width"]!.values[0])
        let high = answer["needed_width_high"]!.values
        #expect(high.count == 3 && width == Int(high.max()!.rounded(.up)))
        #expect(zip(answer["needed_width_low"]!.values, high).allSatisfy { $0.isNaN || $0 < $1 }, "\(answer.text)")
        // The spread between seeds falls as the root of the width: four times it for half the spread.
        let half = try PlanWidth.answer(context(["plan.excess_loss=1000", "plan.output_spread=0.025"]))
        let ratio = half["needed_width"]!.values[1] / answer["needed_width"]!.values[1]
        #expect(ratio > 3 && ratio < 5, "\(ratio)")
        #expect(["held", "cannot tell"].contains(answer["promise"]!.words![0]), "\(answer.text)")
        let (best, networks) = (answer["best_width"]!.values[0], answer["best_networks"]!.values[0])
        #expect((best * 5 + best) * networks <= 20000 && answer["best_loss"]!.values[0] <= answer["single_loss"]!.values[0])
    }

    @Test func fromTheory() throws {
        let answer = try PlanWidth.answer(context(["plan.method=theory"]))
        let networks = try PlanWidth.answer(context(["plan.method=networks"]))
        let (a, b) = (answer["limit_loss"]!, networks["limit_loss"]!)
        #expect(abs(a.values[0] - b.values[0]) < 4 * hypot(a.errors![0], b.errors![0]), "\(a.values) \(b.values)")
        #expect(answer.subtitle.contains("from theory"))
    }

    @Test(arguments: [
        ("plan.parameters=10", "the narrowest that was looked at"),
        ("training.steps=0", "nothing to plan"),
    ])
    func whatCannotBePlannedIsNamed(setting: String, words: String) throws {
        let changes = setting == "training.steps=0" ? [setting, "network.centered=true"] : [setting]
        #expect { try PlanWidth.answer(self.context(changes)) } throws: { "\($0)".contains(words) }
    }

    /// Optima of single widths are those of their own losses; theory's are beside them. What is trained serves again with more values.
    @Test func transfer() throws {
        try withTemporaryDirectory { folder in
            let settings = [
                "training.steps=40", "data.noise=1", "plan_transfer.values='log:0.02..2:7'", "plan_transfer.theory=true",
                "predict.accuracy=0.5",
            ]
            let answer = try PlanTransfer.answer(context(settings, folder: folder))
            #expect(answer["width"]!.values == [16, 32])
            #expect(answer["theory_value"]!.values.count == 7 && answer["theory_excess"]!.errors!.allSatisfy { $0 > 0 })
            let folders = try namesInDirectory(folder).filter { $0.hasPrefix("transfer-networks") }
            #expect(folders.count == 1)
            let more = try PlanTransfer.answer(
                context(settings.dropLast(3) + ["plan_transfer.values='0.02,0.3,2'"], folder: folder))
            #expect(more["grid_best"]!.values.allSatisfy { [0.02, 0.3, 2].contains($0) })
            #expect(try namesInDirectory("\(folder)/\(folders[0])/points").filter { $0.hasSuffix(".json") }.count == 16)
        }
    }

    /// Runs a plan that is stopped after a while, as often as it takes; how often, and what it came to, but for its folder and words about time.
    private func stopped(
        _ question: any Question.Type, _ settings: [String], in folder: String, after polls: Int?
    ) throws -> (stops: Int, notices: [String], text: String) {
        let study = try context(settings).study, notices = Mutex<[String]>([])
        for stops in 0... {
            let left = Mutex(polls.map { $0 * (stops + 1) } ?? .max)
            let runner = QuestionRunner(
                study, home: folder,
                observe: { event in
                    if case .notice(let text) = event { notices.withLock { $0.append(text) } }
                    if case .warning(let text) = event { notices.withLock { $0.append(text) } }
                },
                shouldStop: {
                    left.withLock {
                        $0 -= 1
                        return $0 < 0
                    }
                })
            do {
                var answer = try runner.run(question)
                answer.folder = ""
                return (stops, notices.withLock { $0 }, String(decoding: try answer.json(), as: UTF8.self))
            } catch StudyFailure.interrupted(let kept) { #expect(kept == folder) }
        }
        throw CancellationError()
    }

    /// Stopped again and again: the same to the last letter. What was trained serves the check too; what was damaged is trained again, which is said.
    @Test func stoppedPlansContinue() throws {
        try withTemporaryDirectory { folder in
            let whole = try stopped(PlanWidth.self, [], in: "\(folder)/a", after: nil)
            let parts = try stopped(PlanWidth.self, [], in: "\(folder)/b", after: 2000)
            #expect(parts.stops > 1 && parts.text == whole.text, "\(parts.stops)")
            let file = "\(folder)/b/plan/networks-16.npz"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            let checked = try stopped(PlanWidth.self, ["plan.check=true"], in: "\(folder)/a", after: nil)
            #expect(checked.notices.contains { $0.contains("are there from before") }, "\(checked.notices)")
            try FileManager.default.removeItem(atPath: "\(folder)/b/manifest.json")
            let mended = try stopped(PlanWidth.self, ["plan.check=true"], in: "\(folder)/b", after: 3000)
            #expect(mended.text == checked.text && mended.stops > 0)
            #expect(mended.notices.contains { $0.contains("networks-16.npz") }, "\(mended.notices)")
        }
    }

    @Test func stoppedTransfersContinue() throws {
        try withTemporaryDirectory { folder in
            let settings = ["training.steps=40", "plan_transfer.values='log:0.02..2:5'"]
            let whole = try stopped(PlanTransfer.self, settings, in: "\(folder)/a", after: nil)
            let parts = try stopped(PlanTransfer.self, settings, in: "\(folder)/b", after: 1500)
            #expect(parts.stops > 1 && parts.text == whole.text, "\(parts.stops)")
        }
    }

    @Test(arguments: [
        ("plan_transfer.values='0.1,0.2'", "three positive numbers"),
        ("plan_transfer.key=network.activation", "no positive number"),
        ("plan_transfer.key=learning_rat", "no positive number"),
        ("simulate.networks=1", "two networks"),
    ])
    func whatDoesNotTransferIsNamed(setting: String, words: String) throws {
        #expect { try PlanTransfer.answer(self.context([setting])) } throws: { "\($0)".contains(words) }
    }
}
