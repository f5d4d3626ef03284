import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Spreads, comparisons and floors beside numbers of SciPy 1.17 and closed forms. Would catch a spread of the mean for one of seeds, a pairing that is not by
/// seed, and a floor that still has the variance of finitely many networks.
@Suite struct SeedTests {
    private func group(_ name: String, _ losses: [Double], seeds: [String]? = nil) throws -> SeedTable.Group {
        let text = "model,seed,loss\n" + losses.enumerated().map { "\(name),\(seeds?[$0] ?? "\($0)"),\($1)\n" }.joined()
        return try SeedTable(csvTable(text)).groups[0]
    }
    private let a = [1.10, 1.05, 1.21, 0.98], b = [1.30, 1.22, 1.41, 1.18]

    @Test func spread() throws {
        let spread = try #require(SeedSpread(a))
        expectClose(spread.deviation.value, 0.009366666666666666.squareRoot(), within: 1e-12)
        expectClose(spread.mean.value, 1.085, within: 1e-12)
        // t₃(5 %) = 3.18244630528
        expectClose(spread.mean.high - spread.mean.value, 3.18244630528 * spread.deviation.value / 2, within: 1e-8)
        // Three numbers show no excess: √(2/χ²₂), by the saddle point within 3 %.
        let three = try #require(SeedSpread([0, 1, 2.5]))
        expectClose(three.deviation.low / three.deviation.value, 0.5206582666988174, within: 0.015)
        expectClose(three.deviation.high / three.deviation.value, 6.2847346964853825, within: 0.19)
        #expect(SeedSpread([1]) == nil && SeedSpread([1, 1])?.deviation.value == 0)
        // A whole standard deviation needs 17 of each.
        #expect(spread.needed(for: spread.deviation.value * (1 + 1e-9)).count == 17)
    }

    @Test func comparisons() throws {
        let seeds = ["1", "2", "3", "4"], (x, y) = (try group("a", a, seeds: seeds), try group("b", b, seeds: seeds))
        let welch = try SeedComparison(x, y, isPaired: false)
        expectClose(welch.pStudent, 0.03354822424445299, within: 1e-9)
        expectClose(welch.difference.low, -0.36413063277021274, within: 1e-8)
        expectClose(welch.p(), 0.05714285714285714, within: 1e-9)
        let paired = try SeedComparison(x, y)
        #expect(paired.isPaired)
        expectClose(paired.pStudent, 0.00012971617702591188, within: 1e-10)
        expectClose(paired.difference.high, -0.16863165271037212, within: 1e-8)
        // Four pairs cannot reach 5 % by signs: Student decides.
        #expect(paired.permutation?.p == 0.125 && paired.p() == paired.pStudent)
        let shuffled = try SeedComparison(x, group("b", [1.22, 1.30, 1.18, 1.41], seeds: ["2", "1", "4", "3"]))
        expectClose(shuffled.pStudent, paired.pStudent, within: 1e-12)
        #expect(SeedComparisons([paired], isRising: false).outcomes == [.better])
        #expect(SeedComparisons([paired], isRising: true).outcomes == [.worse])
        #expect(SeedComparisons([welch], isRising: false).outcomes == [.cannotTell])
        #expect(throws: LossFileError.self) { try SeedComparison(x, group("b", b, seeds: ["5", "6", "7", "8"]), isPaired: true) }
        #expect(throws: LossFileError.self) { try SeedComparison(x, group("b", [1])) }
        let constant = try SeedComparison(group("a", [1, 1, 1]), group("b", [2, 2, 2]))
        #expect(constant.isConstant && SeedComparisons([constant], isRising: false).outcomes == [.cannotTell])
    }

    /// loss(k) = 0.3 + 0.2/k, exactly; a curve of another form is noticed.
    @Test func floors() throws {
        let exact = [1.0, 2, 4, 8].map { (members: $0, loss: 0.3 + 0.2 / $0) }
        let floor = try #require(EnsembleFloor(exact))
        expectClose(floor.floor.value, 0.3, within: 1e-12)
        expectClose(floor.share, 0.4, within: 1e-12)
        #expect(EnsembleFloor(Array(exact.prefix(1))) == nil)
        var stream = RandomStream(seed: 1, .test)
        func drawn(noise: Double = 0.01, _ law: (Double) -> Double) -> Double {
            let points = [1.0, 2, 4, 8, 16].flatMap { k in
                (0..<6).map { _ in (members: k, loss: law(k) + noise * stream.normal()) }
            }
            return EnsembleFloor(points)!.fit!
        }
        #expect((0..<100).count { _ in drawn { 0.3 + 0.2 / $0 } < 0.05 } <= 14)
        #expect((0..<20).allSatisfy { _ in drawn(noise: 0.003) { 0.3 + 0.2 / $0.squareRoot() } < 0.01 })
    }

    /// Outputs y + bias + noise: floor bias², c the variance; the mean of n networks alone would still have c/n.
    @Test func floorsFromOutputs() throws {
        var stream = RandomStream(seed: 3, .test)
        var (held, single) = (0, 0.0)
        for _ in 0..<200 {
            let targets = stream.normals(40)
            let networks = (0..<6).map { _ in targets.map { $0 + 0.5 + 0.8 * stream.normal() } }
            let floor = try #require(EnsembleFloor(targets: targets, networks: networks))
            if floor.floor.low <= 0.25 && 0.25 <= floor.floor.high { held += 1 }
            single += floor.floor.value / 200
        }
        // Standard error of the mean: 2·0.5·0.8/√(240·200) ≈ 0.004, and of the variance's part less.
        expectClose(single, 0.25, within: 0.02)
        #expect(held >= 180 && held <= 198, "\(held)")
    }

    @Test func runsThatDifferInMoreThanTheirSeedAreNotTakenForOne() throws {
        let rows = ["64", "128"].flatMap { width in
            ["0.1", "0.2"].flatMap { rate in
                (0..<3).flatMap { seed in
                    (0..<2).map { step in "\(width),\(seed),\(rate),\(step),\(Double(seed) + (width == "64" ? 1 : 2))\n" }
                }
            }
        }
        let table = try csvTable("width,seed,lr,step,loss\n" + rows.joined())
        #expect { try SeedTable(table) } throws: { error in
            let text = "\(error)"
            return text.contains("second time seed 0 at step 0") && text.contains("--group-column lr")
        }
        var columns = SeedTable.Columns()
        columns.group = "width,lr"
        let groups = try SeedTable(table, columns).groups
        #expect(groups.map(\.name) == ["width=64 lr=0.1", "width=64 lr=0.2", "width=128 lr=0.1", "width=128 lr=0.2"])
        #expect(groups.map(\.losses) == [[1, 2, 3], [1, 2, 3], [2, 3, 4], [2, 3, 4]])
    }

    @Test func tables() throws {
        let long = try SeedTable(csvTable("seed,model,val_loss\n1,a,0.5\n2,a,0.6\n1,b,inf\n2,b,0.4\n"))
        #expect(long.groups.map(\.name) == ["a", "b"] && long.groups[1].diverged == 1 && long.groups[1].losses == [0.4])
        #expect(long.groups[0].seeds == ["1", "2"] && long.lossName == "val_loss")
        let wide = try SeedTable(csvTable("seed;ours;baseline\n1;0,5;0,6\n2;0,4;\n3;0,45;0,7\n"))
        #expect(wide.groups.map(\.losses.count) == [3, 2] && wide.groups[1].seeds == ["1", "3"])
        let curves = try SeedTable(csvTable("step,seed,loss\n0,1,9\n10,1,0.5\n0,2,9\n20,2,0.6\n"))
        #expect(curves.groups[0].losses == [0.5, 0.6])
        let ensembles = try SeedTable(csvTable("k,loss\n1,0.5\n1,0.52\n2,0.4\n2,0.41\n4,0.35\n"))
        #expect(ensembles.groups[0].losses == [0.5, 0.52] && ensembles.ensembles[0].points.count == 5)
        let outputs = try SeedTable(csvTable("target,net1,net2\n1,0.9,1.2\n0,0.1,0.2\n"))
        #expect(outputs.outputs?.networks == [[0.9, 0.1], [1.2, 0.2]])
        #expect { try SeedTable(csvTable("seed,loss\n1,1\n1,2\n")) } throws: { "\($0)".contains("for the second time seed 1") }
        #expect { try SeedTable(csvTable("seed,name\n1,x\n")) } throws: { "\($0)".contains("losses") }
    }
}

/// Intervals of the mean, the spread and differences hold the truth as often as they say, for losses of several laws; p-values are not too small.
@Suite struct SeedCoverageTests {
    static let laws = ["normal, 3 seeds", "normal, 8 seeds", "heavy tails", "skewed", "an outlier in twenty"]

    static func draw(_ law: String, _ stream: inout RandomStream) -> (losses: [Double], mean: Double, deviation: Double) {
        switch law {
        case "normal, 3 seeds": return (stream.normals(3).map { 1 + 0.1 * $0 }, 1, 0.1)
        case "normal, 8 seeds": return (stream.normals(8).map { 1 + 0.1 * $0 }, 1, 0.1)
        case "heavy tails":
            // Student's law of 6 degrees of freedom, variance 3/2.
            return ((0..<8).map { _ in stream.normal() * (3 / stream.gamma(shape: 3)).squareRoot() }, 0, 1.5.squareRoot())
        case "skewed":
            // Log-normal with σ = 0.3.
            let v = 0.09
            return (stream.normals(8).map { exp(0.3 * $0) }, exp(v / 2), exp(v / 2) * (exp(v) - 1).squareRoot())
        default:
            let values = (0..<8).map { _ in stream.uniform() < 0.05 ? 4 * stream.normal() : stream.normal() }
            return (values, 0, (0.95 + 0.05 * 16).squareRoot())
        }
    }

    @Test(arguments: laws) func intervals(law: String) throws {
        var stream = RandomStream(seed: 5, .test)
        var (means, spreads, smaller) = (0, 0, 0)
        let count = tableCount(300, perHundred: 10)
        for _ in 0..<count {
            let a = Self.draw(law, &stream), b = Self.draw(law, &stream), spread = try #require(SeedSpread(a.losses))
            if spread.mean.low <= a.mean && a.mean <= spread.mean.high { means += 1 }
            if spread.deviation.low <= a.deviation && a.deviation <= spread.deviation.high { spreads += 1 }
            let x = try Uncertain(a.losses, b.losses)
            if x.p < 0.05 { smaller += 1 }
        }
        calibrated("seeds, \(law): means \(means), spreads \(spreads), false differences \(smaller) of \(count)")
        func share(_ n: Int) -> Double { Double(n) / Double(count) }
        // 95 %, and five standard errors of a share of 300, or what few samples of such laws leave.
        #expect(share(means) >= 0.9 && share(means) <= 0.99, "means \(means)")
        #expect(share(spreads) >= 0.87 && share(spreads) <= 0.995, "spreads \(spreads)")
        #expect(share(smaller) <= 0.08, "false differences \(smaller)")
    }

    private struct Uncertain {
        let p: Double
        init(_ a: [Double], _ b: [Double]) throws {
            func rows(_ name: String, _ losses: [Double]) -> String { losses.map { "\(name),\($0)\n" }.joined() }
            let table = try SeedTable(csvTable("group,loss\n" + rows("a", a) + rows("b", b)))
            p = try SeedComparison(table.groups[0], table.groups[1]).p()
        }
    }
}
