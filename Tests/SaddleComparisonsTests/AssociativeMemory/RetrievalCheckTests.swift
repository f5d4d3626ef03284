import SaddleComparisons
import SaddleNetworks
import Testing

// Finite memories beside replica symmetry: agreement, and what a wrong temperature or order of magnitude of noise looks like.
@Suite struct RetrievalCheckTests {
    private static func settings(_ order: Int, _ temperature: Double, start: Double = 0.9) -> RetrievalEnsemble.Settings {
        var settings = RetrievalEnsemble.Settings()
        (settings.order, settings.temperature, settings.start, settings.samples) = (order, temperature, start, 60)
        return settings
    }

    @Test(arguments: [(2, 0.2, [0.04, 0.08], [150, 300, 600]), (3, 0.2, [0.1, 0.15], [80, 160])])
    func agreement(order: Int, temperature: Double, loads: [Double], sizes: [Int]) throws {
        let settings = Self.settings(order, temperature)
        let ensembles = try RetrievalEnsemble.draw(settings, sizes: sizes, loads: loads)
        let check = try RetrievalCheck(settings, loads: loads, ensembles: ensembles).check
        #expect(check.verdict == .agrees && check.compared == 6, "\(check.reason)")
        // Theory of another temperature.
        let wrong = try RetrievalCheck(Self.settings(order, 2 * temperature), loads: loads, ensembles: ensembles).check
        #expect(wrong.verdict == .disagrees, "\(wrong.reason)")
        // And of another load.
        let denser = loads.map { 1.6 * $0 }
        let other = try RetrievalCheck(settings, loads: denser, ensembles: ensembles).check
        #expect(other.verdict == .disagrees, "\(other.reason)")
    }
}
