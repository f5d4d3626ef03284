/// A section of a study: a value whose keys are stated once.
///
/// Defaults are those of `init()` and stand nowhere else.
protocol Settings: Sendable {
    init()
    static var keys: [Key<Self>] { get }
    /// What no key can tell by itself: values that follow from others, and combinations that are not accepted.
    mutating func complete(_ section: StudySection)
}

extension Settings {
    mutating func complete(_: StudySection) {}

    /// Reads a section; what is wrong is noted in it.
    init(_ section: StudySection) {
        self.init()
        readKeys(Self.keys, of: &self, from: section) { $0.complete($1) }
    }

    /// The section as lines of YAML, every default filled in.
    var lines: [String] { if case .section(let lines, _) = Key<Self>.Text.section(Self.keys, of: self) { lines } else { [] } }
}

/// Reads a section into a value that begins with its defaults.
func readKeys<Value>(
    _ keys: [Key<Value>], of value: inout Value, from section: StudySection, _ complete: (inout Value, StudySection) -> Void
) {
    for key in keys { key.read(section, &value) }
    complete(&value, section)
    section.finish()
}
