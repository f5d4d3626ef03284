import SaddleReport

/// A part of the page of an answer. It names quantities and holds no numbers of its own.
enum View: Codable, Sendable {
    case paragraph(String)
    case callout(Page.Tone, title: String, text: String)
    /// A few numbers, set large.
    case highlights([Item])
    case facts([Item])
    case list([String])
    /// Lists side by side.
    case table([Column], rows: [Int]? = nil, caption: String = "")
    /// The compared numbers of the answer's check.
    case checked(caption: String = "")
    case figure(String, caption: String, columns: Int = 2, panels: [Panel])
    case folded(String, [View])

    /// One number with a remark.
    struct Item: Codable, Sendable {
        var quantity: String
        var name: String?
        var remark: String
        /// Place in a list; the last element for nil.
        var at: Int?

        /// - Parameter name: the quantity's own title if nil.
        init(_ quantity: String, _ name: String? = nil, at: Int? = nil, remark: String = "") {
            (self.quantity, self.name, self.at, self.remark) = (quantity, name, at, remark)
        }
    }

    struct Column: Codable, Sendable {
        var quantity: String
        var title: String?
        /// Column of a quantity with two axes.
        var at: Int?

        init(_ quantity: String, _ title: String? = nil, at: Int? = nil) {
            (self.quantity, self.title, self.at) = (quantity, title, at)
        }
    }

    /// A drawing of quantities against the quantities along their axes.
    struct Panel: Codable, Sendable {
        var title: String
        var x: Axis
        var y: Axis
        var marks: [Mark]
        /// A quantity with two axes (y, x), drawn as colours.
        var ground: Ground?
        /// Groups of the rows and columns of a square matrix, which is then drawn alone.
        var groups: [Group]?

        init(_ title: String, x: Axis = Axis(), y: Axis = Axis(), _ marks: [Mark], ground: Ground? = nil) {
            (self.title, self.x, self.y, self.marks, self.ground) = (title, x, y, marks, ground)
        }

        /// A square matrix as colours, its rows and columns in groups.
        static func matrix(_ title: String, _ quantity: String, groups: [Group] = []) -> Panel {
            var panel = Panel(title, [], ground: Ground(quantity))
            panel.groups = groups
            return panel
        }
    }

    struct Group: Codable, Sendable {
        var name: String
        var count: Int
    }

    struct Axis: Codable, Sendable {
        /// That of the first quantity drawn if nil.
        var label: String?
        var scale = Scale.linear
        var including: [Double] = []
        var lowest: Double?

        init(_ label: String? = nil, _ scale: Scale = .linear, including: [Double] = [], lowest: Double? = nil) {
            (self.label, self.scale, self.including, self.lowest) = (label, scale, including, lowest)
        }
    }

    struct Ground: Codable, Sendable {
        /// At the middles of cells.
        var quantity: String
        /// Colours that part at zero; if nil, where both signs matter.
        var isDiverging: Bool?

        init(_ quantity: String, isDiverging: Bool? = nil) { (self.quantity, self.isDiverging) = (quantity, isDiverging) }
    }

    struct Mark: Codable, Sendable {
        enum Shape: String, Codable, Sendable { case line, dashed, points, steps, band, area }

        var shape: Shape
        /// Ordinates; for bands and areas the lower edge.
        var quantity: String
        /// Abscissas; the quantity along the first axis if nil.
        var x: String?
        /// The upper edge of a band or area.
        var high: String?
        /// Place on the first axis of a quantity with two.
        var at: Int?
        var ink: Ink
        var label: String?
        var nudge = 0.0
        var radius = 3.4

        static func line(
            _ quantity: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .reference, label: String? = nil,
            dashed: Bool = false
        ) -> Mark { Mark(shape: dashed ? .dashed : .line, quantity: quantity, x: x, at: at, ink: ink, label: label) }

        /// With error bars where the quantity has errors.
        static func points(
            _ quantity: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .series(0), label: String? = nil,
            nudge: Double = 0, radius: Double = 3.4
        ) -> Mark {
            Mark(
                shape: .points, quantity: quantity, x: x, at: at, ink: ink, label: label, nudge: nudge, radius: radius)
        }

        /// A histogram; `edges` has one number more than the quantity.
        static func steps(_ quantity: String, at: Int? = nil, edges: String, _ ink: Ink = .series(0), label: String? = nil)
            -> Mark
        {
            Mark(shape: .steps, quantity: quantity, x: edges, at: at, ink: ink, label: label)
        }

        static func band(
            _ low: String, _ high: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .reference, label: String? = nil
        ) -> Mark { Mark(shape: .band, quantity: low, x: x, high: high, at: at, ink: ink, label: label) }

        static func area(
            _ low: String, _ high: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .series(0), label: String? = nil
        ) -> Mark { Mark(shape: .area, quantity: low, x: x, high: high, at: at, ink: ink, label: label) }
    }
}

struct ViewSection: Codable, Sendable {
    var title: String
    var views: [View]

    init(_ title: String, _ views: [View]) { (self.title, self.views) = (title, views) }
}
