import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

/// `measure coordinates`, `seeds` and `transfer` from the file to the stored answer.
@Suite struct MeasuredTablesTopicTests {
    private func ask(_ question: any Question.Type, _ section: String, _ text: String, _ settings: String = "") throws -> Answer {
        try withTemporaryDirectory { folder in
            try text.write(toFile: "\(folder)/t.csv", atomically: true, encoding: .utf8)
            return try SaddleStudiesTests.ask(question, "\(section): {file: \(folder)/t.csv\(settings)}")
        }
    }

    /// A table of real networks: preactivations at the start, and their change after one and after three steps.
    ///
    /// - Parameter power: the learning rate is that of width 64 times (width/64)^power.
    static func networks(
        _ parameterization: Parameterization, rate: Double, power: Double = 0, seed: Int, widths: [Int] = [32, 64, 128, 256]
    ) throws -> String {
        var stream = RandomStream(seed: 1000 + seed, .test)
        let data = Dataset(
            trainInputs: stream.normals(rows: 16, columns: 8), trainLabels: stream.normals(rows: 16, columns: 4),
            testInputs: Matrix(rows: 0, columns: 8), testLabels: Matrix(rows: 0, columns: 4))
        let network = Network(hiddenLayers: 2, activation: .tanh, biasScale: 0, parameterization: parameterization)
        let names = ["embed", "hidden", "head"]
        var text = "width,seed,step,module,of,rms\n"
        for width in widths {
            for index in 0..<2 {
                for steps in [1, 3] {
                    let experiment = Experiment(
                        network: network, data: data,
                        training: Training(
                            steps: steps, learningRate: LearningRate(base: rate * pow(Double(width) / 64, power))),
                        recordedSteps: [steps])
                    let probe = CoordinateProbe(
                        experiment, width: width,
                        coordinates: [
                            .preactivation(1), .preactivation(2), .output, .preactivationUpdate(1), .preactivationUpdate(2),
                            .outputUpdate,
                        ])
                    let sizes = try probe.meanSquares(seed: seed, index: index).map { $0.squareRoot() }
                    for k in 0..<3 {
                        if steps == 1 { text += "\(width),\(index),0,\(names[k]),activations,\(sizes[k])\n" }
                        text += "\(width),\(index),\(steps),\(names[k]),updates,\(sizes[3 + k])\n"
                    }
                }
            }
        }
        return text
    }

    /// Real networks of four widths and two seeds: each parameterisation fits its own exponents, and no other's, whatever is asked.
    @Test func realNetworks() throws {
        let count = Int(ProcessInfo.processInfo.environment["SADDLE_COORDINATE_TABLES"] ?? "") ?? 4
        for (parameterization, rate, own, others) in [
            (Parameterization.maximalUpdate, 0.3, "mup", ["ntk", "standard"]), (.neuralTangent, 0.3, "ntk", ["mup", "standard"]),
            (.standard, 1e-4, "standard", ["mup", "ntk"]),
        ] {
            var (right, wrong) = ([String: Int](), [String: Int]())
            for seed in 0..<count {
                let text = try Self.networks(parameterization, rate: rate, seed: seed)
                right[
                    try ask(MeasureCoordinates.self, "coordinate_table", text, ", expect: \(own)").verdict!.rawValue, default: 0] +=
                    1
                for other in others {
                    let answer = try ask(MeasureCoordinates.self, "coordinate_table", text, ", expect: \(other)")
                    wrong[answer.verdict!.rawValue, default: 0] += 1
                }
            }
            if count > 20 { print(own, "right:", right, "wrong:", wrong) }
            #expect(right["agrees", default: 0] >= count * 95 / 100, "\(own): \(right)")
            #expect(right["disagrees", default: 0] <= max(1, count / 20), "\(own): \(right)")
            #expect(wrong["disagrees", default: 0] >= 2 * count * 95 / 100 && wrong["agrees"] == nil, "\(own): \(wrong)")
        }
    }

    /// Standard networks whose learning rate falls as N^−½: all changes have the wrong power, and differ between modules as they should.
    @Test func wrongRatesDoNotAgree() throws {
        let count = Int(ProcessInfo.processInfo.environment["SADDLE_COORDINATE_TABLES"] ?? "") ?? 4
        var words: [String: Int] = [:]
        for seed in 0..<count {
            let text = try Self.networks(.standard, rate: 1e-4, power: -0.5, seed: 100 + seed)
            let answer = try ask(MeasureCoordinates.self, "coordinate_table", text, ", expect: standard")
            words[answer.verdict!.rawValue, default: 0] += 1
        }
        if count > 20 { print("wrong rates:", words) }
        #expect(words["agrees", default: 0] <= max(1, count / 10) && words["disagrees", default: 0] >= count / 2, "\(words)")
    }

    @Test func coordinatesOfOneKindAlone() throws {
        let text = try Self.networks(.maximalUpdate, rate: 0.3, seed: 1)
        // Activations after steps are alike in all stable parameterisations.
        let lines = text.split(separator: "\n")
        let kept = lines.filter { $0.contains(",activations,") && !$0.contains("head") }
        let late = ([lines[0]] + kept).joined(separator: "\n") + "\n"
        let answer = try ask(MeasureCoordinates.self, "coordinate_table", late, ", modules: [hidden=hidden]")
        #expect(answer.verdict == .cannotTell && answer["also_fits"]?.words?.contains("ntk") == true, "\(answer.text)")
        #expect(answer.text.contains("--of updates"))
        let own = try ask(
            MeasureCoordinates.self, "coordinate_table", text,
            ", exponents: [input=0, hidden=0, output.updates=0, output.activations=-0.5]")
        #expect(own.verdict == .agrees, "\(own.text)")
        let wrong = try ask(MeasureCoordinates.self, "coordinate_table", text, ", exponents: hidden=0.5")
        #expect(wrong.disagrees && wrong.text.contains("expected is N^0.5"))
    }

    @Test func seeds() throws {
        let rows = (1...6).map {
            "\($0),\(0.5 + 0.01 * Double($0 * 7 % 5)),\(0.6 + 0.01 * Double($0 * 7 % 5) + 0.001 * Double($0 * $0 % 7))\n"
        }.joined()
        let text = "seed,ours,baseline\n" + rows
        let better = try ask(MeasureSeeds.self, "seeds", text, ", compare: [ours, baseline], effect: 0.01")
        #expect(
            better.verdict == .agrees && better.text.contains("ours beats baseline")
                && better["pair_outcome"]?.words == ["better"])
        #expect(try better.values("needed")[0] > 6 && better["floor_known"]?.words == ["no"])
        #expect(better.text.contains("What ensembles cannot remove cannot be told"))
        let worse = try ask(MeasureSeeds.self, "seeds", text, ", compare: [baseline, ours]")
        #expect(worse.disagrees && worse.text.contains("does not beat ours"))
        #expect(try ask(MeasureSeeds.self, "seeds", text, ", compare: [baseline, ours], better: higher").verdict == .agrees)
        let ensembles = try ask(MeasureSeeds.self, "seeds", "k,loss\n1,0.51\n1,0.49\n2,0.41\n2,0.39\n4,0.36\n4,0.34\n")
        expectClose(try ensembles.values("floor")[0], 0.3, within: 0.01)
        #expect(ensembles.check == nil)
    }

    @Test func transfer() throws {
        var text = "width,lr,loss\n"
        for width in [64.0, 128, 256, 512] {
            for k in -4...4 {
                text +=
                    "\(width),\(0.01 * pow(2, Double(k))),\(k == 4 ? "nan" : "\(2 + 0.1 * Double(k * k) + 0.002 * Double((k * k * 3 + Int(width)) % 5))")\n"
            }
        }
        let answer = try ask(MeasureTransfer.self, "transfer", text)
        #expect(answer["outcome"]?.words == ["transfers"] && answer.check == nil, "\(answer.text)")
        #expect(try answer.values("optimum").allSatisfy { abs(log($0 / 0.01)) < 0.2 })
        #expect(try answer.values("diverges_from").allSatisfy { abs($0 - 0.16) < 1e-12 })
        #expect(answer.text.contains("Could be best") || answer["could_be_best"] != nil)
        // Any other key has its own name, and columns without content are not shown.
        #expect(answer.text.contains("diverges from") && answer.text.contains("The rate transfers"))
        let other = try ask(
            MeasureTransfer.self, "transfer",
            text.replacing("lr", with: "richness").replacing("nan", with: "4"), ", rate_column: richness")
        #expect(
            other.text.contains("The richness transfers") && other.text.contains("Best richness is")
                && !other.text.contains(" rate"),
            "\(other.text)")
        #expect(!other.text.contains("diverges from"))
    }

    @Test(arguments: [
        ("coordinate_table", "width,module,value\n64,a,1\n", "", "1 width; expected 3 or more"),
        (
            "coordinate_table", "width,module,value\n64,a,1\n128,a,1\n256,a,1\n", ", modules: [b=output]",
            "no module is called 'b'"
        ),
        ("coordinate_table", "width,module,value\n64,a,1\n", ", modules: [b=first]", "roles are input, hidden, output, ignore"),
        (
            "coordinate_table", "width,module,value\n64,a,1\n", ", expect: exponents",
            "expected 'coordinate_table.exponents' beside it"
        ),
        ("seeds", "loss\n1\n", "", "fewer than two losses"),
        ("seeds", "seed,a,b\n1,1,2\n2,2,3\n", ", compare: [a, c]", "no group is called 'c'; expected two of a, b"),
        ("seeds", "seed,a,b\n1,1,2\n2,2,3\n", ", compare: [a]", "expected two different names of groups or more"),
        ("transfer", "width,lr,loss\n64,1,1\n64,2,2\n", "", "one width, 64; expected two or more"),
        ("transfer", "width,lr,loss\n64,0,1\n", "", "expected a rate above 0"),
    ])
    func refused(section: String, text: String, settings: String, reason: String) throws {
        let questions: [String: any Question.Type] = [
            "seeds": MeasureSeeds.self, "transfer": MeasureTransfer.self, "coordinate_table": MeasureCoordinates.self,
        ]
        let question = try #require(questions[section])
        let error = errorText { _ = try ask(question, section, text, settings) }
        #expect(error?.contains(reason) == true, "\(error ?? "accepted")")
    }
}
