import SaddleComparisons
import SaddleNumerics

extension Benchmark {
    /// Correct studies and studies with a planted mistake, judged by every check: the tables of Documentation/Verdicts.md.
    static let calibration = Benchmark(
        name: "calibration", summary: "verdicts of 300 right studies at the smallest sizes, and with planted mistakes"
    ) { recorder in
        Threads.use(2)
        for item in try CalibrationCase.topics() { try recorder.calibrate(item) }
    }

    static let studyCalibration = Benchmark(
        name: "study-calibration", summary: "the same of `saddle run`: 2 to 500 networks at two widths"
    ) { recorder in
        Threads.use(2)
        for item in try CalibrationCase.studies() { try recorder.calibrate(item) }
    }
}

extension Recorder {
    func calibrate(_ item: CalibrationCase) throws {
        let start = processorSeconds()
        for (planted, counts) in try item.outcomes() {
            let caught = counts[.disagrees] ?? 0
            let words = Verdict.allCases.compactMap { verdict in counts[verdict].map { "\(verdict.rawValue) \($0)" } }
            note(
                "\(item.name); \(planted.map { "\($0.text): caught" } ?? "right (stated \(item.statedRate)): alarms")",
                "\(caught) of \(item.studies) (\(words.joined(separator: ", ")))")
            // One alarm in 300 studies has a probability of 3 % at 1e-4, two of 4e-4.
            if planted == nil { try check(caught <= 1, "\(caught) alarms in \(item.name)") }
        }
        note("\(item.name), processor time", seconds: processorSeconds() - start)
    }
}
