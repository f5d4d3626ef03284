#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics
import SaddleTheory

/// From which width on the expected final loss exceeds that of infinite width by less than a fraction of it.
public struct WideEnough: Codable, Sendable, CustomStringConvertible {
    /// Fraction.
    public var excess: Double
    /// Nil if the loss of any width is below that of infinite width.
    public var width: LossSummary.Number?

    package init(excess: Double, width: LossSummary.Number?) { (self.excess, self.width) = (excess, width) }

    /// `N ≥ 200`, to two digits, rounded up: a width that is enough.
    public var description: String {
        guard let value = width?.value else { return "any width" }
        guard value < 1e7 else { return "N ≥ " + NumberText.short(value, digits: 2) }
        let unit = value < 100 ? 1 : pow(10, floor(log10(value)) - 1)
        return "N ≥ " + NumberText.count(Int((value / unit).rounded(.up) * unit))
    }
}

extension WideEnough {
    /// Nil unless the correction to the loss is known to differ from zero.
    package init?(_ loss: ExcessLoss) {
        guard loss.whole.isResolved else { return nil }
        let excess = 0.1, width = loss.width(for: excess)
        if width == nil && loss.whole.value > 0 { return nil }
        self.init(excess: excess, width: width.map { .init($0, $0 * loss.whole.error / loss.whole.value) })
    }
}
