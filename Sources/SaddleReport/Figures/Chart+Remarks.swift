import SaddleNumerics

extension Chart {
    /// Where curves and points are infinite, and whether bands were cut: what a reader must know and a drawing cannot say.
    public var remarks: [String] { divergences + (isCut ? [cutRemark] : []) }

    /// Infinite ordinates that have a place along the axis.
    func infinities(_ mark: Mark) -> [(x: Double, isPositive: Bool)] {
        switch mark.shape {
        case .line(let ys, _), .points(let ys, _):
            zip(mark.x, ys).filter { $1.isInfinite && x.scale.position($0) != nil }.map { ($0, $1 > 0) }
        case .steps(let ys):
            ys.indices.filter { ys[$0].isInfinite && x.scale.position(mark.x[$0]) != nil }.map { (mark.x[$0], ys[$0] > 0) }
        case .band, .area: []
        }
    }

    private var divergences: [String] {
        var names: [String] = [], places: [String: [Double]] = [:]
        for mark in marks {
            let found = infinities(mark).map(\.x)
            if found.isEmpty { continue }
            let name = "“\(mark.label ?? title)”"
            if places[name] == nil { names.append(name) }
            places[name, default: []] += found
        }
        if names.isEmpty { return [] }
        let listed = names.map { name -> String in
            let at = places[name]!
            let text =
                at.count > 4
                ? "\(at.count) places from \(NumberText.exponent(at.min()!)) to \(NumberText.exponent(at.max()!))"
                : at.map(NumberText.exponent).joined(separator: ", ")
            return "\(name) at \(text)"
        }
        return ["Infinite, and leaving the axis where marked ∞: \(listed.joined(separator: "; ")) (\(x.label))."]
    }

    private var cutRemark: String {
        "Bands and error bars end at \(NumberText.short(y.lowest!)): the quantity has no smaller value."
    }

    /// A band or an error bar reaches below what is possible.
    private var isCut: Bool {
        guard let lowest = y.lowest else { return false }
        return marks.contains { mark in
            switch mark.shape {
            case .band(let low, _), .area(let low, _): low.contains { $0 < lowest }
            case .points(let ys, let errors): zip(ys, errors).contains { $0 - $1 < lowest && $0 >= lowest }
            case .line, .steps: false
            }
        }
    }

    /// The lower end of a band or an error bar, cut where nothing can be.
    func possible(_ value: Double) -> Double { y.lowest.map { max($0, value) } ?? value }
}
