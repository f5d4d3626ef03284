import SaddleComparisons
import SaddleModels

/// The section `plan`: what networks must keep, or may cost.
public struct PlanStudy: Settings, Equatable {
    public enum Method: String, Sendable, CaseIterable { case auto, theory, networks }

    /// Tolerances; a tenth of the loss where no other is given.
    public var excessLoss, outputSpread, labelFlips: Double?
    /// Budgets.
    public var parameters, trainingFlops: Double?
    public var method = Method.auto
    public var precision = 0.3
    public var checks = false

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "excess_loss", \.excessLoss, .optional(.number(above: 0)),
            "By how much the expected loss may exceed that of infinite width, as a fraction of it; 0.1 if no tolerance is given."),
        Key(
            "output_spread", \.outputSpread, .optional(.number(above: 0)),
            "How much an output may differ between seeds: standard deviation, root mean square over samples."),
        Key(
            "label_flips", \.labelFlips, .optional(.number("a number from 0.0001 to 0.9") { (0.0001...0.9).contains($0) }),
            "How often two seeds may label a sample differently."),
        Key("parameters", \.parameters, .optional(.number(atLeast: 1)), "A budget of parameters of all networks together."),
        Key(
            "training_flops", \.trainingFlops, .optional(.number(atLeast: 1)), "A budget of operations for training all networks."
        ),
        Key(
            "method", \.method, .choice,
            "Where the answer comes from; auto: theory that is in the run folder already, else small ensembles."),
        Key(
            "precision", \.precision, .number("a number from 0.05 to 1") { (0.05...1).contains($0) },
            "By what share the width that certainly suffices may exceed the likely one."),
        Key("check", \.checks, .flag, "Whether networks of the recommended width are trained to see whether it holds."),
    ]

    mutating func complete(_ section: StudySection) {
        if parameters != nil && trainingFlops != nil {
            section.reject("training_flops", "'plan.training_flops' is given beside 'plan.parameters'; expected one budget")
        }
        if excessLoss == nil && outputSpread == nil && labelFlips == nil { excessLoss = 0.1 }
    }

    var requirements: [(kind: WidthRequirement.Kind, tolerance: Double)] {
        let all: [(WidthRequirement.Kind, Double?)] = [
            (.excessLoss, excessLoss ?? (outputSpread == nil && labelFlips == nil ? 0.1 : nil)), (.outputSpread, outputSpread),
            (.labelFlips, labelFlips),
        ]
        return all.compactMap { kind, tolerance in tolerance.map { (kind, $0) } }
    }
}
