import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension MeasureLyapunov {
    /// Of dx/dt = −x + σ_w Jφ(x), beside the exponent of `saddle predict linear-response`.
    static func ofRates(_ asked: LyapunovStudy, _ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, network = study.network
        guard network.biasScale == 0 else {
            throw study.problem(
                "network.bias_scale",
                "'network.bias_scale' is \(NumberText.short(network.biasScale)); networks of rates have no biases here: expected 0"
            )
        }
        var tangent = RateTangent(network.activation, units: asked.width, gain: network.weightScale, seed: asked.seed)
        var stream = RandomStream(seed: asked.seed, .probe, 5)
        let found = try LyapunovSpectrum(
            of: &tangent, from: stream.normals(asked.width), count: min(asked.exponents ?? 5, asked.width),
            intervals: asked.turns,
            transient: max(asked.turns / 5, 50), seed: asked.seed, progress: context.progress, shouldStop: context.shouldStop)
        var answer = Answer(
            "Lyapunov exponents of a random network of rates",
            subtitle:
                "dx/dt = −x + σ_w Jφ(x): \(network.activation.name), \(asked.width) units, σ_w = \(NumberText.short(network.weightScale)); a time of \(asked.turns)"
        )
        let model = RandomDynamics(gain: network.weightScale, activation: network.activation)
        do {
            answer.add(
                "theory", try ChaoticState(model).lyapunovExponent(), "Largest exponent of infinitely many units", "theory")
        } catch let error as DynamicsError { answer.warnings.append("no theory beside it: \(error)") }
        add(found, isTimeContinuous: true, to: &answer)
        return answer
    }
}
