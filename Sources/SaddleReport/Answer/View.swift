/// A part of the page of an answer. It names quantities and holds no numbers of its own.
package enum View: Codable, Sendable {
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
    package struct Item: Codable, Sendable {
        package var quantity: String
        package var name: String?
        package var remark: String
        /// Place in a list; the last element for nil.
        package var at: Int?

        /// - Parameter name: the quantity's own title if nil.
        package init(_ quantity: String, _ name: String? = nil, at: Int? = nil, remark: String = "") {
            (self.quantity, self.name, self.at, self.remark) = (quantity, name, at, remark)
        }
    }

    package struct Column: Codable, Sendable {
        package var quantity: String
        package var title: String?
        /// Column of a quantity with two axes.
        package var at: Int?

        package init(_ quantity: String, _ title: String? = nil, at: Int? = nil) {
            (self.quantity, self.title, self.at) = (quantity, title, at)
        }
    }

    /// A drawing of quantities against the quantities along their axes.
    package struct Panel: Codable, Sendable {
        package var title: String
        package var x: Axis
        package var y: Axis
        package var marks: [Mark]
        /// A quantity with two axes (y, x), drawn as colours.
        package var ground: Ground?
        /// Groups of the rows and columns of a square matrix, which is then drawn alone.
        package var groups: [Group]?

        package init(_ title: String, x: Axis = Axis(), y: Axis = Axis(), _ marks: [Mark], ground: Ground? = nil) {
            (self.title, self.x, self.y, self.marks, self.ground) = (title, x, y, marks, ground)
        }

        /// A square matrix as colours, its rows and columns in groups.
        package static func matrix(_ title: String, _ quantity: String, groups: [Group] = []) -> Panel {
            var panel = Panel(title, [], ground: Ground(quantity))
            panel.groups = groups
            return panel
        }
    }

    package struct Group: Codable, Sendable {
        var name: String
        var count: Int

        package init(name: String, count: Int) { (self.name, self.count) = (name, count) }
    }

    package struct Axis: Codable, Sendable {
        /// That of the first quantity drawn if nil.
        package var label: String?
        package var scale = Scale.linear
        package var including: [Double] = []
        package var lowest: Double?

        package init(_ label: String? = nil, _ scale: Scale = .linear, including: [Double] = [], lowest: Double? = nil) {
            (self.label, self.scale, self.including, self.lowest) = (label, scale, including, lowest)
        }
    }

    package struct Ground: Codable, Sendable {
        /// At the middles of cells.
        package var quantity: String
        /// Colours that part at zero; if nil, where both signs matter.
        package var isDiverging: Bool?

        package init(_ quantity: String, isDiverging: Bool? = nil) { (self.quantity, self.isDiverging) = (quantity, isDiverging) }
    }

    package struct Mark: Codable, Sendable {
        package enum Shape: String, Codable, Sendable { case line, dashed, points, steps, band, area }

        package var shape: Shape
        /// Ordinates; for bands and areas the lower edge.
        package var quantity: String
        /// Abscissas; the quantity along the first axis if nil.
        package var x: String?
        /// The upper edge of a band or area.
        package var high: String?
        /// Place on the first axis of a quantity with two.
        package var at: Int?
        package var ink: Ink
        package var label: String?
        package var nudge = 0.0
        package var radius = 3.4
        /// Draws only where this quantity has that value, such as one class of many.
        package var part: Part?

        package struct Part: Codable, Sendable {
            var quantity: String
            var value: Double
        }

        package static func line(
            _ quantity: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .reference, label: String? = nil,
            dashed: Bool = false
        ) -> Mark { Mark(shape: dashed ? .dashed : .line, quantity: quantity, x: x, at: at, ink: ink, label: label) }

        /// With error bars where the quantity has errors.
        package static func points(
            _ quantity: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .series(0), label: String? = nil,
            nudge: Double = 0, radius: Double = 3.4
        ) -> Mark {
            Mark(
                shape: .points, quantity: quantity, x: x, at: at, ink: ink, label: label, nudge: nudge, radius: radius)
        }

        /// Those points where a quantity of whole numbers has one value: a class of a scatter.
        package static func points(
            _ quantity: String, x: String, where part: String, _ value: Int, _ ink: Ink, label: String, radius: Double = 3.4
        ) -> Mark {
            Mark(
                shape: .points, quantity: quantity, x: x, ink: ink, label: label, radius: radius,
                part: Part(quantity: part, value: Double(value)))
        }

        /// A histogram; `edges` has one number more than the quantity.
        package static func steps(
            _ quantity: String, at: Int? = nil, edges: String, _ ink: Ink = .series(0), label: String? = nil
        ) -> Mark {
            Mark(shape: .steps, quantity: quantity, x: edges, at: at, ink: ink, label: label)
        }

        package static func band(
            _ low: String, _ high: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .reference, label: String? = nil
        ) -> Mark { Mark(shape: .band, quantity: low, x: x, high: high, at: at, ink: ink, label: label) }

        package static func area(
            _ low: String, _ high: String, at: Int? = nil, x: String? = nil, _ ink: Ink = .series(0), label: String? = nil
        ) -> Mark { Mark(shape: .area, quantity: low, x: x, high: high, at: at, ink: ink, label: label) }
    }
}

package struct ViewSection: Codable, Sendable {
    package var title: String
    package var views: [View]

    package init(_ title: String, _ views: [View]) { (self.title, self.views) = (title, views) }
}
