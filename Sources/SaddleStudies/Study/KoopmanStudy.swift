import SaddleMeasures
import SaddleNumerics

/// The section `koopman`: linear operators behind a time series.
public struct KoopmanStudy: Settings, Equatable {
    public enum Dictionary: String, Sendable, CaseIterable { case linear, affine, polynomials, fourier, random }
    public enum Rank: Sendable, Equatable { case all, threshold, count(Int) }

    public var dictionary = Dictionary.linear
    public var degree = 2
    public var functions = 100
    public var scale = 1.0
    public var delays = 0
    public var method = KoopmanModel.Method.exact
    public var rank = Rank.all
    public var tolerance = 1e-10
    public var noise: Double?
    public var heldOut = 0.2
    public var interval = 1.0
    public var timeColumn: Int?
    public var grid = 41
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("dictionary", \.dictionary, .choice, "Functions of the state: its coordinates, with a constant, or more."),
        Key(
            "degree", \.degree, .integer(atLeast: 1, atMost: 20), "Of polynomials; of fourier the shortest period, range/degree."),
        Key("functions", \.functions, .integer(atLeast: 1, atMost: 1400), "How many random ones."),
        Key("scale", \.scale, .number(above: 0), "Of random functions: their wave number times the deviation of a coordinate."),
        Key("delays", \.delays, .integer(atLeast: 0, atMost: 1000), "Earlier states that belong to the state."),
        Key("method", \.method, .choice, "How the operator is fitted; the latter two are for noisy series."),
        Key(
            "rank", \.rank, rankKind,
            "Directions that are kept: all above tolerance, so many, or those above Gavish and Donoho's threshold."),
        Key(
            "tolerance", \.tolerance, .number("a number at least 1e-15 and below 1") { $0 >= 1e-15 && $0 < 1 },
            "Singular values below this share of the largest are left out."),
        Key(
            "noise", \.noise, .optional(.number(above: 0)),
            "Deviation of the noise in each number, for rank: threshold; found from the median singular value unless given."),
        Key(
            "held_out", \.heldOut, .number("a number from 0 to 0.9") { (0...0.9).contains($0) },
            "The last share of the series, which is forecast and not fitted."),
        Key("interval", \.interval, .number(above: 0), "Time between samples."),
        Key("time_column", \.timeColumn, .optional(.integer(atLeast: 0)), "The column (from 0) that holds times, if one does."),
        Key("grid", \.grid, .integer(atLeast: 0, atMost: 201), "Points along each side of the pseudospectrum; 0 for none."),
        Key("seed", \.seed, .seed, "Of random functions."),
    ]

    private static let rankKind = Kind<Rank>(
        "all, threshold, or a whole number, at least 1", words: ["all", "threshold"],
        read: { node, _ in
            switch node.scalar?.string {
            case "all": return .all
            case "threshold": return .threshold
            default: return StudySection.integer(node).flatMap { (1...100_000).contains($0) ? .count($0) : nil }
            }
        },
        write: { rank in
            switch rank {
            case .all: "all"
            case .threshold: "threshold"
            case .count(let count): "\(count)"
            }
        })

    mutating func complete(_ section: StudySection) {
        if rank == .threshold, dictionary != .linear {
            section.reject(
                "rank",
                "'koopman.rank' is threshold, which is for white noise, and functions of noisy numbers have none; expected dictionary: linear, or all or a number here"
            )
        }
    }

    var settings: KoopmanMeasurement.Settings {
        var all = KoopmanMeasurement.Settings()
        all.dictionary =
            switch dictionary {
            case .linear: .linear
            case .affine: .affine
            case .polynomials: .polynomials(degree: degree)
            case .fourier: .fourier(order: degree)
            case .random: .random(count: functions, scale: scale, seed: seed)
            }
        all.rank =
            switch rank {
            case .all: .tolerance(tolerance)
            case .threshold: .threshold(noise: noise)
            case .count(let count): .count(count)
            }
        (all.delays, all.method, all.heldOut) = (delays, method, heldOut)
        return all
    }
}
