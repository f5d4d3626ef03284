// Losses: the errors are minus the gradient of the loss, known values are reproduced, and no finite output gives anything
// that is not finite. Catches a sign, a factor of ½ or 1/P in the wrong place, and overflow of exponentials.
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@Suite struct LossTests {
    static func labels(_ loss: Loss, samples: Int, outputs: Int) -> Matrix {
        Matrix(rows: samples, columns: outputs) { i, c in
            switch loss {
            case .squared: Double(i - c) / 3
            case .crossEntropy: outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % outputs == c ? 1 : 0)
            }
        }
    }

    /// Δ = −∂ℓ/∂f = −P·∂(mean)/∂f, by central differences of step 1e-4: error below h²ℓ‴/6 + 2ε/h ≈ 2e-9 + 1e-11.
    @Test(arguments: Loss.allCases, [1, 3])
    func errorsAreMinusTheGradient(loss: Loss, outputs: Int) {
        let samples = 5, step = 1e-4
        var stream = RandomStream(seed: 1, .test, outputs)
        let f = stream.normals(rows: samples, columns: outputs), y = Self.labels(loss, samples: samples, outputs: outputs)
        let errors = loss.errors(outputs: f, labels: y)
        for i in 0..<samples {
            for c in 0..<outputs {
                var (up, down) = (f, f)
                up[i, c] += step
                down[i, c] -= step
                let gradient = (loss.mean(outputs: up, labels: y) - loss.mean(outputs: down, labels: y)) / (2 * step)
                expectClose(errors[i, c], -Double(samples) * gradient, within: 1e-8, "\(loss), sample \(i), output \(c)")
            }
        }
    }

    /// Undecided outputs cost log 2 (two classes) and log C; the squared loss is half the mean of squares.
    @Test func knownValues() {
        let zero = Matrix(rows: 4, columns: 1)
        expectClose(
            Loss.crossEntropy.mean(outputs: zero, labels: Self.labels(.crossEntropy, samples: 4, outputs: 1)), 0.693147180559945,
            within: 1e-15)
        expectClose(
            Loss.crossEntropy.mean(
                outputs: Matrix(rows: 6, columns: 3, repeating: 7), labels: Self.labels(.crossEntropy, samples: 6, outputs: 3)),
            1.09861228866811, within: 1e-14)
        let f = Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4])
        #expect(Loss.squared.mean(outputs: f, labels: Matrix(rows: 2, columns: 2)) == 0.5 * (1 + 4 + 9 + 16) / 2)
    }

    /// Two outputs f and 0 with softmax are one output f with labels ±1.
    @Test func softmaxOfTwoIsTheBinaryLoss() {
        let f = [-30.0, -2, 0, 0.5, 40], y = [1.0, -1, -1, 1, -1]
        let one = Matrix(rows: 5, columns: 1, elements: f), sign = Matrix(rows: 5, columns: 1, elements: y)
        let two = Matrix(rows: 5, columns: 2) { $1 == 0 ? f[$0] : 0 }
        let hot = Matrix(rows: 5, columns: 2) { ($1 == 0) == (y[$0] > 0) ? 1 : 0 }
        expectClose(
            Loss.crossEntropy.mean(outputs: one, labels: sign), Loss.crossEntropy.mean(outputs: two, labels: hot), within: 1e-14)
        let single = Loss.crossEntropy.errors(outputs: one, labels: sign),
            double = Loss.crossEntropy.errors(outputs: two, labels: hot)
        for i in 0..<5 {
            expectClose(single[i, 0], double[i, 0], within: 1e-15)
            expectClose(double[i, 0] + double[i, 1], 0, within: 1e-15)
        }
    }

    @Test func softmaxIgnoresAShiftOfAllOutputs() {
        var stream = RandomStream(seed: 2, .test)
        let f = stream.normals(rows: 4, columns: 3), y = Self.labels(.crossEntropy, samples: 4, outputs: 3)
        let shifted = Matrix(rows: 4, columns: 3) { f[$0, $1] + 1000 }
        expectClose(
            Loss.crossEntropy.mean(outputs: f, labels: y), Loss.crossEntropy.mean(outputs: shifted, labels: y), within: 1e-12)
    }

    @Test(arguments: [1, 3])
    func extremeLogitsAreFinite(outputs: Int) {
        for scale in [1e3, 1e10, 1e300] {
            let f = Matrix(rows: 6, columns: outputs) { i, c in (i + c) % 3 == 0 ? scale : i % 2 == 0 ? -scale : 0 }
            let y = Self.labels(.crossEntropy, samples: 6, outputs: outputs)
            #expect(Loss.crossEntropy.mean(outputs: f, labels: y).isFinite)
            #expect(Loss.crossEntropy.errors(outputs: f, labels: y).elements.allSatisfy { Swift.abs($0) <= 1 })
        }
        // Certain and wrong costs the distance.
        let wrong = Matrix(rows: 1, columns: 1, repeating: -1e4), label = Matrix(rows: 1, columns: 1, repeating: 1)
        #expect(Loss.crossEntropy.mean(outputs: wrong, labels: label) == 1e4)
        #expect(Loss.crossEntropy.errors(outputs: wrong, labels: label)[0, 0] == 1)
    }
}
