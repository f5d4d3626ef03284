import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Draws of fields of several numbers of neurons beside what is exact at each of them.
///
/// Connected functions, and the derivative of the propagator at λ = 0, are exact at every N; at the coupling itself only d = 0 is. Powers of N are fitted to what the number of draws resolves, decided by theory beforehand.
public struct FieldCheck: Sendable {
    /// The exact side: propagators, connected functions and slopes.
    public let theory: NeuronFieldTheory
    /// Draws, one ensemble for each number of neurons.
    public let ensembles: [FieldEnsemble]
    /// Exponents of N of connected functions of four and six fields; nil where fewer than two sizes resolve them.
    public private(set) var powers: [(fields: Int, fit: PowerLaw)] = []
    /// At the last coupling: d = 0 exactly.
    public private(set) var check = Check()

    /// Compares as soon as it is made.
    ///
    /// - Parameter coupling: λ at which zero-dimensional fields are compared; one of the couplings of the ensembles.
    public init(_ theory: NeuronFieldTheory, _ ensembles: [FieldEnsemble], coupling: Double) {
        (self.theory, self.ensembles) = (theory, ensembles)
        let field = theory.field, line = field.line, g = theory.propagator(line[0], line[0])
        for e in ensembles {
            let n = Double(e.neurons), at = "N = \(e.neurons)", cumulants = e.cumulants
            add("⟨φ⁴⟩ connected", at, theory.fourth / n, cumulants.fourth)
            add("⟨φ⁶⟩ connected", at, theory.sixth / (n * n), cumulants.sixth, scale: g * g * g)
            let slopes = e.slopes.pairs, places = Set([0, line.count / 2, line.count - 1]).sorted()
            for j in places {
                let x = "\(at), distance \(NumberText.short(Double(j) * field.spacing))"
                add("⟨φφ⟩", x, theory.propagator(line[0], line[j]), e.pairs[j], scale: g)
                let here = theory.slope(line[0], line[0], neurons: n)
                add("d⟨φφ⟩/dλ", x, theory.slope(line[0], line[j], neurons: n), slopes[j], scale: abs(here))
            }
            if field.dimension == 0, let k = e.couplings.firstIndex(of: coupling), let measured = e.reweighted(k) {
                let exact = SinglePointField(mass: field.mass, amplitude: field.amplitude, neurons: n, coupling: coupling)
                add("⟨φφ⟩ at λ", at, exact.second, measured.pairs[0])
                add(
                    "⟨φ⁴⟩ connected at λ", at, exact.fourth - 3 * exact.second * exact.second, measured.fourth,
                    scale: exact.second * exact.second)
            }
        }
        for (fields, limit, noise) in [(4, theory.fourth, 24.0), (6, theory.sixth, 720)] {
            addPower(fields, limit, noise: noise.squareRoot() * (fields == 4 ? g * g : g * g * g))
        }
    }

    private mutating func add(
        _ quantity: String, _ place: String, _ predicted: Double, _ estimate: Estimate, scale: Double? = nil
    ) {
        check.add(
            .mean(
                quantity, at: place, predicted: predicted, measured: estimate.mean, scale: scale,
                uncertainties: [Uncertainty(estimate)]))
    }

    /// - Parameter noise: of one draw of a Gaussian field.
    private mutating func addPower(_ fields: Int, _ limit: Double, noise: Double) {
        let order = Double(fields / 2 - 1)
        var (sizes, values): ([Double], [Estimate]) = ([], [])
        for e in ensembles {
            let n = Double(e.neurons), size = abs(limit) * (0..<fields / 2 - 1).reduce(1.0) { value, _ in value / n }
            guard size > 6 * noise / Double(e.draws).squareRoot() else { continue }
            let measured = fields == 4 ? e.cumulants.fourth : e.cumulants.sixth, sign = limit < 0 ? -1.0 : 1
            sizes.append(n)
            values.append(Estimate(mean: sign * measured.mean, standardError: measured.standardError, count: measured.count))
        }
        guard sizes.count >= 2, values.allSatisfy({ $0.mean > 0 }) else { return }
        let fit = PowerLaw(x: sizes, y: values)
        powers.append((fields, fit))
        add("exponent of N, \(fields) fields", "N = \(Int(sizes[0]))…\(Int(sizes.last!))", -order, fit.exponent)
    }
}
