import SaddleModels
import SaddleNumerics
import SaddleReport

/// Means over finite hypernetworks, extrapolated to infinite widths of both networks, beside theory.
struct HypernetworkCheck: Sendable {
    let check: Check

    init(_ study: HypernetworkStudy, _ theory: HypernetworkTopic.Theory, _ measured: HypernetworkEnsemble) {
        let meta = SizeExtrapolation(sizes: study.metaWidths), primary = SizeExtrapolation(sizes: study.primaryWidths)
        func number(
            _ quantity: String, _ place: String, _ predicted: Double, _ estimate: (HypernetworkEnsemble.Cell) -> Estimate
        ) -> CheckedNumber {
            let lists = study.primaryWidths.indices.map { i in
                study.metaWidths.indices.map { estimate(measured.cells[$0 * study.primaryWidths.count + i]) }
            }
            return .mean(quantity, at: place, predicted: predicted, measured: lists, first: meta, second: primary)
        }
        var check = Check([number("tangent kernel", "x = 1, z = 1", theory.kernels.tangent[0, 0]) { $0.mean }])
        for (k, profile) in theory.profiles.enumerated() {
            for (i, γ) in HypernetworkTopic.places.enumerated() {
                check.add(
                    number("signal, encoding \(profile.encoding.rawValue)", "γ = \(NumberText.short(γ))", profile.outputs[i]) {
                        $0.signals[k][i]
                    })
            }
        }
        self.check = check
    }

    static let caption =
        "Means over networks of all widths, extrapolated in 1/N and 1/m. Signals along γ are of the same networks, and move together."
}
