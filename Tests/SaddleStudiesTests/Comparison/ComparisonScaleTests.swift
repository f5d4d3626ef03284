import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Comparing, writing and summarising very many numbers. Every day 40 000 of them, to show that the summary does not grow and that every number is in the file;
/// with SADDLE_SCALE=10000000 so many, with time and memory printed.
@Suite struct ComparisonScaleTests {
    @Test func manyNumbers() throws {
        let environment = ProcessInfo.processInfo.environment["SADDLE_SCALE"].flatMap { Int($0) }
        // Two widths, means and variances, ten recorded times.
        let samples = max((environment ?? 40_000) / 40, 1), steps = Array(0..<10)
        let layout = ObservableLayout([(.output(.test), [steps.count, samples])])
        var stream = RandomStream(seed: 9, .test)
        let count = layout.count, (networks, directions) = (200.0, 64.0)
        let mean = stream.normals(count).map { 1 + 0.3 * $0 }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: mean, meanError: mean.map { _ in 0.003 }, solutions: 4,
            ranks: Tensor(shape: [steps.count, 0, 2]))
        prediction.directions = Int(directions)
        prediction.variance = mean.map { 1 + 0.5 * $0 * $0 }
        prediction.varianceError = prediction.variance.map { $0 * (2 / (2 * directions - 1)).squareRoot() }
        prediction.bias = mean.map { -0.5 * $0 }
        prediction.biasError = mean.map { _ in 0.05 }
        let ensembles = [64, 256].map { width -> EnsembleStatistics in
            let n = Double(width), noise = stream.normals(count), more = stream.normals(count)
            return EnsembleStatistics(
                width: width, networks: Int(networks),
                mean: (0..<count).map { i in
                    mean[i] + prediction.bias[i] / n + noise[i] * (prediction.variance[i] / n / networks + 9e-6).squareRoot()
                },
                meanError: prediction.variance.map { ($0 / n / networks).squareRoot() },
                variance: (0..<count).map { prediction.variance[$0] / n * exp(0.1 * more[$0]) },
                varianceError: prediction.variance.map { $0 / n * (2 / (networks - 1)).squareRoot() }, panel: [])
        }
        let folder = RunFolder(
            path: FileManager.default.temporaryDirectory.appendingPathComponent("saddle-scale-\(UUID().uuidString)").path)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }

        let (before, used) = (Self.peak, clock()), start = ContinuousClock.now
        let comparison = try ComparisonFile.make(in: folder.path) { write throws(FileError) in
            try Comparison.make(prediction: prediction, steps: steps, ensembles: ensembles, each: write)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1), processor = Double(clock() - used) / Double(CLOCKS_PER_SEC)
        #expect(comparison.numbers == 4 * count && comparison.verdict == .agrees, "\(comparison.summary)")
        let json = try WholeFile.read(folder.comparison).count
        #expect(json < 20_000)
        let numbers = try NPZ(contentsOf: folder.comparedNumbers)
        #expect(numbers.names.count == 16 && numbers.names.contains("test_output_variance_z_256"))
        let z = try numbers.array("test_output_mean_z_64")
        #expect(z.shape == [10, samples] && z.elements.allSatisfy(\.isFinite))
        guard environment != nil else { return }
        print(
            "compare, write, summarise \(comparison.numbers) numbers: \(seconds) s, \(processor) s of processors; JSON \(json) B; inputs \(before) MB, peak \(Self.peak) MB"
        )
    }

    /// Largest resident size so far, MB.
    private static var peak: Int {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss / 1_000_000
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss / 1000
        #endif
    }
}
