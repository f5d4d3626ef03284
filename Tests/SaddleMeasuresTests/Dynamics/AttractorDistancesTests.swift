import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Distances between long orbits, by cases in closed form and by a plain Fourier sum.
struct AttractorDistancesTests {
    private func column(_ values: [Double]) -> Matrix { Matrix(rows: values.count, columns: 1, elements: values) }

    /// A quarter and three quarters of the times at the ends of the range against halves: ¼ log ½ + ¾ log 3/2.
    @Test func statesInCells() throws {
        let system = column((0..<400).map { $0 % 4 == 0 ? 0 : 1 }), model = column((0..<400).map { $0 % 2 == 0 ? 0.001 : 0.999 })
        let found = AttractorDistances(system: system, model: model)
        expectClose(found.stateSpace!, 0.25 * log(0.5) + 0.75 * log(1.5), within: 1e-5)
        expectClose(AttractorDistances(system: system, model: system).stateSpace!, 0, within: 1e-5)
        // States outside the range are in no cell: the same shares of half as many.
        let outside = column((0..<400).map { [0, 1, -5, 7][$0 % 4] })
        expectClose(
            AttractorDistances(system: system, model: outside).stateSpace!, 0.25 * log(1.0) + 0.75 * log(3.0), within: 1e-5)
        #expect(
            AttractorDistances(system: Matrix(rows: 9, columns: 6) { Double($0 * $1) }, model: Matrix(rows: 9, columns: 6))
                .stateSpace == nil)
    }

    @Test func spectraByPlainSums() throws {
        var stream = RandomStream(seed: 2, .test)
        let x = stream.normals(64), found = try #require(PowerSpectrum(x, segment: 32))
        var powers = [Double](repeating: 0, count: 16)
        for start in [0, 16, 32] {
            let part = Array(x[start..<start + 32]), mean = part.reduce(0, +) / 32
            for k in 1...16 {
                var (re, im) = (0.0, 0.0)
                for t in 0..<32 {
                    let value = (part[t] - mean) * (0.5 - 0.5 * cos(2 * .pi * (Double(t) + 0.5) / 32))
                    re += value * cos(2 * .pi * Double(k * t) / 32)
                    im += value * sin(2 * .pi * Double(k * t) / 32)
                }
                powers[k - 1] += re * re + im * im
            }
        }
        let total = powers.reduce(0, +)
        for (a, b) in zip(found.powers, powers) { expectClose(a, b / total, within: 1e-13) }
        expectClose(found.smoothed(by: 2).powers.reduce(0, +), 1, within: 0.2)
        #expect(PowerSpectrum([Double](repeating: 1, count: 10)) == nil)
    }

    /// Of two tones far apart 1; of a tone and itself later 0; of a series at rest and one that moves 1.
    @Test func distancesOfSpectra() {
        func tone(_ f: Double, _ phase: Double = 0) -> Matrix { column((0..<4096).map { sin(2 * .pi * f * Double($0) + phase) }) }
        #expect(AttractorDistances(system: tone(0.05), model: tone(0.3)).spectral > 0.99)
        expectClose(AttractorDistances(system: tone(0.05), model: tone(0.05, 1)).spectral, 0, within: 1e-3)
        #expect(AttractorDistances(system: tone(0.05), model: column([Double](repeating: 1, count: 4096))).spectral == 1)
    }

    /// A map that is off by a factor: after k steps the error is |ρᵏ − 1| times the root mean square over the deviation.
    @Test func forecasts() {
        let x = column((0..<40).map { $0 % 2 == 0 ? 1 : -1 })
        let errors = ForecastError.course(x, starts: [0, 1, 5], steps: 4, first: { $0 }, next: { [-1.1 * $0[0]] })
        for (k, error) in errors.enumerated() { expectClose(error, pow(1.1, Double(k + 1)) - 1, within: 1e-12) }
    }
}
