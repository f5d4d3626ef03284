import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// N·variance and the limit of every case of verification against 4000 stored networks each of widths 256 and 512 (``ReferenceEnsembles``),
/// extrapolated in 1/N: 2·V₅₁₂ − V₂₅₆. Catches a factor of a few per cent that no single case would show.
@Suite(.serialized) struct ReferenceTests {
    /// What one case says of the outputs: the mean over recorded times after the start of ratios of total variance, with its error.
    struct Ratio {
        var value, error: Double
    }

    static func ratio(_ c: VerificationCase, _ prediction: MeanFieldPrediction) throws -> Ratio {
        let layout = try ReferenceEnsembles.layout(c)
        let entry = try #require(layout[.output(.test)]), own = try #require(prediction.layout[.output(.test)])
        let ensembles = try ReferenceEnsembles.read(c)
        var (ratios, errors) = ([Double](), [Double]())
        for time in 0..<entry.times {
            func total(_ values: [Double], _ range: Range<Int>) -> Double { range.reduce(0) { $0 + values[$1] } }
            let range = entry.range(at: time)
            let v = ensembles.map { Double($0.width) * total($0.variance, range) }
            let reference = 2 * v[1] - v[0]
            let predicted = total(prediction.variance, own.range(at: time))
            guard reference > 1e-6 else { continue }
            // Numbers of one time move together: their errors are added.
            let sampling = ensembles.map { Double($0.width) * total($0.varianceError, range) }
            let error = own.range(at: time).reduce(0) { $0 + prediction.varianceTotalError(at: $1) }
            ratios.append(predicted / reference)
            errors.append(hypot(error / predicted, hypot(2 * sampling[1], sampling[0]) / reference))
        }
        let count = Double(ratios.count)
        return Ratio(value: ratios.reduce(0, +) / count, error: errors.reduce(0, +) / count)
    }

    static func prediction(_ c: VerificationCase, accuracy: Double, seed: Int) throws -> MeanFieldPrediction {
        let settings = MeanFieldSettings(
            accuracy: accuracy, sites: 400, tolerance: 1e-5, replicas: 4, seed: seed, recordsKernels: false)
        return try MeanFieldSolver(try c.experiment, settings: settings).predict()
    }

    /// At an accuracy of 0.07 the mean over the cases is 0.996 ± 0.016.
    @Test func meanRatio() throws {
        var (sum, weight, chi, seen) = (0.0, 0.0, 0.0, [String]())
        for (k, c) in VerificationCase.connected.enumerated() {
            let r = try Self.ratio(c, Self.prediction(c, accuracy: 0.15, seed: 100 + k))
            sum += r.value / (r.error * r.error)
            weight += 1 / (r.error * r.error)
            chi += (r.value - 1) * (r.value - 1) / (r.error * r.error)
            seen.append("\(c.name): \(r.value) ± \(r.error)")
            #expect(abs(r.value - 1) < 4 * r.error, "\(c.name): \(r.value) ± \(r.error)")
        }
        let (mean, error) = (sum / weight, 1 / weight.squareRoot())
        #expect(error < 0.03 && abs(mean - 1) < 3 * error, "\(mean) ± \(error)\n\(seen.joined(separator: "\n"))")
        // Stated errors are those of totals whose numbers move together: larger than the scatter, and not by much.
        #expect((0.1...1.8).contains(chi / Double(seen.count)), "χ² of \(seen.count) cases is \(chi)")
    }
}
