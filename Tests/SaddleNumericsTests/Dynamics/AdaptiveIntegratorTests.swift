import Foundation
import SaddleNumerics
import Testing

/// Orders of all pairs and of their dense output, tolerances that are kept, events, and failures that say what happened.
struct AdaptiveIntegratorTests {
    /// A planet on an ellipse of eccentricity 0.3 after half a turn: the error falls as hᵖ.
    @Test(arguments: RungeKutta.all)
    func everyPairHasItsOrder(_ method: RungeKutta) {
        func error(_ steps: Int) -> Double {
            var (t, y) = (0.0, [0.7, 0.0, 0.0, (1.3 / 0.7).squareRoot()])
            var stepper = FixedStepper(method, dimension: 4, step: .pi / Double(steps))
            stepper.advance(&t, &y, steps: steps) { _, y, out in
                let r3 = pow(y[0] * y[0] + y[1] * y[1], 1.5)
                (out[0], out[1], out[2], out[3]) = (y[2], y[3], -y[0] / r3, -y[1] / r3)
            }
            return hypot(y[0] + 1.3, y[1])
        }
        let n = method.order == 8 ? 16 : 80
        let slope = log2(error(n) / error(2 * n))
        #expect(abs(slope - Double(method.order)) < (method.order == 8 ? 0.8 : 0.25), "\(method.name): \(slope)")
        // Time enters by the nodes: ∫ t^{p−1} is exact.
        var (t, y) = (0.0, [0.0])
        var stepper = FixedStepper(method, dimension: 1, step: 2)
        let power = method.order - 1
        stepper.advance(&t, &y, steps: 1) { t, _, out in out[0] = pow(t, Double(power)) }
        #expect(abs(y[0] / (pow(2, Double(method.order)) / Double(method.order)) - 1) < 1e-12)
    }

    @Test(arguments: RungeKutta.all)
    func tolerancesAreKept(_ method: RungeKutta) throws {
        for tolerance in [1e-5, 1e-8] {
            let solution = try AdaptiveIntegrator(method, relative: tolerance, absolute: tolerance).solve(
                from: [1, 0], at: [0, 1, 2.5, 10]
            ) { _, y, out in
                (out[0], out[1]) = (y[1], -y[0])
            }
            #expect(solution.times == [0, 1, 2.5, 10])
            for (t, y) in zip(solution.times, solution.states) {
                #expect(hypot(y[0] - cos(t), y[1] + sin(t)) < 300 * tolerance, "\(method.name) at \(t)")
            }
        }
    }

    @Test func eventsAreFound() throws {
        let crossing = AdaptiveIntegrator.Event(direction: -1) { _, y in y[0] }
        let end = AdaptiveIntegrator.Event(isFinal: true) { t, _ in t - 5 }
        let solution = try AdaptiveIntegrator(.dopri5, relative: 1e-10).solve(
            from: [1, 0], at: (0...10).map(Double.init), events: [crossing, end]
        ) { _, y, out in
            (out[0], out[1]) = (y[1], -y[0])
        }
        #expect(solution.events.map(\.event) == [0, 1])
        #expect(abs(solution.events[0].time - .pi / 2) < 1e-6 && solution.times.last == 5)
    }

    @Test func blowUpIsTimed() {
        do {
            _ = try AdaptiveIntegrator().solve(from: [1], at: [0, 2]) { _, y, out in out[0] = y[0] * y[0] }
            Issue.record("no error")
        } catch let error as IntegrationError {
            #expect(error.kind == .blowUp && abs(error.time - 1) < 1e-3)
        } catch { Issue.record("\(error)") }
    }

    @Test func stiffnessIsNamed() {
        func rate(_: Double, _ y: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>) {
            (out[0], out[1]) = (y[1], 1e5 * ((1 - y[0] * y[0]) * y[1] - y[0]))
        }
        do {
            _ = try AdaptiveIntegrator(.dopri5, relative: 1e-6).solve(from: [2, 0], at: [0, 1], rate)
            Issue.record("no error")
        } catch let error as IntegrationError {
            #expect(error.kind == .stiff("dopri5") && "\(error)".contains("esdirk3"))
        } catch { Issue.record("\(error)") }
    }

    /// Between steps that grow by a factor the error of the cubic grows by its fourth power; with steps of that length the method itself has no error here.
    @Test func denseOutputIsOfThirdOrder() throws {
        func worst(_ tolerance: Double) throws -> (error: Double, steps: Int) {
            var integrator = AdaptiveIntegrator(.bosh3, relative: tolerance, absolute: tolerance)
            integrator.isDense = true
            let solution = try integrator.solve(from: [1, 0], at: (0...4000).map { Double($0) / 400 }) { _, y, out in
                (out[0], out[1]) = (y[1], -y[0])
            }
            return (zip(solution.times, solution.states).map { abs($1[0] - cos($0)) }.max()!, solution.steps)
        }
        let (coarse, fine) = (try worst(1e-4), try worst(1e-7))
        let slope = log(coarse.error / fine.error) / log(Double(fine.steps) / Double(coarse.steps))
        #expect(abs(slope - 3) < 0.3 && fine.steps < 2000, "\(slope), \(coarse), \(fine)")
    }
}
