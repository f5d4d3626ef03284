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

    var callout: Page.Block {
        let tone: Page.Tone =
            switch check.verdict {
            case .agrees: .good
            case .disagrees: .bad
            case .outsideRegime, .cannotTell: .neutral
            }
        return .callout(
            tone, title: check.verdict.rawValue.prefix(1).uppercased() + check.verdict.rawValue.dropFirst(), text: check.reason)
    }

    var table: Table {
        Table(
            [.text("Quantity"), .text("At"), .number("Theory"), .number("Measured, N, m → ∞"), .number("z")],
            rows: check.numbers.map {
                [
                    $0.quantity, $0.place, NumberText.short($0.predicted, digits: 4), NumberText.withError($0.measured, $0.error),
                    $0.score.map { NumberText.fixed($0, decimals: 1) } ?? "–",
                ]
            },
            caption:
                "Means over networks of all widths, extrapolated in 1/N and 1/m. Signals along γ are of the same networks, and move "
                + "together.")
    }

    struct Numbers: Encodable, Sendable {
        struct Row: Encodable, Sendable {
            let quantity, place: String
            let predicted, measured, error: Double
            let z: Double?
        }
        let verdict: Verdict
        let reason: String
        let compared: Int
        let largestZ, threshold: Double
        let rows: [Row]
    }

    var numbers: Numbers {
        Numbers(
            verdict: check.verdict, reason: check.reason, compared: check.compared, largestZ: check.largestScore,
            threshold: check.threshold,
            rows: check.numbers.map {
                .init(
                    quantity: $0.quantity, place: $0.place, predicted: $0.predicted, measured: $0.measured, error: $0.error,
                    z: $0.score)
            })
    }
}
