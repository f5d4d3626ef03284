import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Criticality {
    /// φ = a₊x for x > 0 and a₋x for x < 0: C_W = 2/(a₊² + a₋²), C_b = 0.
    static func scaleInvariantPoint(of activation: Activation) -> CriticalPoint? {
        var slopes: [Double] = []
        for sign in [1.0, -1] {
            let x = (-8...8).map { sign * 3.7 * pow(2, Double($0)) }
            let ratios = zip(values(of: activation, at: x), x).map { $0 / $1 }
            let slope = ratios[8]
            if !ratios.allSatisfy({ abs($0 - slope) <= 1e-14 * abs(slope) }) { return nil }
            slopes.append(slope)
        }
        let meanSquare = (slopes[0] * slopes[0] + slopes[1] * slopes[1]) / 2
        if meanSquare == 0 { return nil }
        return CriticalPoint(weightVariance: 1 / meanSquare, biasVariance: 0, kernel: nil, curvature: 0, slope: 0)
    }

    /// K* = 0, C_W = 1/φ′(0)², C_b = 0, for smooth activations with φ(0) = 0 ≠ φ′(0).
    static func addVanishingKernel(
        of activation: Activation, _ points: inout [CriticalPoint], _ remarks: inout [String]
    ) {
        let zero = Matrix(rows: 1, columns: 1)
        let (value, σ1) = (activation(zero)[0, 0], activation.derivative(zero)[0, 0])
        if activation.kinks.contains(0) {
            remarks.append("K* = 0 is not examined: the expansion there needs an activation without a kink at 0")
        } else if abs(σ1) < 1e-14 {
            return
        } else if abs(value) < 1e-14 {
            let σ2 = activation.secondDerivative(zero)[0, 0] / σ1
            let σ3 = thirdDerivative(of: activation) / σ1
            points.append(
                CriticalPoint(
                    weightVariance: 1 / (σ1 * σ1), biasVariance: 0, kernel: 0, curvature: σ3 + 0.75 * σ2 * σ2,
                    slope: σ3 + σ2 * σ2))
        } else if abs(activation.secondDerivative(zero)[0, 0]) < 1e-14 {
            remarks.append(
                """
                χ_∥ = χ_⊥ as K → 0, with C_W = \(1 / (σ1 * σ1)); but φ(0) ≠ 0, so K* = 0 would need a negative bias variance, \
                C_b = \(-value * value / (σ1 * σ1))
                """)
        }
    }

    /// Solutions K* > 0 of χ_∥ = χ_⊥.
    static func addFixedPoints(
        of activation: Activation, _ points: inout [CriticalPoint], _ remarks: inout [String]
    ) throws(CriticalityError) {
        // Equal up to rounding, as where φ is a straight line as far as h reaches, has no sign.
        func difference(_ kernel: Double) throws(CriticalityError) -> Double {
            let m = try ActivationAverages(of: activation, kernel: kernel), difference = m.squareDerivative - m.slopeSquare
            return abs(difference) <= 1e-13 * m.slopeSquare ? 0 : difference
        }
        var previous: (kernel: Double, difference: Double)?
        var (changes, isPositive) = (0, false)
        for i in -64...64 {
            let kernel = pow(10, Double(i) / 16)
            let here: (kernel: Double, difference: Double)
            do { here = (kernel, try difference(kernel)) } catch {
                if previous != nil, case .average(_, _, .notFinite) = error { break }
                throw error
            }
            if here.difference == 0 { continue }
            isPositive = here.difference > 0
            if let below = previous, (below.difference > 0) != isPositive {
                changes += 1
                let root = try bracketedRoot(below.kernel, kernel, difference)
                let m = try ActivationAverages(of: activation, kernel: root)
                let weightVariance = 1 / m.slopeSquare
                let biasVariance = root - weightVariance * m.square
                if biasVariance < 0 {
                    remarks.append("χ_∥ = χ_⊥ at K = \(root), but it is a fixed point only for C_b = \(biasVariance) < 0")
                } else {
                    points.append(
                        CriticalPoint(
                            weightVariance: weightVariance, biasVariance: biasVariance, kernel: root,
                            curvature: weightVariance * m.squareSecondDerivative / 2,
                            slope: weightVariance * m.slopeSquareDerivative))
                }
            }
            previous = here
        }
        if let last = previous, changes == 0 && points.isEmpty {
            let range = "every K from 1e-4 to \(last.kernel == 1e4 ? "1e4" : "\(last.kernel), where averages overflow")"
            remarks.append("χ_∥ \(isPositive ? "exceeds" : "is below") χ_⊥ at \(range)")
        }
    }

    /// φ‴(0) from differences of φ″ at steps ½, ¼, …, extrapolated to step 0: the entry of the table that differs least from
    /// its neighbours, whatever the scale of φ. Source: Ridders, "Accurate computation of F′(x) and F′(x)F″(x)" (1982).
    private static func thirdDerivative(of activation: Activation) -> Double {
        let steps = (1...14).map { pow(2, -Double($0)) }
        let x = Matrix(rows: 1, columns: 2 * steps.count, elements: steps + steps.map(-))
        let second = activation.secondDerivative(x).elements
        var (best, uncertainty) = (0.0, Double.infinity)
        var row: [Double] = []
        for (k, step) in steps.enumerated() {
            var next = [(second[k] - second[k + steps.count]) / (2 * step)]
            for (j, above) in row.enumerated() {
                next.append(next[j] + (next[j] - above) / (pow(4, Double(j + 1)) - 1))
                let change = max(abs(next[j + 1] - next[j]), abs(next[j + 1] - above))
                if change < uncertainty { (best, uncertainty) = (next[j + 1], change) }
            }
            row = next
        }
        return best
    }

    private static func values(of activation: Activation, at x: [Double]) -> [Double] {
        activation(Matrix(rows: x.count, columns: 1, elements: x)).elements
    }
}
