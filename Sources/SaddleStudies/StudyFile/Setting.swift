/// A value of a study that is set on the command line, and what the user typed to set it.
public struct Setting: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// Key and value, as "network.activation=relu"; the value is YAML.
    let text: String
    /// `--set`, or the option that stands for the key.
    let option: String

    public init(_ text: String, option: String = Study.settingsFile) { (self.text, self.option) = (text, option) }
    public init(stringLiteral text: String) { self.init(text) }

    /// A text that means itself, whatever YAML would make of it.
    public init(_ key: String, text value: String, option: String) {
        self.init("\(key)=\(YAMLText.quoted(value))", option: option)
    }

    /// The key, from the top of the study.
    var key: String { String(text.prefix { $0 != "=" }) }
}
