import SaddleModels
import SaddleNumerics

extension HermiteSeries {
    /// Terms of a series that cannot be completed: enough for correlations up to about 0.97.
    private static let kinkedTerms = 800

    /// The first coefficients of an activation with kinks. They fall off like a power, so that ``reaches(with:tolerance:)`` ends below one.
    ///
    /// Quadrature in panels for each point, cut at its kinks, aₙ = √(q/n) dₙ₋₁ as elsewhere; mean squares by the double-exponential rule.
    /// What Parseval's sums lack is the tail.
    init(
        kinked activation: Activation, variances: [Double], moments: [(value: Double, slope: Double)], rule: KinkedQuadrature
    ) {
        struct Point: Sendable {
            let coefficients, valueTails, slopeTails: [Double]
        }
        let terms = Self.kinkedTerms
        let exact = (values: moments.map(\.value), slopes: moments.map(\.slope))
        let points = Threads.map(variances.count) { i in
            let q = max(variances[i], Self.smallestVariance), root = q.squareRoot()
            let (u, weights) = rule.standardForPolynomials(deviation: root)
            let φ = activation.valueAndDerivative(Matrix(rows: u.count, columns: 1) { k, _ in root * u[k] })
            var polynomials = WeightedHermite(nodes: u, weights: weights)
            let mean = variances[i] > 0 ? polynomials.average(φ.value.elements) : activation(Matrix(rows: 1, columns: 1))[0, 0]
            var coefficients = [mean]
            var (valueTails, slopeTails) = ([1.0], [1.0])
            var (value, slope) = (coefficients[0] * coefficients[0], 0.0)
            for n in 1..<terms {
                let d = polynomials.average(φ.derivative.elements)
                // What is left out from this term on, relative to the whole.
                valueTails.append(exact.values[i] > 0 ? max(0, 1 - value / exact.values[i]) : 0)
                slopeTails.append(exact.slopes[i] > 0 ? max(0, 1 - slope / exact.slopes[i]) : 0)
                coefficients.append(d * (q / Double(n)).squareRoot())
                value += coefficients[n] * coefficients[n]
                slope += d * d
                polynomials.advance()
            }
            valueTails.append(exact.values[i] > 0 ? max(0, 1 - value / exact.values[i]) : 0)
            slopeTails.append(exact.slopes[i] > 0 ? max(0, 1 - slope / exact.slopes[i]) : 0)
            return Point(coefficients: coefficients, valueTails: valueTails, slopeTails: slopeTails)
        }
        func largest(_ tails: (Point) -> [Double]) -> [Double] {
            points.reduce([Double](repeating: 0, count: terms + 1)) { zip($0, tails($1)).map { max($0, $1) } }
        }
        self.init(
            shape: .general, resolution: HermiteResolution(terms: terms),
            coefficients: Matrix(rows: points.count, columns: terms) { points[$0].coefficients[$1] },
            values: exact.values, slopes: exact.slopes, valueTails: largest(\.valueTails), slopeTails: largest(\.slopeTails))
    }
}
