import SaddleNumerics
import SaddleReport

/// Everything a study's report is made of: what a finished run folder holds, as values.
///
/// Only `name` and `recordedSteps` are always there. Whatever else is missing (no theory, no ensemble, no test points, no
/// kernels) leaves out its part of the report.
public struct StudyReportContent: Sendable {
    /// Agreement of theory and ensemble at one width.
    public struct WidthComparison: Sendable {
        public var width: Int
        /// How many numbers were compared.
        public var compared: Int
        /// Largest |z| found.
        public var largestZ: Double
        /// Largest |z| to be expected among so many numbers if theory and ensemble agree.
        public var expectedLargestZ: Double
        /// The verdict on this width, such as "agrees" or "too narrow for the 1/N regime".
        public var verdict: String
        /// Every compared number's z-score; may be empty.
        public var zScores: [Double]

        public init(
            width: Int, compared: Int, largestZ: Double, expectedLargestZ: Double, verdict: String, zScores: [Double] = []
        ) {
            self.width = width
            self.compared = compared
            self.largestZ = largestZ
            self.expectedLargestZ = expectedLargestZ
            self.verdict = verdict
            self.zScores = zScores
        }
    }

    public struct Comparison: Sendable {
        public enum Outcome: Sendable { case agrees, disagrees, undecided }
        public var outcome: Outcome
        /// The verdict in a sentence or two.
        public var verdict: String
        public var widths: [WidthComparison]
        /// Whole observables.
        public var pooled: [PooledComparison]
        /// Accuracies at each width that has one.
        public var accuracies: [(width: Int, accuracy: AccuracyComparison)]

        public init(
            outcome: Outcome, verdict: String, widths: [WidthComparison], pooled: [PooledComparison] = [],
            accuracies: [(width: Int, accuracy: AccuracyComparison)] = []
        ) {
            self.outcome = outcome
            self.verdict = verdict
            self.widths = widths
            self.pooled = pooled
            self.accuracies = accuracies
        }
    }

    public struct Timing: Sendable {
        public var stage: String
        public var seconds: Double
        public var remark: String

        public init(_ stage: String, seconds: Double, remark: String = "") {
            self.stage = stage
            self.seconds = seconds
            self.remark = remark
        }
    }

    public var name: String
    /// The study file as used.
    public var studyText = ""
    /// What was asked, in a reader's words: "Network" → "2 hidden layers, tanh".
    public var asked: [Page.Fact] = []
    public var dataFacts: [Page.Fact] = []
    /// Version, seeds, machine.
    public var provenance: [Page.Fact] = []
    /// Commands that repeat the study.
    public var commands: [String] = []

    /// With one hidden layer the cost of a network grows as its width, with more as its square.
    public var hiddenLayers: Int?
    public var hasSquaredLoss = false
    public var recordedSteps: [Int]
    /// Arrays of `theory.npz` by name.
    public var theory: [String: Tensor] = [:]
    /// Arrays of `ensemble.npz` by name.
    public var ensemble: [String: Tensor] = [:]
    /// Widths of the ensembles, and how many networks each has.
    public var widths: [Int] = []
    public var networks: [Int: Int] = [:]
    public var comparison: Comparison?
    /// What an interrupted run has kept and not finished, as in "37 of 100 networks of width 64".
    public var unfinished: [String] = []
    /// Pages of single questions in the same folder.
    public var answers: [String] = []

    public var classNames: [String] = []
    public var trainClasses: [Int] = []
    public var testClasses: [Int] = []
    /// Labels as the loss sees them, P × C and Q × C.
    public var trainLabels: Matrix?
    public var testLabels: Matrix?

    public var timings: [Timing] = []
    public var warnings: [String] = []

    public init(name: String, recordedSteps: [Int]) {
        self.name = name
        self.recordedSteps = recordedSteps
    }
}

/// A report that cannot be composed because parts of the run folder do not fit together.
public enum StudyReportError: Error, Equatable, CustomStringConvertible {
    case nothingRecorded
    case shape(array: String, found: [Int], expected: String)
    case classes(of: String, found: Int, expected: Int)
    case unknownClass(of: String, index: Int, classes: Int)

    public var description: String {
        switch self {
        case .nothingRecorded:
            "there is nothing to report: no steps were recorded; a run records at least one"
        case .shape(let array, let found, let expected):
            "array '\(array)' has shape \(found.map(String.init).joined(separator: "×")), expected \(expected);"
                + " the run folder mixes files of different runs, or was edited: run the study again into an empty folder"
        case .classes(let of, let found, let expected):
            "\(found) \(of) for \(expected) samples; give one for each sample, or none"
        case .unknownClass(let of, let index, let classes):
            "\(of) name class \(index), but there are \(classes) classes (numbered from 0)"
        }
    }
}
