import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Tables of coordinates, long and wide, and what is refused; names of modules; slopes that are right by construction.
@Suite struct CoordinateTableTests {
    private func rows(_ body: (Int, Int) -> String) -> String {
        [64, 128, 256, 512].flatMap { n in (0..<2).map { body(n, $0) } }.joined(separator: "\n") + "\n"
    }

    @Test func longAndWide() throws {
        let long = try CoordinateTable(
            csvTable(
                "width,seed,step,module,of,rms\n"
                    + rows { n, s in "\(n),\(s),0,fc1,activations,\(1 + s)\n\(n),\(s),1,fc1,updates,0.\(s + 1)" }))
        #expect(long.series.count == 2 && long.widths == [64, 128, 256, 512])
        #expect(long.series[0].kind == .activations && long.series[1].kind == .updates && long.series[1].step == 1)
        #expect(long.series[1].points.count == 8)
        let wide = try CoordinateTable(
            csvTable("d_model;step;layer1.attn;lm_head\n" + rows { n, s in "\(n);\(s);0,5;0,\(n)" }), kind: .updates)
        #expect(wide.series.map(\.module) == ["layer1.attn", "layer1.attn", "lm_head", "lm_head"])
        #expect(wide.series.allSatisfy { $0.kind == .updates && $0.points.count == 4 })
    }

    /// Updates before any step and outputs that start at 0 have no slope; what diverged is counted.
    @Test func zerosAndDivergence() throws {
        let text = "width,step,module,value\n" + rows { n, s in "\(n),\(s),head,\(s == 0 ? "0" : n == 512 ? "nan" : "1.5")" }
        let found = try CoordinateTable(csvTable(text))
        #expect(found.series.count == 1 && found.series[0].points.count == 3 && found.diverged == 1)
        #expect(found.remarks.contains { $0.contains("0 at every width, which has no slope: head at step 0") })
    }

    @Test(arguments: [
        ("width,module,value\n64,a,1\n128,a,1\n", "2 widths; expected 3 or more"),
        ("width,module,value\n64,a,1\n128,a,-1\n256,a,2\n", "line 3, column 3 ('value'): is -1.0; expected a size"),
        ("width,module,value\n64,a,1\n128,a,0\n256,a,2\n", "the size of a is 0, and is not 0 in other rows"),
        ("width,seed,module,value\n64,1,a,1\n64,1,a,2\n128,1,a,1\n256,1,a,1\n", "for the second time a of width 64, seed 1"),
        ("x,module,value\n64,a,1\n", "no column of t.csv is called as widths are"),
        ("width,name\n64,a\n128,b\n", "is called as values are"),
    ])
    func refused(text: String, reason: String) {
        let error = errorText { _ = try CoordinateTable(csvTable(text)) }
        #expect(error?.contains(reason) == true, "\(error ?? "accepted")")
    }

    @Test func roles() throws {
        let roles = try ModuleRoles(["embed", "blocks.0.attn.out_proj", "blocks.0.mlp.fc", "lm_head"], rules: [])
        #expect(roles.roles["embed"] == .some(.input) && roles.roles["lm_head"] == .some(.readout))
        #expect(roles.roles["blocks.0.attn.out_proj"] == .some(.hidden))
        // Without a name for it the last may be the output, and is not judged until somebody says it.
        let plain = try ModuleRoles(["fc1", "fc2", "fc3"], rules: [])
        #expect(plain.roles["fc3"] == .some(nil) && plain.remarks[0].contains("'fc3' is the last module"))
        let rules = ["fc3=output", "fc1 = input"].compactMap(ModuleRoles.Rule.init)
        let told = try ModuleRoles(["fc1", "fc2", "fc3"], rules: rules)
        #expect(told.roles["fc3"] == .some(.readout) && told.roles["fc1"] == .some(.input) && told.roles["fc2"] == .some(.hidden))
        let pattern = try ModuleRoles(["a.norm", "a.fc", "head"], rules: [ModuleRoles.Rule("*norm=ignore")!])
        #expect(pattern.roles["a.norm"] == .some(nil))
        #expect(throws: LossFileError.self) { try ModuleRoles(["a"], rules: [ModuleRoles.Rule("b=output")!]) }
        #expect(ModuleRoles.Rule("a") == nil && ModuleRoles.Rule("a=first") == nil)
    }
}

/// The judgement on made-up tables with noise as seeds have it: small in layers, large in outputs, smaller in wide networks, alike at the steps of a run.
@Suite struct CoordinateJudgementTests {
    struct Noise: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Standard deviations of ln size at width 64 of layers and of the output; noise ∝ n^{−fall/2}.
        var layer = 0.04, output = 0.12, fall = 0.0
        /// Weight of what all steps share, degrees of freedom of the tails, share of missing rows, b of b/n.
        var shared = 0.8, tails = Double.infinity, missing = 0.0, bend = 2.0
        var seeds = 2
    }

    static let noises = [
        Noise(testDescription: "two seeds"),
        Noise(testDescription: "wide networks are quieter", layer: 0.08, output: 0.2, fall: 1),
        Noise(testDescription: "heavy tails", tails: 4), Noise(testDescription: "missing rows", missing: 0.1),
        Noise(testDescription: "one seed", layer: 0.02, output: 0.05, seeds: 1), Noise(testDescription: "bent", bend: 6),
    ]

    /// Exponents of updates of the input, hidden and output layers, and of activations at the start.
    static func judged(
        _ noise: Noise, updates: [Double], start: [Double], seed: Int, expected: (updates: [Double], start: [Double])
    ) throws -> CoordinateJudgement {
        var stream = RandomStream(seed: seed, .test)
        func deviate() -> Double {
            let z = stream.normal()
            return noise.tails.isFinite ? z * ((noise.tails - 2) / (2 * stream.gamma(shape: noise.tails / 2))).squareRoot() : z
        }
        var text = "width,seed,step,module,of,rms\n"
        for n in [64.0, 128, 256, 512] {
            for s in 0..<noise.seeds {
                for (m, name) in ["embed", "fc", "head"].enumerated() {
                    let deviation = (m == 2 ? noise.output : noise.layer) * pow(n / 64, -noise.fall / 2), common = deviate()
                    for step in 0...3 {
                        let z = deviation * (noise.shared * common + (1 - noise.shared * noise.shared).squareRoot() * deviate())
                        let e = step == 0 ? start[m] : updates[m]
                        if stream.uniform() < noise.missing { continue }
                        text +=
                            "\(n),\(s),\(step),\(name),\(step == 0 ? "activations" : "updates"),\(exp(e * log(n) + noise.bend / n + z))\n"
                    }
                }
            }
        }
        let table = try CoordinateTable(csvTable(text))
        return CoordinateJudgement(table, roles: try ModuleRoles(["embed", "fc", "head"], rules: [])) { role, kind, _ in
            let place = role == .input ? 0 : role == .hidden ? 1 : 2
            let e = kind == .updates ? expected.updates[place] : expected.start[place]
            return e...e
        }
    }

    /// A right parameterisation passes, and fails in fewer tables than the stated rate and chance allow; a wrong one fails.
    @Test(arguments: noises) func rates(noise: Noise) throws {
        let mup = (updates: [0.0, 0, 0], start: [0.0, 0, -0.5]), ntk = (updates: [-0.5, -0.5, 0], start: [0.0, 0, 0])
        let standard = (updates: [-0.5, 0.5, 1], start: [0.0, 0, 0])
        let count = tableCount(40)
        let right = try (0..<count).map {
            try Self.judged(noise, updates: mup.updates, start: mup.start, seed: $0, expected: mup).verdict
        }
        #expect(
            right.count { $0 == .agrees } >= count * 95 / 100,
            "\(right.count { $0 == .agrees }) pass, \(right.count { $0 == .disagrees }) fail"
        )
        for (k, other) in [ntk, standard].enumerated() {
            let wrong = try (0..<count).map {
                try Self.judged(noise, updates: other.updates, start: other.start, seed: 1000 * (k + 1) + $0, expected: mup)
                    .verdict
            }
            #expect(
                wrong.count { $0 == .disagrees } >= count * 95 / 100 && wrong.count { $0 == .agrees } == 0,
                "\(wrong.count { $0 == .disagrees }) fail")
        }
    }

    /// Noise as large as the difference between parameterisations: nothing is told, in either direction.
    @Test func tooNoisy() throws {
        let noise = Noise(testDescription: "", layer: 1, output: 1)
        let mup = (updates: [0.0, 0, 0], start: [0.0, 0, -0.5])
        let count = tableCount(40)
        let verdicts = try (0..<count).map {
            try Self.judged(noise, updates: mup.updates, start: mup.start, seed: $0, expected: mup).verdict
        }
        #expect(verdicts.count { $0 == .cannotTell } >= count * 95 / 100, "\(verdicts.count { $0 == .cannotTell })")
    }
}
