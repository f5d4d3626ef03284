/// One drawing of a figure: it knows its size and draws itself at the origin.
public protocol FigurePanel: Sendable {
    var title: String { get }
    /// The drawing in words, for readers who cannot see it.
    var summary: String { get }
    var width: Double { get }
    var height: Double { get }
    /// What the drawing's marks stand for; the figure shows each label once, outside the drawings.
    var legend: [LegendEntry] { get }
    /// How many numbers were given but have no place on the axes (not finite, or not positive on a logarithmic axis).
    var unplaced: Int { get }
    /// What the drawing cannot say by itself, in sentences; the caption ends with them.
    var remarks: [String] { get }
    /// SVG elements within 0 … width × 0 … height.
    func body() -> String
}

extension FigurePanel {
    public var remarks: [String] { [] }
}

/// A colour of the palette. All are told apart by colour-blind readers; each also has a marker shape of its own.
public enum Ink: Codable, Sendable, Equatable {
    /// The colour of the text: the reference everything else is compared with.
    case reference
    /// Six colours; from the seventh on the same colours with another line and marker.
    case series(Int)
    case muted

    var styleClass: String {
        switch self {
        case .reference: "ink"
        case .series(let k): "s\(k % FigureStyle.seriesCount)" + (k / FigureStyle.seriesCount % 2 == 1 ? " again" : "")
        case .muted: "muted"
        }
    }

    /// Outline of the marker, centred on zero.
    func marker(radius r: Double) -> String {
        let shape =
            switch self {
            case .series(let k): k % 4 + 1
            default: 0
            }
        let c = coordinate
        switch shape {
        case 1: return "<rect x=\"\(c(-r * 0.9))\" y=\"\(c(-r * 0.9))\" width=\"\(c(r * 1.8))\" height=\"\(c(r * 1.8))\"/>"
        case 2: return "<path d=\"M0 \(c(-1.25 * r))L\(c(1.15 * r)) \(c(0.85 * r))H\(c(-1.15 * r))Z\"/>"
        case 3: return "<path d=\"M0 \(c(-1.3 * r))L\(c(1.3 * r)) 0L0 \(c(1.3 * r))L\(c(-1.3 * r)) 0Z\"/>"
        case 4: return "<path d=\"M0 \(c(1.25 * r))L\(c(1.15 * r)) \(c(-0.85 * r))H\(c(-1.15 * r))Z\"/>"
        default: return "<circle r=\"\(c(r))\"/>"
        }
    }
}

/// A label and the kinds of marks that carry it.
public struct LegendEntry: Sendable, Equatable {
    public var label: String
    public var ink: Ink
    var hasLine = false
    var isDashed = false
    var hasBand = false
    var isFilled = false
    var hasMarker = false

    static let keyWidth = 28.0
    static let keyHeight = 14.0

    /// The sample drawn before the label, `keyWidth` × `keyHeight`.
    func key() -> String {
        var svg = "<g class=\"\(ink.styleClass)\">"
        if hasBand { svg += "<rect class=\"\(isFilled ? "area" : "band")\" y=\"1\" width=\"28\" height=\"12\"/>" }
        if hasLine { svg += "<path class=\"line\(isDashed ? " dash" : "")\" d=\"M0 7H28\"/>" }
        if hasMarker { svg += "<g class=\"point\" transform=\"translate(14 7)\">\(ink.marker(radius: 3.6))</g>" }
        return svg + "</g>"
    }

    /// Joins entries with the same label; the reference comes first, what is muted last, else in order of appearance.
    static func merged(_ entries: [LegendEntry]) -> [LegendEntry] {
        var result: [LegendEntry] = []
        for entry in entries {
            if let i = result.firstIndex(where: { $0.label == entry.label }) {
                result[i].isDashed = result[i].hasLine ? result[i].isDashed : entry.isDashed
                result[i].hasLine = result[i].hasLine || entry.hasLine
                result[i].hasBand = result[i].hasBand || entry.hasBand
                result[i].isFilled = result[i].isFilled || entry.isFilled
                result[i].hasMarker = result[i].hasMarker || entry.hasMarker
            } else {
                result.append(entry)
            }
        }
        return result.filter { $0.ink == .reference } + result.filter { $0.ink != .reference && $0.ink != .muted }
            + result.filter { $0.ink == .muted }
    }
}
