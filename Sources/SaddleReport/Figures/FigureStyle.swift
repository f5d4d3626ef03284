/// Colours and fonts of figures, as a style sheet that browsers and plain SVG renderers both read: concrete colours and
/// `currentColor`, no custom properties.
package enum FigureStyle {
    /// Any two, the text's colour and the muted one among them, differ by more than 12 units of CIELAB for readers with full colour
    /// vision, protanopia, deuteranopia and tritanopia, and each has a contrast of 3 : 1 with the background (tests).
    package static let light = ["#0068a8", "#cc5200", "#00a070", "#7a2fd0", "#642800", "#e040e0"]
    package static let dark = ["#5ab4f0", "#ff8038", "#30c880", "#9040ff", "#a06428", "#ffe678"]
    static let seriesCount = light.count

    static let fontFamily = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
    static let fontSize = 12.0

    private static let shapes = """
        .fig{font:12px \(fontFamily);color:#1d2430}
        .fig text{fill:#3d4656}
        .fig .title{font-weight:600;font-size:13px;fill:#1d2430}
        .fig .quiet{fill:#69727f}
        .fig .ground{fill:#ffffff}
        .fig .frame{fill:none;stroke:#aab2bd}
        .fig .grid{fill:none;stroke:#e4e8ed}
        .fig .tick{fill:none;stroke:#aab2bd}
        .fig .ink{color:#1d2430}
        .fig .muted{color:#8a93a0}
        .fig .line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}
        .fig .dash{stroke-dasharray:6 3}
        .fig .thin{stroke-width:1}
        .fig .band{fill:currentColor;fill-opacity:.16;stroke:none}
        .fig .area{fill:currentColor;fill-opacity:.62;stroke:none}
        .fig .again.line,.fig .again .line{stroke-dasharray:9 3 2 3}
        .fig .point{fill:currentColor;stroke:none}
        .fig .whisker{fill:none;stroke:currentColor;stroke-width:1.2}
        .fig .touch{fill:#000000;fill-opacity:0;stroke:none}
        .fig .halo{fill:none;stroke:#ffffff;stroke-width:2;stroke-opacity:.75}
        .fig .edge{fill:none;stroke:#1d2430;stroke-width:.8;stroke-opacity:.75}
        """

    private static let darkShapes = """
        .fig,.fig .ink{color:#eef1f5}.fig text{fill:#c3cad4}.fig .title{fill:#eef1f5}.fig .quiet{fill:#98a2b0}
        .fig .ground{fill:#14181f}.fig .frame,.fig .tick{stroke:#5d6775}.fig .grid{stroke:#2b323d}.fig .muted{color:#8d97a5}
        .fig .band{fill-opacity:.24}
        """

    static let sheet =
        shapes + "\n" + colours(light) + "@media screen and (prefers-color-scheme:dark){\n" + darkShapes + "\n" + colours(dark)
        + "}\n"

    private static func colours(_ palette: [String]) -> String {
        palette.enumerated().map { ".fig .s\($0){color:\($1)}\n" }.joined()
    }
}
