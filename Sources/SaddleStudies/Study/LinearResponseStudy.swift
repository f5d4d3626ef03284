import SaddleModels
import SaddleTheory

/// The section `linear_response`: dynamics of many units coupled by a random matrix, and the finite systems that are simulated.
public struct LinearResponseStudy: Sendable {
    public var model = RandomDynamics(gain: 0.8)
    /// The last time.
    public var duration = 5.0
    /// Steps of the theory's grid of times; even, so that half as many tell the error.
    public var steps = 200
    /// How many times of the grid are recorded in simulations, beside 0.
    public var times = 5
    /// Numbers of units, ascending.
    public var sizes = [200, 400]
    /// Matrices of each size.
    public var matrices = 200
    public var seed = 2

    public init() {}

    /// The section; every key has a default.
    init(_ section: StudySection) {
        func amount(_ key: String, _ value: Double) -> Double {
            section.number(key, default: value, "a number at least 0") { $0 >= 0 }
        }
        model.symmetry = section.number("symmetry", default: model.symmetry, "a number from -1 to 1") { abs($0) <= 1 }
        model.decay = amount("decay", model.decay)
        model.gain = amount("gain", model.gain)
        model.noise = amount("noise", model.noise)
        model.initialVariance = amount("initial_variance", model.initialVariance)
        model.activation = section.activation(default: .linear)
        if !model.activation.isContinuous {
            section.reject(
                "activation",
                "'linear_response.activation' is \(model.activation.name), which jumps: its derivative is a δ-function, which no "
                    + "perturbation sees; expected a continuous one, such as tanh or erf with a large input_scale")
        }
        if !model.isLinear && model.symmetry != 0 {
            let error = DynamicsError.nonlinearWithSymmetry(activation: model.activation.name, symmetry: model.symmetry)
            section.reject("symmetry", "\(error)")
        }
        if model.initialVariance == 0 && model.noise == 0 {
            section.reject(
                "initial_variance",
                "'linear_response.initial_variance' and 'linear_response.noise' are both 0, so nothing moves; expected one of them above 0"
            )
        }
        duration = section.number("duration", default: duration, "a number from 1e-100") { $0 >= 1e-100 }
        steps = section.integer("steps", default: steps, atLeast: 4, atMost: 2000)
        if steps % 2 != 0 {
            section.reject("steps", "'linear_response.steps' is \(steps); expected an even number, half of which tells the error")
        }
        times = section.integer("times", default: min(times, steps), atLeast: 1, atMost: 50)
        if times > steps {
            section.reject("times", "'linear_response.times' is \(times); expected at most the \(steps) 'steps'")
        }
        sizes = (section.integers("sizes", atLeast: 2) ?? sizes).sorted()
        matrices = section.integer("matrices", default: matrices, atLeast: 2)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        section.finish()
    }

    /// Steps of the grid that simulations record: 0 and `times` more, evenly spread.
    var recorded: [Int] { (0...times).map { ($0 * steps + times / 2) / times } }

    var lines: [String] {
        [
            YAMLText.line("symmetry", model.symmetry), YAMLText.line("decay", model.decay), YAMLText.line("gain", model.gain),
            YAMLText.line("noise", model.noise), YAMLText.line("initial_variance", model.initialVariance),
            YAMLText.line("activation", model.activation.written), YAMLText.line("duration", duration),
            YAMLText.line("steps", steps), YAMLText.line("times", times), YAMLText.line("sizes", YAMLText.list(sizes)),
            YAMLText.line("matrices", matrices), YAMLText.line("seed", seed),
        ]
    }
}
