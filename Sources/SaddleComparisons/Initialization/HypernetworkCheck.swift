import SaddleNetworks
import SaddleNumerics
import SaddleTheory

package enum HypernetworkCheck {
    /// Means over finite hypernetworks, extrapolated to infinite widths of both networks, beside theory.
    package static func check(
        _ theory: HypernetworkSurvey, _ measured: HypernetworkEnsemble, _ metaWidths: [Int], _ primaryWidths: [Int]
    ) -> Check {
        let meta = SizeExtrapolation(sizes: metaWidths), primary = SizeExtrapolation(sizes: primaryWidths)
        func number(
            _ quantity: String, _ place: String, _ predicted: Double, _ estimate: (HypernetworkEnsemble.Cell) -> Estimate
        ) -> CheckedNumber {
            let lists = primaryWidths.indices.map { i in
                metaWidths.indices.map { estimate(measured.cells[$0 * primaryWidths.count + i]) }
            }
            return .mean(quantity, at: place, predicted: predicted, measured: lists, first: meta, second: primary)
        }
        var check = Check([number("tangent kernel", "x = 1, z = 1", theory.kernels.tangent[0, 0]) { $0.mean }])
        for (k, profile) in theory.profiles.enumerated() {
            for (i, γ) in HypernetworkSurvey.places.enumerated() {
                check.add(
                    number("signal, encoding \(profile.encoding.rawValue)", "γ = \(NumberText.short(γ))", profile.outputs[i]) {
                        $0.signals[k][i]
                    })
            }
        }
        return check
    }
}
