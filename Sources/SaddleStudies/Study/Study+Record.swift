import SaddleModels

extension Study {
    /// The recorded steps, ascending.
    public var recordedSteps: [Int] {
        switch record {
        case .steps(let steps): steps.sorted()
        case .times(let count): Experiment.logSpacedSteps(count, upTo: training.steps)
        }
    }

    /// Whether kernels are recorded for that many training samples, with a warning if `auto` leaves them out.
    func recordsKernels(samples: Int) -> (records: Bool, warning: String?) {
        if training.isStream { return (false, nil) }
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
