import SaddleNumerics

extension Chart {
    public func body() -> String {
        let layout = ChartLayout(self)
        let (w, h) = (layout.x.length, layout.y.length)
        var svg = "<text class=\"title\" x=\"0\" y=\"15\">\(escaped(fitted(title, size: 13.5, into: width)))</text>\n"
        if !y.label.isEmpty {
            svg += "<text class=\"quiet\" x=\"0\" y=\"33\">\(escaped(fitted(y.label, size: 12, into: width)))</text>\n"
        }
        svg += "<g transform=\"translate(\(coordinate(layout.left)) \(coordinate(layout.top)))\">\n"
        svg += axes(layout)
        if let ground {
            svg += ground.picture(width: w, height: h) + ground.colours.bar(x: w + 10, height: h)
        } else if marks.allSatisfy({ $0.x.isEmpty }) {
            svg +=
                "<text class=\"quiet\" text-anchor=\"middle\" x=\"\(coordinate(w / 2))\" y=\"\(coordinate(h / 2))\">no data</text>\n"
        }
        // A nested drawing clips what reaches beyond the axes, and needs no identifiers that could clash within a page.
        svg += "<svg width=\"\(coordinate(w))\" height=\"\(coordinate(h))\" viewBox=\"0 0 \(coordinate(w)) \(coordinate(h))\">\n"
        for mark in marks { svg += clipped(mark, layout) }
        svg += "</svg>\n"
        svg += "<rect class=\"frame\" width=\"\(coordinate(w))\" height=\"\(coordinate(h))\"/>\n"
        for mark in marks { svg += unclipped(mark, layout) }
        return svg + "</g>\n"
    }

    private func axes(_ layout: ChartLayout) -> String {
        let (w, h) = (layout.x.length, layout.y.length)
        var grid = "", ticks = "", texts = ""
        for label in layout.y.ticks.labels {
            guard let place = layout.y.place(label.value) else { continue }
            let at = coordinate(h - place)
            grid += "M0 \(at)H\(coordinate(w))"
            texts += "<text text-anchor=\"end\" x=\"-7\" y=\"\(coordinate(h - place + 4))\">\(escaped(label.text))</text>\n"
        }
        for value in layout.y.ticks.minor {
            if let place = layout.y.place(value) { ticks += "M0 \(coordinate(h - place))H-3" }
        }
        var free = -Double.infinity
        for label in layout.x.ticks.labels {
            guard let place = layout.x.place(label.value) else { continue }
            grid += "M\(coordinate(place)) 0V\(coordinate(h))"
            // A label that would touch its left neighbour is left out; its grid line stays.
            let half = estimatedWidth(label.text) * FigureStyle.fontSize / 2
            guard place - half > free else { continue }
            free = place + half + 4
            texts +=
                "<text text-anchor=\"middle\" x=\"\(coordinate(place))\" y=\"\(coordinate(h + 17))\">\(escaped(label.text))</text>\n"
        }
        for value in layout.x.ticks.minor {
            if let place = layout.x.place(value) { ticks += "M\(coordinate(place)) \(coordinate(h))v3" }
        }
        let label = escaped(fitted(x.label, size: 12, into: w))
        texts +=
            "<text class=\"quiet\" text-anchor=\"middle\" x=\"\(coordinate(w / 2))\" y=\"\(coordinate(h + 35))\">\(label)</text>\n"
        return "<path class=\"grid\" d=\"\(grid)\"/>\n" + (ticks.isEmpty ? "" : "<path class=\"tick\" d=\"\(ticks)\"/>\n") + texts
    }

    /// Lines, bands and steps.
    private func clipped(_ mark: Mark, _ layout: ChartLayout) -> String {
        let style = mark.ink.styleClass
        switch mark.shape {
        case .points: return ""
        case .line(let ys, let dashed):
            var svg = ""
            for run in runs(mark.x, [ys], layout) {
                if run.count == 1 {
                    svg +=
                        "<circle class=\"point \(style)\" cx=\"\(coordinate(run[0].x))\" cy=\"\(coordinate(run[0].ys[0]))\" r=\"3\"/>\n"
                } else {
                    let path = run.map { "\(coordinate($0.x)) \(coordinate($0.ys[0]))" }.joined(separator: "L")
                    svg += "<path class=\"line\(dashed ? " dash" : "") \(style)\" d=\"M\(path)\"/>\n"
                }
            }
            return svg
        case .band(let low, let high), .area(let low, let high):
            var svg = ""
            let shape = if case .area = mark.shape { "area" } else { "band" }
            // A lower bound without a place on a logarithmic axis lies below everything shown.
            let floor = layout.y.scale.value(at: layout.y.low), ceiling = layout.y.scale.value(at: layout.y.high)
            let bottom = low.map { low -> Double in
                let low = possible(low)
                return layout.y.scale.position(low) == nil && !low.isNaN && low < ceiling ? floor : max(low, floor)
            }
            let top = high.map { $0 == .infinity ? ceiling : $0 }
            for run in runs(mark.x, [bottom, top], layout) {
                if run.count == 1 {
                    let (x, top, bottom) = (run[0].x, run[0].ys[1], run[0].ys[0])
                    svg +=
                        "<path class=\"\(shape) \(style)\" d=\"M\(coordinate(x - 6)) \(coordinate(top))h12V\(coordinate(bottom))h-12Z\"/>\n"
                } else {
                    let there = run.map { "\(coordinate($0.x)) \(coordinate($0.ys[1]))" }
                    let back = run.reversed().map { "\(coordinate($0.x)) \(coordinate($0.ys[0]))" }
                    svg += "<path class=\"\(shape) \(style)\" d=\"M\((there + back).joined(separator: "L"))Z\"/>\n"
                }
            }
            return svg
        case .steps(let ys):
            var path = ""
            let ground = coordinate(layout.y.length - (layout.y.place(0) ?? 0))
            for (i, y) in ys.enumerated() {
                guard let a = layout.x.place(mark.x[i]), let b = layout.x.place(mark.x[i + 1]), let up = layout.y.edge(y) else {
                    continue
                }
                path +=
                    (path.isEmpty ? "M\(coordinate(a)) \(ground)" : "") + "V\(coordinate(layout.y.length - up))H\(coordinate(b))"
            }
            guard !path.isEmpty else { return "" }
            path += "V\(ground)"
            return "<path class=\"band \(style)\" d=\"\(path)Z\"/>\n<path class=\"line \(style)\" d=\"\(path)\"/>\n"
        }
    }

    /// Points with their error bars, and the invisible spots that show a line's numbers when pointed at.
    private func unclipped(_ mark: Mark, _ layout: ChartLayout) -> String {
        let ys: [Double], errors: [Double]
        var isLine = false
        switch mark.shape {
        case .points(let y, let e): (ys, errors) = (y, e)
        case .line(let y, _) where y.count <= 200 && mark.label != nil: (ys, errors, isLine) = (y, [], true)
        default: return markers(ofInfinities: mark, layout)
        }
        var svg = markers(ofInfinities: mark, layout)
        for (i, y) in ys.enumerated() {
            guard let px = layout.x.place(mark.x[i]), let up = layout.y.place(y) else { continue }
            let py = layout.y.length - up
            guard px >= -0.5, px <= layout.x.length + 0.5, py >= -0.5, py <= layout.y.length + 0.5 else { continue }
            let at = "translate(\(coordinate(px + mark.nudge)) \(coordinate(py)))"
            if isLine {
                svg += "<circle class=\"touch\" r=\"6\" transform=\"\(at)\">\(hint(mark, i, y, nil))</circle>\n"
                continue
            }
            var whisker = ""
            if !errors.isEmpty, errors[i].isFinite {
                let (a, b) = (possible(y - errors[i]), y + errors[i])
                let below = min(layout.y.length, layout.y.length - (layout.y.place(a) ?? 0)) - py
                let above = max(0, layout.y.length - (layout.y.place(b) ?? layout.y.length)) - py
                whisker = "<path class=\"whisker\" d=\"M0 \(coordinate(above))V\(coordinate(below))\"/>"
            }
            svg +=
                "<g class=\"point \(mark.ink.styleClass)\" transform=\"\(at)\">\(hint(mark, i, y, errors.isEmpty ? nil : errors[i]))"
            svg += "\(whisker)\(mark.ink.marker(radius: mark.radius))</g>\n"
        }
        return svg
    }

    /// An arrow through the end of the axis, with ∞ beside it, where a number is infinite.
    private func markers(ofInfinities mark: Mark, _ layout: ChartLayout) -> String {
        var svg = ""
        for (place, isPositive) in infinities(mark) {
            guard let px = layout.x.place(place), px >= -0.5, px <= layout.x.length + 0.5 else { continue }
            let (at, tip) = (coordinate(px + mark.nudge), isPositive ? 0 : layout.y.length)
            let side = px > layout.x.length - 24 ? "text-anchor=\"end\" x=\"-7\"" : "x=\"7\""
            let value = "\(isPositive ? "" : "−")∞"
            let text = (mark.label.map { $0 + "\n" } ?? "") + "\(x.label) \(NumberText.short(place, digits: 4)): \(value)"
            svg += "<g class=\"point \(mark.ink.styleClass)\" transform=\"translate(\(at) \(coordinate(tip)))\">"
            svg += "<title>\(escaped(text))</title><path d=\"\(isPositive ? "M0 -6L5 4H-5Z" : "M0 6L5 -4H-5Z")\"/>"
            svg += "<text \(side) y=\"\(isPositive ? 12 : -4)\">\(value)</text></g>\n"
        }
        return svg
    }

    private func hint(_ mark: Mark, _ i: Int, _ y: Double, _ error: Double?) -> String {
        let text =
            i < mark.hints.count
            ? mark.hints[i]
            : (mark.label.map { $0 + "\n" } ?? "") + "\(x.label) \(NumberText.short(mark.x[i], digits: 4)): "
                + (error.map { NumberText.withError(y, $0) } ?? NumberText.short(y, digits: 4))
        return "<title>\(escaped(text))</title>"
    }

    private struct Spot {
        let x: Double
        let ys: [Double]
    }

    /// Stretches of neighbouring data that all have a place: a line is broken where a number is missing, and leaves the axis where it
    /// is infinite.
    private func runs(_ xs: [Double], _ curves: [[Double]], _ layout: ChartLayout) -> [[Spot]] {
        var result: [[Spot]] = [[]]
        for (i, x) in xs.enumerated() {
            let places = curves.compactMap { layout.y.edge($0[i]) }
            if let px = layout.x.place(x), places.count == curves.count {
                // Far outside, so that slopes stay right up to the edge; bounded, so that the text stays short.
                let ys = places.map { min(max(layout.y.length - $0, -5000), 5000) }
                result[result.count - 1].append(Spot(x: px, ys: ys))
            } else if !result[result.count - 1].isEmpty {
                result.append([])
            }
        }
        return result.filter { !$0.isEmpty }
    }
}
