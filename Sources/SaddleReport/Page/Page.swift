/// A report as one self-contained HTML file: styles and drawings inside, nothing fetched, no scripts.
public struct Page: Sendable {
    public enum Tone: String, Codable, Sendable { case good, bad, neutral }

    public enum Block: Sendable {
        case paragraph(String)
        /// A statement that a reader must not miss.
        case callout(Tone, title: String, text: String)
        /// A few numbers set large, each with its name and a remark.
        case highlights([Highlight])
        /// Names and what they stand for.
        case facts([Fact])
        case list([String])
        case table(Table)
        case figure(Figure)
        case code(String)
        /// Shown only when opened.
        case folded(String, [Block])
    }

    public struct Highlight: Sendable {
        public var name: String
        public var value: String
        public var remark: String

        public init(_ name: String, _ value: String, remark: String = "") {
            self.name = name
            self.value = value
            self.remark = remark
        }
    }

    public struct Fact: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Section: Sendable {
        public var title: String
        public var blocks: [Block]

        public init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    public var title: String
    public var subtitle: String
    /// What stands above the first section.
    public var lead: [Block]
    public var sections: [Section]
    public var footer: String

    public init(title: String, subtitle: String = "", lead: [Block] = [], sections: [Section], footer: String = "") {
        self.title = title
        self.subtitle = subtitle
        self.lead = lead
        self.sections = sections
        self.footer = footer
    }

    /// All figures, in order of appearance.
    public var figures: [Figure] { Self.figures(in: lead + sections.flatMap(\.blocks)) }

    private static func figures(in blocks: [Block]) -> [Figure] {
        blocks.flatMap { block -> [Figure] in
            switch block {
            case .figure(let figure): [figure]
            case .folded(_, let inner): figures(in: inner)
            default: []
            }
        }
    }
}
