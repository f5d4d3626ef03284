import Foundation
import Numerics
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Dynamic mode decomposition against systems whose Koopman eigenvalues are known in closed form.
@Suite struct KoopmanTests {
    /// Random states and their images.
    private func pairs(_ count: Int, _ map: (Double, Double) -> (Double, Double)) -> (before: Matrix, after: Matrix) {
        var stream = RandomStream(seed: 1, .test)
        let before = stream.normals(rows: count, columns: 2)
        return (
            before,
            Matrix(rows: count, columns: 2) { i, j in
                let y = map(before[i, 0], before[i, 1])
                return j == 0 ? y.0 : y.1
            }
        )
    }

    private func model(
        _ pairs: (before: Matrix, after: Matrix), _ dictionary: KoopmanDictionary, method: KoopmanModel.Method = .exact
    ) throws -> KoopmanModel {
        let functions = dictionary.functions(for: pairs.before)
        return try KoopmanModel(
            before: functions.values(pairs.before), after: functions.values(pairs.after), states: pairs.before, method: method,
            isScaled: !dictionary.isLinear)
    }

    /// ẋ₁ = μx₁, ẋ₂ = λ(x₂ − x₁²), by its exact flow over δt: x₁, x₂, x₁² are closed, with e^{μδt}, e^{λδt}, e^{2μδt}.
    @Test(arguments: KoopmanModel.Method.allCases) func slowManifold(method: KoopmanModel.Method) throws {
        let (μ, λ, δt) = (-0.05, -1.0, 0.3), b = λ / (λ - 2 * μ)
        let data = pairs(60) { x, y in (x * exp(μ * δt), (y - b * x * x) * exp(λ * δt) + b * x * x * exp(2 * μ * δt)) }
        let found = try model(data, .monomials([[1, 0], [0, 1], [2, 0]]), method: method)
        let rates = found.eigen.values.map { log($0.real) / δt }.sorted()
        for (a, b) in zip(rates, [λ, 2 * μ, μ]) { #expect(abs(a - b) < 1e-12) }
        #expect(found.residuals.allSatisfy { $0 < 1e-13 })
        // Without x₁² the functions are not closed: a residual says so.
        #expect(try model(data, .linear).residuals.max()! > 0.05)
        #expect(try model(data, .linear).residuals.min()! < 1e-13)
    }

    @Test(arguments: [KoopmanModel.Method.exact, .totalLeastSquares]) func linearSystems(method: KoopmanModel.Method) throws {
        var states = Matrix(rows: 12, columns: 2)
        (states[0, 0], states[0, 1]) = (1, 0.3)
        for t in 1..<12 {
            (states[t, 0], states[t, 1]) = (states[t - 1, 0] - 2 * states[t - 1, 1], states[t - 1, 0] - states[t - 1, 1])
        }
        var settings = KoopmanMeasurement.Settings()
        settings.method = method
        let found = try KoopmanMeasurement(KoopmanSeries(states), settings)
        for mode in found.modes {
            #expect(abs(mode.value.real) < 1e-13 && abs(abs(mode.value.imaginary) - 1) < 1e-13 && mode.residual < 1e-13)
        }
        #expect(found.forecastError! < 1e-12 && found.persistenceError! > 0.5)
        // ±i have the same square.
        settings.method = .forwardBackward
        #expect(throws: KoopmanError.self) { try KoopmanMeasurement(KoopmanSeries(states), settings) }
    }

    /// x ← Ax with eigenvalues 0.9 and 0.8: polynomials of degree 3 have all products 0.9ⁱ0.8ʲ up to i + j = 3.
    @Test func productsOfEigenvalues() throws {
        let data = pairs(200) { x, y in (0.9 * x - 0.1 * y, 0.8 * y) }
        let found = try model(data, .polynomials(degree: 3))
        var products: [Double] = []
        for i in 0...3 { for j in 0...3 - i { products.append(pow(0.9, Double(i)) * pow(0.8, Double(j))) } }
        #expect(found.eigen.values.count == 10 && KoopmanDictionary.polynomials(degree: 3).count(of: 2) == 10)
        for (a, b) in zip(found.eigen.values.map(\.real).sorted(), products.sorted()) { #expect(abs(a - b) < 1e-11) }
        // Of the linear functions the two alone.
        for (a, b) in zip(try model(data, .linear).eigen.values.map(\.real).sorted(), [0.8, 0.9]) { #expect(abs(a - b) < 1e-13) }
    }

    @Test func entropies() throws {
        let n = 7
        #expect(abs(try KernelMeasures.vonNeumannEntropy(ofFeatures: .identity(n)) - log(Double(n))) < 1e-14)
        let line = Matrix(rows: 9, columns: 4) { Double($0 + 1) * Double($1 + 2) }
        #expect(abs(try KernelMeasures.vonNeumannEntropy(ofFeatures: line)) < 1e-13)
        #expect(abs(KernelMeasures.vonNeumannEntropy(eigenvalues: [3, 1]) - (2 * log(2) - 0.75 * log(3))) < 1e-15)
    }

    /// A standing wave is one shape times cos ωt: one sample does not hold its phase. With a delay its eigenvalues are e^{±iω}.
    @Test func standingWavesNeedDelays() throws {
        let ω = 0.37, shape = [1.0, -0.4, 0.2]
        let series = try KoopmanSeries(Matrix(rows: 80, columns: 3) { cos(ω * Double($0)) * shape[$1] })
        var settings = KoopmanMeasurement.Settings()
        let without = try KoopmanMeasurement(series, settings)
        #expect(without.oneStepError > 0.3 && without.oneStepErrorWithDelay! < 1e-10 && without.modes.count == 1)
        settings.delays = 1
        let with = try KoopmanMeasurement(series, settings)
        #expect(with.modes.count == 2 && with.forecastError! < 1e-9)
        for mode in with.modes {
            #expect((mode.value - .exp(Complex(0, ω * (mode.value.imaginary > 0 ? 1 : -1)))).length < 1e-11)
        }
        #expect(abs(abs(with.rate(of: with.modes[0]).imaginary) - ω) < 1e-11)
    }

    /// A rotation seen through noise, 100 series: the exact fit shrinks its eigenvalues by 1/(1 + 2σ²), the others do not; a share of σ⁴ and of σ²/n is allowed for.
    @Test func noiseDoesNotBiasTheVariants() throws {
        let σ = 0.25, ω = 0.4, n = 300
        var moduli: [KoopmanModel.Method: [Double]] = [:]
        for draw in 0..<60 {
            var stream = RandomStream(seed: 3, .test, draw)
            let states = Matrix(rows: n, columns: 2) { t, j in
                (j == 0 ? cos(ω * Double(t)) : sin(ω * Double(t))) + σ * stream.normal()
            }
            let pairs = (states.selectingRows(Array(0..<n - 1)), states.selectingRows(Array(1..<n)))
            for method in KoopmanModel.Method.allCases {
                moduli[method, default: []].append(try model(pairs, .linear, method: method).eigen.values[0].length)
            }
        }
        let shrunk = 1 / (1 + 2 * σ * σ)
        expectConsistent(Estimate(moduli[.exact]!), with: shrunk, seeing: 0.01, allowance: 0.003)
        expectConsistent(Estimate(moduli[.forwardBackward]!), with: 1, seeing: 0.01, allowance: 0.003)
        expectConsistent(Estimate(moduli[.totalLeastSquares]!), with: 1, seeing: 0.01, allowance: 0.003)
    }

    /// Of a rotation, sampled over whole periods: the distance from z to the spectrum.
    @Test func pseudospectrumOfANormalOperator() throws {
        let n = 40
        let states = Matrix(rows: n + 1, columns: 2) { t, j in
            let angle = 2 * .pi * Double(t) / Double(n) * 3
            return j == 0 ? cos(angle) : sin(angle)
        }
        let found = try model((states.selectingRows(Array(0..<n)), states.selectingRows(Array(1...n))), .linear)
        for z in [Complex(0.5, 0.2), Complex(-1, 0.7), Complex(0.3, 0), Complex(0, -1.2)] {
            let distance = found.eigen.values.map { ($0 - z).length }.min()!
            #expect(abs(try found.pseudospectrum(z) - distance) < 1e-12)
        }
        #expect(try found.pseudospectrum(found.eigen.values[0]) < 1e-7)
    }

    /// Of any operator: what random functions reach, and no less than the SVD of a real shift says.
    @Test func pseudospectrumOfAnyOperator() throws {
        let data = pairs(30) { x, y in (0.9 * x - 2 * y + 0.1 * x * y, 0.5 * y) }
        let found = try model(data, .affine)
        let functions = KoopmanDictionary.affine.functions(for: data.before)
        let (u, s, v) = try functions.values(data.before).singularValueDecomposition()
        var after = functions.values(data.after) * v.ᵀ
        after.scaleColumns(by: s.map { 1 / $0 })
        for z in [0.3, -0.8, 1.1] {
            var shifted = after
            shifted.add(u, scale: -z)
            let least = try shifted.singularValueDecomposition().values.last!
            #expect(abs(try found.pseudospectrum(Complex(z)) - least) < 1e-8)
        }
    }

    /// Fourier and random functions hold the coordinates, so that linear systems keep their eigenvalues with residual 0 among those of the others.
    @Test(arguments: [KoopmanDictionary.fourier(order: 2), .random(count: 20, scale: 1, seed: 1), .affine])
    func dictionariesHoldTheCoordinates(dictionary: KoopmanDictionary) throws {
        let data = pairs(400) { x, y in (0.9 * x - 0.1 * y, 0.8 * y) }
        let found = try model(data, dictionary)
        #expect(found.functions == dictionary.count(of: 2))
        for value in [1, 0.9, 0.8] {
            let near = zip(found.eigen.values, found.residuals).min {
                ($0.0 - Complex(value)).length < ($1.0 - Complex(value)).length
            }!
            #expect((near.0 - Complex(value)).length < 1e-9 && near.1 < 1e-9, "\(value): \(near)")
        }
        #expect(dictionary == .affine || found.residuals.max()! > 0.01)
    }

    @Test func refusals() throws {
        func words(_ body: () throws -> Void) -> String { do { try body(); return "" } catch { return "\(error)" } }
        let line = Matrix(rows: 6, columns: 1) { i, _ in Double(i * i) }
        #expect(words { _ = try KoopmanSeries(Matrix(rows: 2, columns: 1) { i, _ in Double(i) }) }.contains("has 2 states"))
        #expect(words { _ = try KoopmanSeries(Matrix(rows: 9, columns: 2, repeating: 3)) }.contains("all 9 states are equal"))
        #expect(
            words { _ = try KoopmanSeries(line, times: [0, 1, 2, 3.5, 4, 5]) }.contains("rows 2 and 3 (from 0) are 1.5 apart"))
        #expect(words { _ = try KoopmanSeries(line, times: [0, 1, 2, 2, 4, 5]) }.contains("does not come after"))
        #expect(try KoopmanSeries(line, times: [0, 0.1, 0.2, 0.1 * 3, 0.4, 0.5]).interval == 0.1)
        var settings = KoopmanMeasurement.Settings()
        settings.delays = 4
        #expect(words { _ = try KoopmanMeasurement(KoopmanSeries(line), settings) }.contains("expected at least 8"))
        settings.delays = 0
        settings.dictionary = .polynomials(degree: 20)
        let wide = Matrix(rows: 6, columns: 8) { Double($0 * $0 + $1) }
        #expect(words { _ = try KoopmanMeasurement(KoopmanSeries(wide), settings) }.contains("expected at most 1500"))
    }
}
