import SaddleNumerics

extension NumberText {
    /// "1 variable", "1 200 variables"
    static func count(_ n: Int, of noun: String) -> String { "\(count(n)) \(noun)\(n == 1 ? "" : "s")" }
}
