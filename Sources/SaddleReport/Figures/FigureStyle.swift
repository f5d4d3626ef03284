/// Colours and fonts of figures, as a style sheet that browsers and plain SVG renderers both read: concrete colours and
/// `currentColor`, no custom properties.
enum FigureStyle {
    /// Colours after Okabe and Ito (2008), darkened or lightened so that thin lines stand out on the background.
    private static let light = ["#0068a8", "#cc5200", "#00805f", "#a3458a", "#8a6a00", "#2f8fc4"]
    private static let dark = ["#5ab4f0", "#ff9248", "#3ecfa0", "#e48fcb", "#e3be3e", "#a5d5f5"]
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
