import SaddleModels
import SaddleTheory

/// The section `linear_response`: dynamics of many units coupled by a random matrix, and the finite systems that are simulated.
public struct LinearResponseStudy: Settings {
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

    static let keys: [Key<Self>] = [
        Key("symmetry", \.model.symmetry, .number(-1...1), "τ, N times the mean of JᵢⱼJⱼᵢ: 1 symmetric, 0 independent."),
        Key("decay", \.model.decay, .number(atLeast: 0), unit: "1/time", "λ, the rate at which a unit forgets."),
        Key("gain", \.model.gain, .number(atLeast: 0), unit: "1/time", "σ, the strength of the couplings."),
        Key("noise", \.model.noise, .number(atLeast: 0), "T, half the strength of the white noise."),
        Key("initial_variance", \.model.initialVariance, .number(atLeast: 0), "q₀, variance of a unit at time 0."),
        .activation(\.model.activation, "φ of the units' outputs."),
        Key("duration", \.duration, .number(atLeast: 1e-100), unit: "time", "The last time."),
        Key("steps", \.steps, .integer(atLeast: 4, atMost: 2000), "Steps of the grid of times, an even number."),
        Key("times", \.times, .integer(atLeast: 1, atMost: 50), "Times that simulations record, beside 0."),
        Key("sizes", \.sizes, .integers(atLeast: 2, example: "[200, 400]"), "Numbers of units of simulated systems."),
        Key("matrices", \.matrices, .integer(atLeast: 2), "Matrices drawn for each size."),
        Key("seed", \.seed, .seed, "Of the simulation's random numbers."),
    ]

    mutating func complete(_ section: StudySection) {
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
        if steps % 2 != 0 {
            section.reject("steps", "'linear_response.steps' is \(steps); expected an even number, half of which tells the error")
        }
        if !section.has("times") { times = min(times, steps) }
        if times > steps {
            section.reject("times", "'linear_response.times' is \(times); expected at most the \(steps) 'steps'")
        }
    }

    /// Steps of the grid that simulations record: 0 and `times` more, evenly spread.
    var recorded: [Int] { (0...times).map { ($0 * steps + times / 2) / times } }
}
