import Foundation
import SaddleNumerics
import Testing

/// Its order, that stiff components are damped, and a problem that explicit methods refuse.
struct ImplicitIntegratorTests {
    @Test func order() throws {
        func error(_ tolerance: Double) throws -> (Double, Int) {
            let solution = try ImplicitIntegrator(relative: tolerance, absolute: tolerance).solve(from: [1, 0], at: [0, 5]) {
                _, y, out in
                (out[0], out[1]) = (y[1], -y[0])
            }
            return (hypot(solution.states[1][0] - cos(5), solution.states[1][1] + sin(5)), solution.steps)
        }
        let (coarse, fine) = (try error(1e-4), try error(1e-7))
        // Error against the number of steps: third order.
        let slope = log(coarse.0 / fine.0) / log(Double(fine.1) / Double(coarse.1))
        #expect(abs(slope - 3) < 0.35, "\(slope), \(coarse), \(fine)")
    }

    /// The problem of Prothero and Robinson: steps are those of the slow solution.
    @Test func stiffComponentsAreDamped() throws {
        let solution = try ImplicitIntegrator(relative: 1e-6, absolute: 1e-8).solve(from: [2], at: [0, 3]) { t, y, out in
            out[0] = -1e7 * (y[0] - cos(t)) - sin(t)
        }
        #expect(abs(solution.states[1][0] - cos(3)) < 1e-6 && solution.steps < 500)
    }

    @Test func vanDerPol() throws {
        let solution = try ImplicitIntegrator(relative: 1e-7, absolute: 1e-9).solve(from: [2, 0], at: [0, 1, 2]) { _, y, out in
            (out[0], out[1]) = (y[1], 1e6 * ((1 - y[0] * y[0]) * y[1] - y[0]))
        }
        // Hairer and Wanner's reference values.
        #expect(abs(solution.states[1][0] + 1.863646254808130) < 1e-4 && abs(solution.states[2][0] - 1.706167732170456) < 1e-4)
    }
}
