import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict learning-curve` and `saddle simulate learning-curve`: losses of a linear student against time, samples and width,
/// what causes them, and what ensembles, stopping and ridge would make of them.
public struct LearningCurveTopic: Sendable {
    let simulates: Bool

    public init(simulates: Bool) { self.simulates = simulates }

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        if simulates { try context.study.checkMemory(context.study.learningCurve ?? LearningCurveStudy()) }
        let answer = try LearningCurveAnswer(context)
        let check = simulates ? try LearningCurveCheck(answer, LearningCurveCheck.ensembles(answer, context), context) : nil
        var arrays: [(name: String, array: Tensor)] = [
            (answer.axisName, vector(answer.places)), ("train_loss", vector(answer.losses.map(\.train))),
            ("test_loss", vector(answer.losses.map(\.test))),
        ]
        for k in LossSources().parts.indices {
            let name = LossSources().parts[k].name.replacing(" × ", with: "_and_").replacing(" ", with: "_")
            arrays.append(("test_loss_\(name)", vector(answer.losses.map { $0.sources.parts[k].value })))
        }
        return TopicResult(
            simulates ? "learning_curve_simulation" : "learning_curve", page: answer.page(name: context.study.name, check),
            numbers: Numbers(answer, check), arrays: arrays, verdict: check?.check.verdict)
    }

    private func vector(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }

    struct Numbers: Encodable, Sendable {
        struct Optimum: Encodable, Sendable {
            let argument, loss: Double
            let place: String

            init(_ optimum: LossOptimum) {
                (argument, loss, place) = (optimum.argument, optimum.loss, optimum.place.rawValue)
            }
        }
        struct Sweep: Encodable, Sendable {
            let of: String
            let counts, best: [Double]
            /// Null where it diverges.
            let ridgeless: [Double?]
        }
        let axis: String
        let places, train, test: [Double]
        let sources: [String: [Double]]
        let hermitianTwin: [Double]?
        let edge: Double
        let learningRate: Double?
        let bestStop: Optimum?
        let bestRidge: Optimum
        let sweeps: [Sweep]
        let check: CheckSummary?

        init(_ answer: LearningCurveAnswer, _ check: LearningCurveCheck?) {
            (axis, places, edge) = (answer.axisName, answer.places, answer.edge)
            (train, test) = (answer.losses.map(\.train), answer.losses.map(\.test))
            sources = Dictionary(
                uniqueKeysWithValues: LossSources().parts.enumerated().map { k, part in
                    (
                        part.name.replacing(" × ", with: "_and_").replacing(" ", with: "_"),
                        answer.losses.map { $0.sources.parts[k].value }
                    )
                })
            hermitianTwin = answer.twin
            learningRate = answer.training?.optimizer?.rate
            bestStop = answer.bestStop.map(Optimum.init)
            bestRidge = Optimum(answer.bestRidge)
            sweeps = answer.sweeps.map { sweep in
                Sweep(
                    of: sweep.name, counts: sweep.counts, best: sweep.best,
                    ridgeless: sweep.ridgeless.map { $0.isFinite ? $0 : nil })
            }
            self.check = check.map { CheckSummary($0.check) }
        }
    }
}
