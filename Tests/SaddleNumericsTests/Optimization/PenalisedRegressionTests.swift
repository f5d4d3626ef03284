import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// The conditions of a stationary point, computed from the solution alone, and what each penalty and loss is for.
@Suite struct PenalisedRegressionTests {
    private let x: Matrix
    private let truth = [2.0, 0, -1.5, 0, 0, 0.8, 0, 0, 0, 0]

    init() {
        var stream = RandomStream(seed: 1, .test)
        var x = stream.normals(rows: 150, columns: 10)
        for i in 0..<150 { x[i, 1] = 0.7 * x[i, 0] + 0.7 * x[i, 1] }
        for i in 0..<150 { x[i, 9] = 4 }
        self.x = x
    }

    private func predictors(noise: Double) -> [Double] {
        var stream = RandomStream(seed: 2, .test)
        return (0..<150).map { i in truth.indices.reduce(noise * stream.normal()) { $0 + truth[$1] * x[i, $1] } }
    }

    private func standardised() -> [[Double]] {
        (0..<10).map { j in
            let column = (0..<150).map { x[$0, j] }, mean = column.reduce(0, +) / 150
            let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 150).squareRoot()
            return column.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
        }
    }

    /// −∇ of the mean loss equals the penalty's slope where a coefficient is not zero, and is no larger than λ where it is.
    @Test(arguments: PenalisedRegression.Loss.allCases, [Penalty.lasso, .mcp(), .scad()])
    func stationary(loss: PenalisedRegression.Loss, penalty: Penalty) {
        let η = predictors(noise: 1)
        var stream = RandomStream(seed: 3, .test)
        let y = loss == .logistic ? η.map { stream.uniform() < 1 / (1 + exp(-$0)) ? 1 : 0 } : η
        var settings = PenalisedRegression.Settings()
        (settings.loss, settings.penalty, settings.count, settings.tolerance) = (loss, penalty, 12, 1e-9)
        (settings.ratio, settings.maximalSweeps) = (0.05, 20_000)
        let path = PenalisedRegression(.init(x), y, settings), columns = standardised()
        let v = loss == .logistic ? 0.25 : 1
        #expect(path.solutions.count == 12 && path.solutions.allSatisfy(\.converged))
        #expect(path.solutions[0].coefficients.isEmpty && path.solutions.last!.coefficients.count >= 3)
        for solution in path.solutions {
            func pull(_ i: Int) -> Double {
                let fit = solution.coefficients.reduce(solution.intercept) { $0 + $1.value * columns[$1.key][i] }
                switch loss {
                case .squared: return y[i] - fit
                case .logistic: return y[i] - 1 / (1 + exp(-fit))
                case .huber: return min(max(y[i] - fit, -solution.delta!), solution.delta!)
                }
            }
            let pulls = (0..<150).map(pull)
            expectClose(pulls.reduce(0, +) / 150, 0, within: 1e-7)
            for j in 0..<10 {
                let force = zip(columns[j], pulls).reduce(0) { $0 + $1.0 * $1.1 } / 150
                if let b = solution.coefficients[j] {
                    let slope = penalty.slope(v * b, strength: solution.strength) * (b < 0 ? -1 : 1)
                    expectClose(force, slope, within: 1e-7, "\(j)")
                } else {
                    #expect(abs(force) <= solution.strength + 1e-7)
                }
            }
        }
    }

    /// Without noise MCP finds the very coefficients where the lasso shrinks them.
    @Test func unbiased() {
        let y = predictors(noise: 0), columns = standardised()
        func last(_ penalty: Penalty) -> [Int: Double] {
            var settings = PenalisedRegression.Settings()
            (settings.penalty, settings.ratio, settings.count) = (penalty, 0.1, 10)
            return PenalisedRegression(.init(x), y, settings).solutions.last!.coefficients
        }
        let deviation = (0..<150).reduce(0) { $0 + pow(x[$1, 2], 2) / 150 } - pow((0..<150).reduce(0) { $0 + x[$1, 2] / 150 }, 2)
        expectClose(last(.mcp())[2]!, truth[2] * deviation.squareRoot(), within: 1e-5)
        #expect(abs(last(.lasso)[2]!) < 0.95 * abs(truth[2] * deviation.squareRoot()))
        #expect(columns.count == 10)
    }

    /// A tenth of the targets a hundred times too large: Huber's loss still finds the three columns first, the squared loss does not.
    @Test func outliers() {
        var y = predictors(noise: 0.3)
        var stream = RandomStream(seed: 4, .test)
        for i in stride(from: 0, to: 150, by: 10) { y[i] = 100 * stream.normal() }
        func first(_ loss: PenalisedRegression.Loss) -> Set<Int> {
            var settings = PenalisedRegression.Settings()
            (settings.loss, settings.enough) = (loss, 3)
            return Set(PenalisedRegression(.init(x), y, settings).entered.prefix(3))
        }
        #expect(first(.huber) == [0, 2, 5])
        #expect(first(.squared) != [0, 2, 5])
    }

    @Test func nothingToSelect() {
        let path = PenalisedRegression(.init(x), [Double](repeating: 3, count: 150), .init())
        #expect(path.solutions.isEmpty && path.entered.isEmpty)
        #expect(!PenalisedRegression(.init(x), predictors(noise: 1), .init()).entered.contains(9))
    }
}
