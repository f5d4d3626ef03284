import Foundation
import SaddleMeasures
import SaddleNumerics
import SaddleReport

extension MeasureTransfer {
    static func addNumbers(_ fit: TransferFit, _ cost: TransferCost?, to answer: inout Answer) {
        answer.add("outcome", fit.outcome.rawValue, "Outcome")
        add("slope", fit.slope, "Slope of log optimum against log width", "", &answer)
        add("shift", fit.shift, "Factor by which the optimum moves", "", &answer)
        add("limit", fit.limit, "Optimum at infinite width, by 1/width", "", &answer)
        answer.add("tolerance", fit.tolerance, "Factor within which optima count as the same")
        if let cost {
            add(
                "cost", cost.cost,
                cost.isRelative
                    ? "Loss of the widest with the narrowest network's optimum, relative increase"
                    : "Loss lost by the narrowest network's optimum",
                "", &answer)
            answer.add("cost_rate", cost.rate, "The narrowest network's optimum")
        }
        answer.add("fit_power", fit.fits?.power, "Level of the scatter of optima around a power of the width")
        answer.add("fit_inverse", fit.fits?.inverse, "Level of their scatter around a line in 1/width")
        answer.add("noise_degrees_of_freedom", fit.freedom, "Degrees of freedom of the noise")
        if let notch = fit.notch {
            answer.add("notch_is_noise", notch.isNoise ? "yes" : "no", "Whether noise explains where the grid's best rates are")
        }
    }

    private static func add(
        _ name: String, _ value: TransferFit.Interval?, _ title: String, _ unit: String, _ answer: inout Answer
    ) {
        guard let value else { return }
        answer.add(name, value.value, title, mayBeInfinite: true)
        answer.add("\(name)_low", value.low, "\(title), lower end (95 %)", mayBeInfinite: true)
        answer.add("\(name)_high", value.high, "\(title), upper end (95 %)", mayBeInfinite: true)
    }

    static func addRows(_ fit: TransferFit, _ table: TransferTable, to answer: inout Answer) {
        let optima = fit.optima, words = table.words, along = ["width"]
        let isWhole = optima.allSatisfy { $0.curve.width == $0.curve.width.rounded() && $0.curve.width < 1e15 }
        answer.add("width", optima.map(\.curve.width), "Width", "width N", form: isWhole ? .count : .plain)
        func numbers(_ name: String, _ values: [Double], _ title: String, _ symbol: String? = nil) {
            answer.add(name, values, along: along, title, symbol, isPartial: true, mayBeInfinite: true)
        }
        numbers("optimum", optima.map { $0.optimum?.value ?? .nan }, "Best \(table.rateName)", "optimum")
        numbers("optimum_low", optima.map { $0.optimum?.low ?? .nan }, "Lower end of its 95 % interval", "from")
        numbers("optimum_high", optima.map { $0.optimum?.high ?? .nan }, "Upper end of its 95 % interval", "to (95 %)")
        numbers(
            "grid_best", optima.map { o in o.curve.best.map { o.curve.rates[$0] } ?? .nan }, "Best \(words.one) of the grid",
            "best of grid")
        answer.add(
            "could_be_best",
            words: optima.map { o in
                o.rivals.isEmpty
                    ? ""
                    : o.rivals.count == 1 ? "it alone" : "\(NumberText.short(o.rivals[0])) … \(NumberText.short(o.rivals.last!))"
            },
            along: along, "Could be best")
        numbers("diverges_from", optima.map { $0.curve.divergence ?? .nan }, "Lowest \(words.one) that diverged", "diverges from")
        answer.add("place", words: optima.map { words.text($0.curve.place) }, along: along, "Best \(words.one) is")
        var marks: [View.Mark] = []
        for (k, o) in optima.enumerated() where k < 8 {
            let name = "width_\(NumberText.exponent(o.curve.width))".replacing(".", with: "_")
            guard !o.curve.rates.isEmpty else { continue }
            let losses = o.curve.means.map { fit.isLogarithmic ? exp($0) : $0 }
            answer.add(
                "\(name)_rate", o.curve.rates, "\(words.capitalised) of width \(NumberText.exponent(o.curve.width))",
                table.rateName)
            let noise = o.noise ?? 0
            answer.add(
                "\(name)_loss", losses,
                errors: zip(losses, o.curve.counts).map { noise * (fit.isLogarithmic ? $0 : 1) / Double($1).squareRoot() },
                along: ["\(name)_rate"], "Mean loss of width \(NumberText.exponent(o.curve.width))", table.lossName)
            marks.append(.points("\(name)_loss", .series(k), label: "N = \(NumberText.exponent(o.curve.width))"))
            guard !o.drawn.isEmpty else { continue }
            answer.add(
                "\(name)_curve_rate", o.drawn.map(\.rate), "\(words.capitalised) at which its curve is drawn", table.rateName)
            answer.add("\(name)_curve", o.drawn.map(\.loss), along: ["\(name)_curve_rate"], "Its fitted curve", table.lossName)
            marks.append(.line("\(name)_curve", .series(k)))
        }
        var panels = [
            View.Panel(
                "Loss against \(table.rateName)", x: .init(table.rateName, .logarithmic),
                y: .init(table.lossName, fit.isLogarithmic ? .logarithmic : .linear), marks)
        ]
        // Open ends are drawn at the ends of the grid.
        let inside = optima.filter { $0.optimum != nil }
        if !inside.isEmpty {
            answer.add("drawn_width", inside.map(\.curve.width), "Widths with an optimum", "width N")
            answer.add("drawn_optimum", inside.map { $0.optimum!.value }, along: ["drawn_width"], "Their optima", table.rateName)
            answer.add(
                "drawn_low", inside.map { max($0.optimum!.low, $0.curve.rates.first!) }, along: ["drawn_width"],
                "Lower ends, or the lowest \(words.one)", table.rateName)
            answer.add(
                "drawn_high", inside.map { min($0.optimum!.high, $0.curve.rates.last!) }, along: ["drawn_width"],
                "Upper ends, or the highest \(words.one)", table.rateName)
            panels.append(
                View.Panel(
                    "Optimum against width", x: .init("width N", .logarithmic), y: .init(table.rateName, .logarithmic),
                    [
                        .band("drawn_low", "drawn_high", .series(0), label: "95 %"), .line("drawn_optimum", .series(0)),
                        .points("drawn_optimum", .series(0), label: "optimum"),
                        .points("grid_best", .reference, label: "best of grid", radius: 2.5),
                    ]))
        }
        answer.section(
            "Optima",
            [
                .table(
                    ["width", "optimum", "optimum_low", "optimum_high", "grid_best", "could_be_best", "diverges_from", "place"]
                        .filter { name in
                            let quantity = answer[name]!
                            return quantity.words?.contains { !$0.isEmpty } ?? quantity.values.contains { !$0.isNaN }
                        }.map { .init($0) }),
                .figure(
                    "transfer",
                    caption:
                        "Left: mean losses with the noise of the fit, and fitted curves. Right: optima with their 95 % intervals, and the best \(words.many) of the "
                        + "grid.", panels: panels),
                .facts(
                    (fit.slope != nil ? [.init("slope"), .init("slope_low"), .init("slope_high")] : [])
                        + (fit.limit != nil ? [.init("limit"), .init("limit_low"), .init("limit_high")] : [])),
            ])
    }
}
