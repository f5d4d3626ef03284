import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The section `memory`: networks that store patterns by interactions of P spins.
public struct AssociativeMemoryStudy: Settings, Equatable {
    public var network = RetrievalEnsemble.Settings()
    /// α̃ of `predict`.
    public var load = 0.15
    /// α̃ that are simulated; nil: eight up to 1.1 times the last.
    public var loads: [Double]?
    /// N, ascending; nil: three, of about the same work for every order.
    public var sizes: [Int]?

    public init() {}

    static let keys: [Key<Self>] = [
        Key("order", \.network.order, .integer(atLeast: 2, atMost: 20), "P, spins in each product; 2 is the Hopfield model."),
        Key("load", \.load, .number(above: 0), "α̃, patterns over binom(N − 1, P − 1): noise over signal of a field, squared."),
        Key(
            "temperature", \.network.temperature, .number(atLeast: 0),
            "In units of a recalled pattern's field; 0: spins follow their fields."),
        Key(
            "loads", \.loads,
            .optional(
                .list("a list of numbers above 0, such as [0.05, 0.1]", of: .number(above: 0)) { Set($0).count == $0.count }),
            "Loads that are simulated; up to beyond the last one that theory recalls unless given."),
        Key("sizes", \.sizes, .optional(.integers(atLeast: 10, example: "[100, 200, 400]")), "Spins of simulated networks."),
        Key(
            "start", \.network.start, .number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 },
            "Overlap of the corrupted pattern."),
        Key("samples", \.network.samples, .integer(atLeast: 4), "Networks of each size and load."),
        Key(
            "sweeps", \.network.sweeps, .integer(atLeast: 1),
            "Visits to every spin before as many are averaged over; at 0 the most."),
        Key("seed", \.network.seed, .seed, "Of patterns and dynamics."),
    ]

    mutating func complete(_ section: StudySection) {
        loads?.sort()
        let highest = DenseMemory.highestTemperature(order: network.order)
        if network.temperature >= highest {
            section.reject(
                "temperature",
                "'memory.temperature' is \(network.temperature), at which no pattern is a state for 'order' \(network.order); expected "
                    + "less than \(NumberText.short(highest, digits: 4))")
        }
        if let smallest = sizes?.first, smallest < 2 * network.order {
            section.reject("sizes", "'memory.sizes' has \(smallest); expected at least \(2 * network.order), twice the order")
        }
    }

    /// So large that a network costs a few million contributions a sweep.
    var usedSizes: [Int] {
        if let sizes { return sizes }
        if network.order == 2 { return [500, 1000, 2000] }
        var size = 10 * network.order
        while Double(size) * SpinNetwork.capacity(size: size, order: network.order) < 6e6 { size += 4 }
        return [size / 3, size / 2, size]
    }

    func usedLoads(spinodal: Double) -> [Double] { loads ?? (1...8).map { 1.1 * spinodal * Double($0) / 8 } }
}
