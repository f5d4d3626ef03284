import SaddleModels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Study {
    /// The recorded steps, ascending.
    public var recordedSteps: [Int] {
        switch record {
        case .steps(let steps): steps.sorted()
        case .times(let count): Self.logSpaced(count, upTo: training.steps)
        }
    }

    /// 0, then so many steps up to the last one that neighbours have about the same ratio; all steps if they are not more.
    static func logSpaced(_ count: Int, upTo last: Int) -> [Int] {
        if last + 1 <= count { return Array(0...last) }
        if count == 1 { return [last] }
        var steps = [0]
        while steps.count < count {
            let remaining = count - steps.count
            // From here on at the ratio that ends at `last`; early on, whole numbers force larger ratios.
            let here = Double(max(steps.last!, 1))
            let next = steps.last! == 0 && remaining > 1 ? 1 : here * pow(Double(last) / here, 1 / Double(remaining))
            steps.append(min(max(Int(next.rounded()), steps.last! + 1), last - remaining + 1))
        }
        return steps
    }

    /// Whether kernels are recorded for that many training samples, with a warning if `auto` leaves them out.
    func recordsKernels(samples: Int) -> (records: Bool, warning: String?) {
        switch kernels {
        case .yes: return (true, nil)
        case .no: return (false, nil)
        case .auto:
            let kernelsPerTime = Double(2 * network.hiddenLayers + 1)
            let numbers = Double(recordedSteps.count) * Double(samples) * Double(samples) * kernelsPerTime
            // Mean, bias, variance and their errors, eight bytes a number.
            let gigabytes = numbers * 6 * 8 / 1e9
            if gigabytes < 1 { return (true, nil) }
            let size = "\((gigabytes * 10).rounded() / 10) GB"
            return (
                false,
                "kernels are not recorded: \(samples) samples at \(recordedSteps.count) times would take \(size); "
                    + "set 'kernels: true' to have them, or fewer times in 'record'"
            )
        }
    }
}
