import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The verdict, on made-up studies whose truth is known. It would catch error bars taken at face value (too many alarms from
// few replicas), lost power, and excuses: a wrong theory that is called "outside the 1/N regime".

@Suite struct ComparisonTests {
    let study = MadeUpStudy()

    /// Perfect agreement is called a difference no more often than promised, with as few as three replicas and with the
    /// theory's own noise larger than the ensemble's.
    @Test(arguments: [(4, 5000.0, 30), (4, 1000, 100), (3, 20_000, 50)])
    func falseAlarmsKeepTheirRate(replicas: Int, sites: Double, networks: Int) throws {
        var study = study
        (study.replicas, study.sites) = (replicas, sites)
        let (copy, trials, rate) = (study, 200, 0.05)
        let alarms = try Threads.map(trials) { trial in
            let ensembles = [64, 256].map { copy.ensemble(width: $0, networks: networks, seed: trial) }
            let result = copy.compare(copy.prediction(seed: trial), ensembles, falseAlarmRate: rate)
            return result.widths.contains { $0.largestScore > result.threshold } ? 1 : 0
        }.reduce(0, +)
        // At a true rate of 0.05, 200 trials exceed 10 + 5.5 √9.5 = 27 with probability 4e-6.
        #expect(alarms <= 27, "\(alarms) alarms in \(trials)")
    }

    /// A mean that is off by eight standard errors, or a variance by a factor of four, is found; the same study
    /// without the mistake agrees (the negative control).
    @Test(arguments: 0..<12)
    func mistakesAreFound(seed: Int) {
        let ensembles = [64, 256].map { study.ensemble(width: $0, networks: 100, seed: seed) }
        let right = study.prediction(seed: seed)
        #expect(study.compare(right, ensembles).verdict == .agrees)

        let entry = study.layout[.output(.train)]!
        var wrong = right
        for i in entry.range {
            let own = study.variance[i] / (256 * 100) + study.variance[i] / (study.sites * 4)
            wrong.mean[i] += 8 * own.squareRoot()
        }
        let found = study.compare(wrong, ensembles)
        #expect(found.verdict == .disagrees)
        #expect(found.widths[1].worst[0].quantity.observable == .output(.train) && found.widths[1].worst[0].statistic == .mean)

        wrong = right
        for i in entry.range {
            wrong.variance[i] *= 4
            wrong.varianceError[i] *= 4
        }
        let spread = study.compare(wrong, ensembles)
        #expect(spread.verdict == .disagrees)
        #expect(spread.widths[1].worst[0].statistic == .variance)
    }

    /// A term c/N² that shows at 32 and not at 256 is what it is; an error in b/N of the same size at 32 is not excused.
    @Test(arguments: 0..<6)
    func beyondOrderIsToldFromWrongBias(seed: Int) {
        var narrow = study
        narrow.sites = 1e6
        narrow.beyondOrder = 0.1 * 32 * 32
        let widths = [32, 256]
        let prediction = narrow.prediction(seed: seed)
        let result = narrow.compare(prediction, widths.map { narrow.ensemble(width: $0, networks: 400, seed: seed) })
        #expect(result.widths[0].verdict == .outsideRegime, "\(result.widths[0].reasons)")
        #expect(result.widths[1].verdict == .agrees)
        #expect(result.verdict == .agrees && result.summary.contains("At width 32 corrections beyond 1/N are visible"))

        narrow.beyondOrder = 0
        var wrong = prediction
        for i in wrong.bias.indices { wrong.bias[i] -= 0.1 * 32 }
        let missed = narrow.compare(wrong, widths.map { narrow.ensemble(width: $0, networks: 400, seed: seed) })
        #expect(missed.verdict == .disagrees, "\(missed.widths.map(\.reasons))")
    }

    /// Errors that are small and everywhere: means off by 5 %, variances by a factor of 1.5 either way, with 100 networks at two widths. No
    /// single number shows them; pooled over an observable they are seen. Each is caught in 11 of 12 studies or more: at a true rate of 0.99
    /// fewer are with probability 6e-3 a kind, and the seeds are fixed. Without the mistake all agree.
    @Test func smallErrorsEverywhere() {
        var study = study
        study.sites = 2000
        var caught = [0, 0, 0]
        for seed in 0..<12 {
            let ensembles = [64, 256].map { study.ensemble(width: $0, networks: 100, seed: seed) }
            let right = study.prediction(seed: seed)
            #expect(study.compare(right, ensembles).verdict == .agrees)
            for (k, (size, spread)) in [(1.05, 1.0), (1, 1.5), (1, 1 / 1.5)].enumerated() {
                var wrong = right
                wrong.mean = right.mean.map { $0 * size }
                wrong.panels.limits = right.panels.limits.map { $0.map { $0 * size } }
                wrong.variance = right.variance.map { $0 * spread }
                wrong.varianceError = right.varianceError.map { $0 * spread }
                wrong.panels.halves = right.panels.halves.map { $0.map { $0 * spread.squareRoot() } }
                let verdict = study.compare(wrong, ensembles).verdict
                if verdict != .agrees { caught[k] += 1 }
                #expect(verdict != .outsideRegime)
            }
        }
        #expect(caught.min()! >= 11, "caught of 12: \(caught)")
    }

    /// One width has two explanations of a difference, a second one tells.
    @Test func oneWidthCannotTell() {
        var wrong = study.prediction(seed: 3)
        wrong.mean = wrong.mean.map { $0 * 1.2 }
        wrong.panels.limits = wrong.panels.limits.map { $0.map { $0 * 1.2 } }
        let ensembles = [64, 256].map { study.ensemble(width: $0, networks: 100, seed: 3) }
        let one = study.compare(wrong, [ensembles[0]])
        #expect(one.verdict == .cannotTell && one.summary.contains("add a larger width"))
        #expect(study.compare(wrong, ensembles).verdict == .disagrees)
    }

    /// Numbers that have converged to nothing decide nothing, however large their ratio; the same ratio where there is something does.
    @Test func convergedNumbers() {
        let entry = study.layout[.output(.train)]!
        func compare(_ places: Range<Int>, size: Double) -> Comparison {
            var prediction = study.prediction(seed: 4)
            var ensembles = [64, 256].map { study.ensemble(width: $0, networks: 400, seed: 4) }
            for i in places {
                prediction.variance[i] *= size
                prediction.varianceError[i] *= size
                for w in ensembles.indices {
                    ensembles[w].variance[i] *= 7 * size
                    ensembles[w].varianceError[i] *= 7 * size
                }
            }
            return study.compare(prediction, ensembles)
        }
        let last = entry.range.suffix(entry.stride)
        #expect(compare(last, size: 1e-9).verdict == .agrees)
        #expect(compare(last, size: 1).verdict == .disagrees)
    }

    /// A number whose variance is fifty times the predicted one with an error of more than half of it, as outliers make it: at width 64 alone that is beyond
    /// 1/N, at both widths an error.
    @Test func outliersAreToldByTheirRatio() {
        let place = study.layout[.output(.train)]!.range.last!
        func compare(_ wrong: Set<Int>) -> Comparison {
            var ensembles = [64, 256].map { study.ensemble(width: $0, networks: 400, seed: 4) }
            for w in ensembles.indices where wrong.contains(ensembles[w].width) {
                ensembles[w].variance[place] *= 50
                ensembles[w].varianceError[place] = 0.6 * ensembles[w].variance[place]
            }
            return study.compare(study.prediction(seed: 4), ensembles)
        }
        let narrow = compare([64])
        #expect(narrow.widths[0].verdict == .outsideRegime && narrow.verdict == .agrees, "\(narrow.widths.map(\.reasons))")
        #expect(compare([64, 256]).verdict == .disagrees)
    }

    /// Accuracies of made-up networks against those of normal outputs: Φ((f∞ + b/N)/√(V/N)), averaged over the samples.
    @Test func accuracies() {
        let entry = study.layout[.output(.test)]!
        let classes = [0, 1, 0]
        let width = 4, n = Double(width)
        let last = Array(entry.range.suffix(entry.stride))
        let exact = zip(last, classes).reduce(0) { sum, place in
            let (i, c) = place
            let z = (study.mean[i] + study.bias[i] / n) / (study.variance[i] / n).squareRoot()
            return sum + 0.5 * erfc((c == 0 ? -z : z) / 2.0.squareRoot()) / 3
        }
        let result = study.compare(
            study.prediction(seed: 6), [study.ensemble(width: width, networks: 3000, seed: 6)], classes: classes)
        let accuracy = result.widths[0].accuracy!
        expectClose(accuracy.measuredMean, exact, within: 5 * accuracy.measuredError)
        expectClose(accuracy.predictedMean, exact, within: 5 * accuracy.predictedError)
        // 128 made-up networks: spreads to √(2/127)/√2 = 9 %, five times that.
        #expect(abs(accuracy.predictedSpread / accuracy.measuredSpread - 1) < 0.45)
        #expect(accuracy.predictedError < 0.03 && accuracy.samples == 3 && exact < 0.9)
        // Other classes have other accuracies: the comparison is not of constants.
        let other = study.compare(
            study.prediction(seed: 6), [study.ensemble(width: width, networks: 3000, seed: 6)], classes: [0, 0, 0])
        #expect(abs(other.widths[0].accuracy!.measuredMean - exact) > 20 * accuracy.measuredError)
    }

    /// A spread as large as the outputs needs no second width to be recognised.
    @Test func largeSpreadIsOutsideTheRegime() {
        var narrow = study
        narrow.beyondOrder = 4
        let result = narrow.compare(narrow.prediction(seed: 1), [narrow.ensemble(width: 2, networks: 2000, seed: 1)])
        #expect(result.verdict == .outsideRegime)
        #expect(result.widths[0].relativeSpread! > 0.5)
    }

    /// Three networks, or a single replica, are no test; the verdict says so.
    @Test func withoutPowerThereIsNoVerdict() {
        var coarse = study
        (coarse.sites, coarse.directions) = (1, 2)
        let few = coarse.compare(coarse.prediction(seed: 1), [coarse.ensemble(width: 64, networks: 3, seed: 1)])
        #expect(few.verdict == .cannotTell && few.summary.contains("error bars are larger than the effects"))

        var single = study
        (single.replicas, single.directions) = (1, 0)
        let nothing = single.compare(single.prediction(seed: 1), [single.ensemble(width: 64, networks: 50, seed: 1)])
        #expect(nothing.widths[0].quantities.filter { $0.statistic == .mean }.allSatisfy { $0.numbers == 0 })
        #expect(nothing.verdict == .cannotTell)

        // A single network has no spread: nothing is pooled, and no number is missing.
        let one = study.compare(study.prediction(seed: 1), [study.ensemble(width: 64, networks: 1, seed: 1)], classes: [0, 1, 0])
        #expect(one.verdict == .cannotTell && one.pooled.isEmpty && one.widths[0].accuracy == nil)
    }

    /// Without directions there is no b/N: the limit is compared, and a difference is not blamed on the theory.
    @Test func withoutCorrections() {
        var plain = study
        (plain.directions, plain.sites) = (0, 1e6)
        let result = plain.compare(plain.prediction(seed: 1), [plain.ensemble(width: 16, networks: 3000, seed: 1)])
        #expect(result.widths[0].largestScore > result.threshold)
        #expect(result.verdict == .cannotTell)
        #expect(result.widths[0].reasons.contains { $0.contains("shift b/N is not known") })
        #expect(result.widths[0].quantities.allSatisfy { $0.statistic == .mean })
    }

    /// Numbers without any spread on both sides are skipped, unless they differ.
    @Test func numbersWithoutSpread() throws {
        var prediction = study.prediction(seed: 1)
        var ensemble = study.ensemble(width: 64, networks: 40, seed: 1)
        let first = study.layout[.output(.train)]!.range.lowerBound
        for i in [first, first + 1] {
            prediction.meanError[i] = 0
            prediction.biasError[i] = 0
            prediction.bias[i] = 0
            prediction.variance[i] = 0
            prediction.varianceError[i] = 0
            ensemble.mean[i] = prediction.mean[i]
            ensemble.meanError[i] = 0
            ensemble.variance[i] = 0
            ensemble.varianceError[i] = 0
        }
        let (same, numbers) = study.numbers(prediction, [ensemble])
        #expect(numbers[0].columns[0].score == nil && numbers[0].columns[1].score == nil && numbers[0].columns[2].score != nil)
        #expect(numbers[1].columns[0].score == nil && same.verdict == .agrees)
        // In the file: an infinite error, and z = 0.
        let arrays = Dictionary(uniqueKeysWithValues: numbers[0].arrays.map { ($0.name, $0) })
        let (error, z) = (try #require(arrays["train_output_mean_error_64"]), try #require(arrays["train_output_mean_z_64"]))
        #expect(error.elements[0] == .infinity && z.elements[0] == 0 && error.elements[2].isFinite && error.shape == [5, 4])

        ensemble.mean[first] += 1e-6
        let (different, off) = study.numbers(prediction, [ensemble])
        #expect(off[0].columns[0].score! > 1000 && different.verdict == .cannotTell)
        #expect(different.summary.contains("add a larger width"))
    }
}
