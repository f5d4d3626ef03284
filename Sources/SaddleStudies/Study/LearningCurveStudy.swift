import SaddleModels
import SaddleNumerics

/// The section `learning_curve`.
public typealias LearningCurveStudy = LearningCurveSettings

extension LearningCurveSettings: Settings {
    static let keys: [Key<Self>] = [
        Key("spectrum", \.spectrum, spectrumKind, "Eigenvalues of the inputs' covariance."),
        Key("dimension", \.dimension, .integer(atLeast: 1, atMost: 10_000_000), "D, components of an input."),
        Key("samples", \.samples, .integer(atLeast: 1), "P, the size of the training set."),
        Key(
            "width", \.width, .word("infinite", or: .integer(atLeast: 1)),
            "N, random features of the inputs; infinite: the inputs themselves."),
        .activation(\.activation, "φ of the random features; needs a linear part."),
        Key("spectrum_exponent", \.spectrumExponent, .number(0...10), "Of a power-law spectrum, λ_k = k^−exponent."),
        Key("teacher", \.teacher, .choice, "How the teacher's squared weights fall along the spectrum."),
        Key("teacher_exponent", \.teacherExponent, .number(-10...10), "Of a power-law teacher, w_k² ∝ k^−exponent."),
        Key("noise", \.noise, .number(atLeast: 0), "Variance of the label noise; the signal's is 1."),
        Key("initial_variance", \.initialVariance, .number(atLeast: 0), "Variance of the student's output at initialisation."),
        Key("method", \.method, .choice, "How the student is trained."),
        Key(
            "learning_rate", \.learningRate, .optional(.number(above: 0)),
            "η; half of what is stable unless given."),
        Key("momentum", \.momentum, .number(0...0.98), "Of the heavy ball."),
        Key("nesterov", \.usesNesterov, .flag, "Whether the momentum is Nesterov's."),
        Key("batch_size", \.batchSize, .integer(atLeast: 1), "Samples of a step of sgd or one_pass."),
        Key(
            "time", \.time, .optional(.number("a number above 0, at most 1e15, whole for steps") { $0 > 0 && $0 <= 1e15 }),
            "The last time of flow, or the last step; 10⁵ over the largest eigenvalue, or 3000 steps, unless given."),
        Key("repeats", \.repeats, .integer(atLeast: 4, atMost: 100_000), "Systems of the smallest size that are simulated."),
        Key("seed", \.seed, .seed, "Of the simulation's random numbers."),
    ]

    private static let spectrumKind = Kind<Spectrum>(
        "isotropic, power_law, or a list of eigenvalues of 0 or more such as [1, 0.5]", words: ["isotropic", "power_law"],
        isList: true,
        read: { node, _ in
            switch node.scalar?.string {
            case "isotropic": return .isotropic
            case "power_law": return .powerLaw
            default: break
            }
            guard let list = node.sequence, !list.isEmpty else { return nil }
            let numbers = list.compactMap(StudySection.number)
            let isValid = numbers.count == list.count && numbers.allSatisfy { $0 >= 0 } && numbers.contains { $0 > 0 }
            return isValid ? .list(numbers) : nil
        },
        write: { spectrum in
            switch spectrum {
            case .isotropic: "isotropic"
            case .powerLaw: "power_law"
            case .list(let values): YAMLText.list(values)
            }
        })

    mutating func complete(_ section: StudySection) {
        if case .list(let values) = spectrum {
            if section.has("dimension"), dimension != values.count {
                section.reject(
                    "dimension",
                    "'learning_curve.dimension' is \(dimension), but 'spectrum' lists \(values.count) eigenvalues; expected no dimension here"
                )
            }
            dimension = values.count
        }
        if width == nil, !activation.isLinear {
            section.reject(
                "activation",
                "'learning_curve.activation' is \(activation.name), but 'width' is infinite: inputs without random features have no activation; "
                    + "expected a finite width, or linear")
        }
        if !section.has("batch_size") { batchSize = min(batchSize, samples) }
        if let time, [.descent, .sgd, .onePass].contains(method), time != time.rounded() || time > 1e6 {
            section.reject("time", "'learning_curve.time' is \(time); expected a whole number of steps, at most 1000000")
        }
    }
}
