#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// From numbers to a regime, with the reasons. Refusals come first.
struct Judgement {
    let table: LossTable
    let law: ScalingLaw
    let limitProbability: Double
    let exponent: ScalingFit.Interval
    let limit: ScalingFit.Interval
    let lateExponent: ScalingFit.Interval?
    let crossover: ScalingFit.Interval?
    let exponentWithLimit: ScalingFit.Interval
    let inverseProbability: Double
    let isMisfit: Bool
    /// A broken law that fits about as well as the law with a limit.
    let rival: ScalingLaw?

    /// Sizes must span this factor.
    private static let leastRange = 8.0
    /// An exponent known to less than this says nothing about the regime.
    private static let widest = 0.6
    /// 1/x is found if all exponents of the interval are this close to 1.
    private static let nearOne = 0.25

    var regime: (ScalingFit.Regime, [String]) {
        let (regime, reasons) = verdict
        guard isMisfit else { return (regime, reasons) }
        return (
            .undecided,
            reasons + [
                "But no law fits within the errors: they are too small, or the losses follow no simple law. Intervals are enlarged to what "
                    + "the law misses."
            ]
        )
    }

    private var verdict: (ScalingFit.Regime, [String]) {
        if let refusal { return (.undecided, [refusal]) }
        if law.form == .broken { return broken }
        return law.form == .powerWithLimit ? withLimit : pure
    }

    private var refusal: String? {
        if table.range < Self.leastRange {
            return
                "Sizes span a factor of \(text(table.range)); below \(text(Self.leastRange)) any smooth curve looks like a power "
                + "law. Measure over a wider range."
        }
        if law.form == .power ? exponent.high < 0 : law(table.sizes.last!) >= law(table.sizes.first!) {
            return "The loss rises with the size: no scaling law. Is the right column taken for the loss?"
        }
        if law.form == .power && exponent.contains(0) {
            return
                "No fall of the loss is seen: the interval of its exponent, \(range(exponent)), holds 0. Measure larger sizes, or "
                + "more seeds."
        }
        if law.form == .powerWithLimit && limit.high < 0 {
            return "The fitted limit is negative (\(range(limit))), which no loss has: it falls faster than a power law with a "
                + "limit, towards zero at a finite size. An offset may have been subtracted, or the law changes beyond the data."
        }
        if exponent.width > Self.widest && law.form != .broken {
            return "The exponent is known to \(text(exponent.low)) … \(text(exponent.high)) only. Measure more sizes, a wider "
                + "range, or more seeds."
        }
        return nil
    }

    private var broken: (ScalingFit.Regime, [String]) {
        guard let lateExponent, let crossover else { return (.undecided, []) }
        let separate = lateExponent.low > exponent.high || lateExponent.high < exponent.low
        if !separate {
            return (
                .undecided,
                [
                    "No single power law fits, with or without a limit, but the exponents before (\(range(exponent))) and after "
                        + "(\(range(lateExponent))) a bend are not apart. Measure more sizes around \(text(crossover.value))."
                ]
            )
        }
        return (
            .crossover,
            [
                "No single power law fits, with or without a limit: the exponent changes from \(range(exponent)) to "
                    + "\(range(lateExponent)) near \(text(crossover.value)).",
                lateExponent.high < exponent.low
                    ? "The later exponent is smaller: another resource (width, time, noise) begins to limit the loss."
                    : "The later exponent is larger: a new regime begins, or the first sizes are too small for any law.",
            ]
        )
    }

    private var withLimit: (ScalingFit.Regime, [String]) {
        if limitProbability >= ScalingFit.significance {
            return (
                .undecided,
                ["No pure power law fits; a limit (L∞ = \(range(limit))) or a bend would both do. Measure more and larger sizes."]
            )
        }
        let reason = "A limit L∞ = \(range(limit)) is needed at the 1 % level."
        if let rival {
            return (
                .undecided,
                [
                    reason,
                    "But a power law that bends from exponent \(text(rival.exponent)) to \(text(rival.lateExponent!)) near "
                        + "\(text(rival.crossover!)) fits about as well, without a limit. Larger sizes would decide.",
                ]
            )
        }
        if inverseProbability >= ScalingFit.significance {
            if exponent.low < 1 - Self.nearOne || exponent.high > 1 + Self.nearOne {
                return (
                    .undecided,
                    [
                        reason,
                        "1/x fits, but so do exponents from \(text(exponent.low)) to \(text(exponent.high)): more data needed.",
                    ]
                )
            }
            return (
                .varianceLimited,
                [
                    reason,
                    "Above it the loss falls as 1/x (free exponent \(range(exponent))): the average over draws has a limit.",
                ]
            )
        }
        return (
            .resolutionLimited,
            [
                reason,
                "Above it the exponent is \(range(exponent)); 1/x is excluded at the 1 % level. The limit is what other "
                    + "resources, or noise, leave.",
            ]
        )
    }

    private var pure: (ScalingFit.Regime, [String]) {
        let reason = "A pure power law with exponent \(range(exponent)) fits; no limit is resolved."
        if exponent.contains(1) || (exponent.low > 0.9 && exponent.high < 1.1) {
            return (
                .undecided,
                [
                    reason,
                    "An exponent of 1 belongs to both regimes: with a limit it would be variance-limited. The data allow limits up to "
                        + "\(text(max(limit.high, 0))); larger sizes would show one, if there is one.",
                ]
            )
        }
        // What a limit that the data do not resolve could still do to the exponent.
        if inverseProbability >= ScalingFit.significance {
            return (
                .undecided,
                [
                    reason,
                    "But with a limit the exponent is \(range(exponentWithLimit)), and 1/x above a limit is not excluded at the 1 % level. "
                        + "Larger sizes or more seeds would decide.",
                ]
            )
        }
        return (
            .resolutionLimited,
            [reason, "1 is outside, also if a limit is allowed: then the exponent is \(range(exponentWithLimit))."]
        )
    }

    /// As many digits as tell the ends apart, three at least.
    private func range(_ interval: ScalingFit.Interval) -> String {
        let digits =
            (3...10).first { text(interval.low, digits: $0) != text(interval.high, digits: $0) } ?? 3
        func short(_ x: Double) -> String { text(x, digits: digits) }
        return "\(short(interval.value)) (\(short(interval.low)) … \(short(interval.high)))"
    }

    private func text(_ x: Double, digits: Int = 3) -> String {
        if x == 0 || !x.isFinite { return x == 0 ? "0" : x > 0 ? "∞" : "−∞" }
        let scale = pow(10, Double(digits - 1) - floor(log10(abs(x))))
        let rounded = scale >= 1 ? (x * scale).rounded() / scale : (x / (1 / scale)).rounded() * (1 / scale)
        let whole = abs(rounded) >= 100 && abs(rounded) < 1e15 && rounded == rounded.rounded()
        return (whole ? "\(Int(rounded))" : "\(rounded)").replacing("-", with: "−")
    }
}
