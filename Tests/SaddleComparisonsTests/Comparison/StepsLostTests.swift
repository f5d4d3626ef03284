import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

@testable import SaddleComparisons

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Steps lost. The oracle is exponential decay, where a loss that falls r times as fast comes to the same level after t/r steps. Catches
/// levels that are read off the wrong curve, signs, errors over the wrong slope, and a loss that is not reached but given a number.
@Suite struct StepsLostTests {
    static let steps = [0, 1, 2, 4, 6, 9, 13, 19, 28, 40, 58, 84, 120]

    private func curve(_ rate: Double, error: Double = 0) -> LossCurve {
        LossCurve(Self.steps, Self.steps.map { exp(-rate * Double($0)) }, errors: Self.steps.map { _ in error })
    }

    @Test(arguments: [0.5, 0.8, 1.25])
    func exponentialsArriveInTime(ratio: Double) {
        for t in [4.0, 19, 40] {
            let delay = curve(0.03 * ratio).delay(to: exp(-0.03 * t), error: 0, from: t)
            let exact = t / ratio - t
            guard let steps = delay.steps, let error = delay.error else { return #expect(Bool(false), "not reached") }
            #expect(abs(steps - exact) <= max(error, 1e-9), "\(steps) ± \(error) instead of \(exact)")
            #expect(abs(steps - exact) < 0.02 * t / ratio)
        }
    }

    @Test func errorsOfLossesCountOverTheSlope() throws {
        let exact = try #require(curve(0.03).delay(to: exp(-0.9), error: 0, from: 0).error)
        let delay = curve(0.03, error: 3e-4).delay(to: exp(-0.9), error: 4e-4, from: 0)
        let slope = (exp(-0.84) - exp(-1.2)) / 12
        let error = try #require(delay.error)
        #expect(abs(error - (exact * exact + pow(5e-4 / slope, 2)).squareRoot()) < 1e-9)
    }

    @Test func lossesThatAreNotReachedHaveNoNumber() {
        #expect(curve(0.01).delay(to: exp(-3), error: 0, from: 100).steps == nil)
        #expect(curve(0.01).delay(to: exp(-3), error: 0, from: 100).description == "not reached")
    }

    /// ℓ_∞ = e^{−t/50} and b chosen so that width 100 learns exactly 10 % slower. The time at which the limit rises is left out.
    @Test func theTableIsThatOfBothCurves() throws {
        let layout = ObservableLayout([(.loss(.test), [Self.steps.count])])
        let limit = Self.steps.map { $0 == 6 ? 0.95 : exp(-Double($0) / 50) }, slow = Self.steps.map { exp(-Double($0) / 55) }
        let zeros = limit.map { _ in 0.0 }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: limit, meanError: zeros, solutions: 2, ranks: .init(shape: [0]))
        let ensemble = EnsembleStatistics(
            width: 100, networks: 5, mean: slow, meanError: zeros, variance: zeros, varianceError: zeros, panel: [])
        func lost(_ prediction: MeanFieldPrediction) -> StepsLost? {
            StepsLost(.loss(.test), steps: Self.steps, prediction: prediction, ensembles: [ensemble], widths: [100, 200])
        }
        #expect(lost(prediction)?.points[0].widths[0].predicted == nil, "without corrections nothing is predicted")
        (prediction.bias, prediction.biasError) = (zip(slow, limit).map { 100 * ($0 - $1) }, zeros)
        (prediction.variance, prediction.varianceError) = (zeros, zeros)
        let found = try #require(lost(prediction))
        #expect(found.points.map(\.step) == [1, 2, 4, 9, 13, 19, 28, 40, 58, 84, 120])
        #expect(found.shown(of: 120).map(\.step) == [13, 28, 58])
        // Away from the rise, which curves of all widths have between steps 4 and 9.
        for point in found.points.dropLast() where point.step > 9 {
            for delay in [point.widths[0].predicted, point.widths[0].measured] {
                let steps = try #require(delay?.steps), error = try #require(delay?.error)
                #expect(abs(steps - 0.1 * Double(point.step)) <= error)
            }
            let narrow = try #require(point.widths[0].predicted?.steps), wide = try #require(point.widths[1].predicted?.steps)
            #expect(wide > 0.4 * narrow && wide < 0.6 * narrow && point.widths[1].measured == nil)
        }
        #expect(found.points.last?.widths[0].measured?.steps == nil, "beyond the last step")
    }
}
