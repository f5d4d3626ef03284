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

// Cumulants of fields of neurons against closed forms, the propagator with and without its cut-off, the first order in λ against the exact integral in
// d = 0. Would catch a missing pairing, a factor of the law of momenta, a cumulant that is a moment.

private func field(
    _ dimension: Int, _ weighting: NeuronField.Weighting = .momenta, _ amplitude: NeuronField.Amplitude = .sign,
    mass: Double = 1.3
) -> NeuronField {
    var field = NeuronField()
    (field.dimension, field.weighting, field.amplitude, field.mass, field.points) = (dimension, weighting, amplitude, mass, 6)
    return field
}

@Suite struct NeuronFieldTheoryTests {
    /// Constant s: excess kurtosis ±3/2 over N, and ⟨φ⁶⟩_c = 10G³/N² for signs, 0 for Gaussian amplitudes.
    @Test(arguments: [0, 1, 2])
    func constantAmplitudes(dimension: Int) {
        let sign = NeuronFieldTheory(field(dimension)), gaussian = NeuronFieldTheory(field(dimension, .momenta, .gaussian))
        expectClose(sign.kurtosis, -1.5, within: 1e-12)
        expectClose(gaussian.kurtosis, 1.5, within: 1e-12)
        let g = sign.propagator(0, 0)
        expectClose(sign.sixth / (g * g * g), 10, within: 1e-11)
        expectClose(gaussian.sixth / (g * g * g), 0, within: 1e-11)
    }

    /// G(0) = artan(Λ/m)/πm and log(1 + Λ²/m²)/4π, for every weighting; amplitudes that vary raise the kurtosis.
    @Test(arguments: NeuronField.Weighting.allCases)
    func closedForms(weighting: NeuronField.Weighting) {
        let one = field(1, weighting), two = field(2, weighting)
        expectClose(NeuronFieldTheory(one).propagator(2, 2), atan(10 / 1.3) / (Double.pi * 1.3), within: 1e-13)
        expectClose(NeuronFieldTheory(two).propagator(2, 2), log(1 + 100 / 1.69) / (4 * Double.pi), within: 1e-13)
        expectClose(
            NeuronFieldTheory(two).propagator(0, 9), NeuronFieldTheory(field(2)).propagator(0, 9), within: 1e-13)
        #expect(
            NeuronFieldTheory(one).kurtosis >= -1.5 - 1e-12 && (weighting == .momenta || NeuronFieldTheory(one).kurtosis > -1.4))
    }

    /// Without cut-off e^{−mr}/2m; its error is 1/πΛ at r = 0 and of the next order beyond. In two dimensions K₀(mr)/2π.
    @Test func cutoff() {
        func error(_ Λ: Double, _ j: Int) -> Double {
            var wide = field(1)
            wide.cutoff = Λ
            let m = wide.mass, r = Double(j) * wide.spacing
            return exp(-m * r) / (2 * m) - NeuronFieldTheory(wide).propagator(0, j)
        }
        expectClose(error(200, 0) * Double.pi * 200, 1, within: 1e-3)
        for j in 1...3 { #expect(abs(error(200, j)) < 2e-5 && abs(error(20, j)) > 1e-5) }
        var plane = field(2, mass: 1)
        (plane.cutoff, plane.box, plane.points) = (300, 2, 2)
        // K₀(1) = 0.42102443824070833
        expectClose(NeuronFieldTheory(plane).propagator(0, 1), 0.42102443824070833 / (2 * Double.pi), within: 5e-5)
    }

    /// The exact integral of N neurons has the slope that the cumulants of up to six fields give.
    @Test(arguments: NeuronField.Amplitude.allCases, [1.0, 3, .infinity])
    func slopeInNoDimension(amplitude: NeuronField.Amplitude, neurons: Double) {
        let theory = NeuronFieldTheory(field(0, .momenta, amplitude)), g = theory.propagator(0, 0)
        func slope(_ λ: Double) -> Double {
            (SinglePointField(mass: 1.3, amplitude: amplitude, neurons: neurons, coupling: λ).second - g) / λ
        }
        // Freed of the next two orders.
        let h = 1e-4, extrapolated = (8 * slope(h) - 6 * slope(2 * h) + slope(4 * h)) / 3
        expectClose(extrapolated, theory.slope(0, 0, neurons: neurons), within: 2e-4 * g * g * g)
        if neurons == .infinity {
            expectClose(theory.slope(0, 0, neurons: neurons), -12 * g * g * g, within: 1e-12)
            expectClose(theory.slopeOfFourth(0), -24 * pow(g, 4), within: 1e-12)
        }
    }

    /// Averages over phases and amplitudes themselves.
    @Test func integral() throws {
        let (λ, m) = (0.7, 0.8)
        let gaussian = try GaussianQuadrature.averages(of: 3) { u, out in
            let n = u.count
            for j in 0..<n {
                let φ = u[j] / m, w = exp(-λ * pow(φ, 4))
                (out[j], out[n + j], out[2 * n + j]) = (w, w * φ * φ, w * pow(φ, 4))
            }
        }
        let limit = SinglePointField(mass: m, amplitude: .sign, neurons: .infinity, coupling: λ)
        expectClose(limit.second, gaussian[1] / gaussian[0], within: 1e-12)
        expectClose(limit.fourth, gaussian[2] / gaussian[0], within: 1e-12)
        // Two neurons with signs: φ = (cos b + cos b′)/m.
        var sums = [0.0, 0.0]
        for i in 0..<200 {
            for j in 0..<200 {
                let φ = (cos(Double.pi * (Double(i) + 0.3) / 100) + cos(Double.pi * (Double(j) + 0.6) / 100)) / m,
                    w = exp(-λ * pow(φ, 4))
                sums[0] += w
                sums[1] += w * φ * φ
            }
        }
        let two = SinglePointField(mass: m, amplitude: .sign, neurons: 2, coupling: λ)
        expectClose(two.second, sums[1] / sums[0], within: 1e-12)
        // One Gaussian amplitude: φ = √2 a cos b/m.
        var one = [0.0, 0.0]
        for i in 0..<400 {
            let c = 2.0.squareRoot() * cos(Double.pi * (Double(i) + 0.5) / 400) / m
            let average = try GaussianQuadrature.averages(of: 2) { u, out in
                let n = u.count
                for j in 0..<n {
                    let φ = c * u[j], w = exp(-λ * pow(φ, 4))
                    (out[j], out[n + j]) = (w, w * φ * φ)
                }
            }
            one = [one[0] + average[0], one[1] + average[1]]
        }
        let single = SinglePointField(mass: m, amplitude: .gaussian, neurons: 1, coupling: λ)
        expectClose(single.second, one[1] / one[0], within: 1e-12)
    }

    /// Where first order and no correction are equally far from the exact value.
    @Test func usefulCoupling() {
        let λ = SinglePointField.usefulCoupling
        let exact = SinglePointField(mass: 1, amplitude: .sign, neurons: .infinity, coupling: λ).second
        expectClose(exact - (1 - 12 * λ), 1 - exact, within: 1e-9)
        #expect(λ > 0.03 && λ < 0.1)
    }
}
