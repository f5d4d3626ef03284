import Foundation
import SaddleMeasures
import SaddleNumerics

/// Tables of losses against sizes of models and data, made from a known law, with the traps of published ones.
struct ResourceTableMaker: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case plain
        /// Student's law with three degrees of freedom.
        case heavyTails = "heavy tails"
        /// Small runs scatter three times as much as large ones.
        case heteroscedastic
        /// A quarter of the rows.
        case fewRows = "few rows"
        /// Five rows of the least data for each parameter lie above the law.
        case outliers
        /// Thirteen rows.
        case thirteenRows = "thirteen rows"
    }

    static let law = TwoResourceLaw(
        floor: 1.82, sizeAmplitude: 480, dataAmplitude: 2080, sizeExponent: 0.348, dataExponent: 0.366)

    /// 245 rows: nine budgets from 6e18 to 3e21, sizes from 44 million to 16 thousand million, five rows of very little data.
    static func rows(_ kind: Kind, seed: Int, noise: Double = 0.008) -> [ResourceTable.Row] {
        var stream = RandomStream(seed: seed, .test, 245), rows: [ResourceTable.Row] = []
        let budgets = [6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21]
        var places: [(size: Double, data: Double)] = []
        for k in 0..<240 {
            let c = budgets[k % 9] * exp(0.02 * stream.normal()), best = law.allocation(compute: c).size
            let size = min(max(best * exp(3 * (stream.uniform() - 0.5)), 4.4e7), 1.6e10)
            places.append((size, c / 6 / size))
        }
        for k in 0..<5 { places.append((1e9 * exp(0.25 * Double(k)), 2.5e8 * exp(0.12 * Double(k)))) }
        var line = 2
        for (k, place) in places.enumerated() {
            defer { line += 1 }
            if kind == .fewRows && k % 4 != 0 { continue }
            if kind == .thirteenRows && k % 19 != 0 { continue }
            var z = stream.normal()
            if kind == .heavyTails {
                let chi = (0..<3).reduce(0.0) { sum, _ in
                    let x = stream.normal()
                    return sum + x * x
                }
                z /= (chi / 3).squareRoot()
            }
            if kind == .heteroscedastic { z *= place.size < 1e9 ? 1.5 : 0.5 }
            let excess = kind == .outliers && k >= 240 ? 0.1 + 0.01 * Double(k - 240) : 0
            rows.append(
                .init(
                    line: line, size: place.size, data: place.data,
                    loss: law(size: place.size, data: place.data) * exp(noise * z + excess)))
        }
        return rows
    }

    static func csv(_ rows: [ResourceTable.Row]) -> String {
        "params,tokens,loss\n" + rows.map { "\($0.size),\($0.data),\($0.loss)\n" }.joined()
    }
}
