import SaddleModels
import SaddleStudies
import Testing

// Optimisers, orders and streams in study files. It would catch a default that moved, a key that is written but read as something else, and errors that do not
// say what would be accepted.
@Suite struct OptimizerStudyTests {
    static func training(_ text: String) throws -> Training { try Study(text: "training: {\(text)}\n", file: "s.yaml").training }

    @Test func namesAndDefaults() throws {
        let none = try Self.training("steps: 3")
        #expect(none.optimizer == .descent && none.isPlainDescent && none.order == .shuffled && !none.isStream)
        #expect(try Self.training("optimizer: descent").optimizer.isDescent)
        let expected: [(String, Optimizer)] = [
            ("muon", Optimizer(.muon(.newtonSchulz), others: .descent, decay: .decoupled)),
            ("{name: muon, method: exact}", Optimizer(.muon(.exact(epsilon: 0.02)), others: .descent, decay: .decoupled)),
            ("shampoo", Optimizer(.shampoo(epsilon: 1e-3), others: .descent, decay: .decoupled)),
            ("normalized", Optimizer(.normalized, decay: .decoupled)), ("sign", Optimizer(.sign, decay: .decoupled)),
            ("adam", Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), decay: .coupled)),
            ("adamw", Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), decay: .decoupled)),
            (
                "{name: adam, beta1: 0.8, beta2: 0.95, epsilon: 0.1, decay: decoupled}",
                Optimizer(.adam(beta1: 0.8, beta2: 0.95, epsilon: 0.1), decay: .decoupled)
            ),
            (
                "{name: muon, others: {name: adam, epsilon: 0.1}}",
                Optimizer(
                    .muon(.newtonSchulz), others: .adam(beta1: 0.9, beta2: 0.999, epsilon: 0.1), decay: .decoupled)
            ),
        ]
        for (text, optimizer) in expected {
            let study = try Study(text: "training: {optimizer: \(text)}\n", file: "s.yaml")
            #expect(study.training.optimizer == optimizer, "\(text)")
            #expect(try Study(text: study.yaml, file: "s.yaml").training.optimizer == optimizer, "\(study.yaml)")
        }
    }

    /// A study without the new keys is written as before, so that run folders stay what they are.
    @Test func nothingNewIsWritten() throws {
        let yaml = try Study(text: "training: {batch_size: 8}\n", file: "s.yaml").yaml
        for key in ["optimizer", "learning_rates", "order", "epochs", "data: fixed"] { #expect(!yaml.contains(key), "\(key)") }
    }

    @Test func ratesOfLayers() throws {
        let study = try Study(text: "training: {learning_rates: {hidden: 0.05}}\n", file: "s.yaml")
        #expect(study.training.layerRates == LayerRates(hidden: 0.05))
        #expect(try Study(text: study.yaml, file: "s.yaml").training.layerRates == study.training.layerRates)
    }

    @Test func epochsBecomeSteps() throws {
        let study = try Study(
            text: "data: {source: digits, train: 50}\ntraining: {epochs: 3, batch_size: 16, order: sequential}\n", file: "s.yaml")
        #expect(study.training.steps == 9 && study.training.order == .sequential)
        let copy = try Study(text: study.yaml, file: "s.yaml")
        #expect(copy.training.steps == 9 && copy.training.order == .sequential && copy.yaml == study.yaml)
        #expect(try Study(text: "data: {source: digits, train: 50}\ntraining: {epochs: 3}\n", file: "s.yaml").training.steps == 3)
    }

    static let gaussian = "source: gaussian, dimension: 4, teacher: linear, test: 10"

    @Test func streamsDrawWhatTheyNeed() throws {
        let study = try Study(
            text: "data: {\(Self.gaussian)}\ntraining: {data: stream, steps: 20, batch_size: 8}\n", file: "s.yaml")
        #expect(study.data.train == 21 * 8 && study.training.isStream && study.training.order == .sequential)
        let copy = try Study(text: study.yaml, file: "s.yaml")
        #expect(copy.training.isStream && copy.data == study.data && copy.yaml == study.yaml)
    }

    @Test(arguments: [
        (
            "training: {optimizer: adma}\n",
            "s.yaml:1:23: 'training.optimizer' is adma; expected one of descent, muon, shampoo, normalized, sign, adam, adamw, or a section"
        ),
        ("training: {optimizer: {beta1: 0.5}}\n", "'training.optimizer.name' is missing; expected one of descent, muon"),
        (
            "training: {optimizer: {name: muon, epsilon: 0.1}}\n",
            "s.yaml:1:45: unknown key 'training.optimizer.epsilon' of muon with method: exact alone (known here: name, method)"
        ),
        (
            "training: {optimizer: {name: sign, beta1: 0.1}}\n",
            "unknown key 'training.optimizer.beta1' of sign (known here: name)"
        ),
        (
            "training: {optimizer: {name: adam, beta2: 1}}\n",
            "'training.optimizer.beta2' is 1; expected a number at least 0 and below 1"
        ),
        ("training: {optimizer: {name: adam, gamma: 1}}\n", "unknown key 'training.optimizer.gamma'"),
        ("training: {optimizer: {name: shampoo, epsilon: 0}}\n", "'training.optimizer.epsilon' is 0; expected a number above 0"),
        (
            "training: {optimizer: adam, momentum: 0.9}\n",
            "s.yaml:1:39: 'training.momentum' is 0.9, but adam has a momentum of its own; expected 0, and beta1 in 'training.optimizer'"
        ),
        (
            "training: {learning_rates: {hidden: 0}}\n",
            "'training.learning_rates' is a section; expected a number above 0 for 'hidden'"
        ),
        (
            "training: {learning_rates: {output: 1}}\n",
            "'training.learning_rates' is a section; expected layers out of input, hidden, readout, not 'output'"
        ),
        (
            "training: {learning_rates: 0.1}\n",
            "s.yaml:1:28: 'training.learning_rates' is 0.1; expected numbers above 0 for some of input, hidden, readout, such as {input: 0.1"
        ),
        ("training: {order: random, batch_size: 2}\n", "'training.order' is random; expected one of shuffled, sequential"),
        (
            "training: {order: sequential}\n",
            "'training.order' is sequential, but without 'training.batch_size' every step sees all samples"
        ),
        ("training: {epochs: 2, steps: 4}\n", "'training.epochs' is given beside 'training.steps'; expected one of the two"),
        (
            "data: {source: a.npz}\ntraining: {epochs: 2}\n",
            "'training.epochs' needs 'data.train', the number of training samples; give it, or 'training.steps'"
        ),
        (
            "training: {data: stream}\n",
            "'training.data' is stream, but 'training.batch_size', the samples of a step, is not given"
        ),
        (
            "data: {\(gaussian), train: 30}\ntraining: {data: stream, steps: 20, batch_size: 8}\n",
            "'data.train' is 30; a stream of 20 steps takes 168 samples, one batch more than it learns: leave it out"
        ),
        (
            "data: {source: gaussian, dimension: 4, teacher: linear}\ntraining: {data: stream, steps: 20, batch_size: 8}\n",
            "'data.test' is 0, but a stream is judged on test samples; expected a whole number, at least 1"
        ),
        (
            "data: {\(gaussian)}\nkernels: true\ntraining: {data: stream, steps: 20, batch_size: 8}\n",
            "'kernels' is true, but kernels of the training samples of a stream are not recorded; expected auto or false"
        ),
        (
            "data: {source: a.npz, train: 40}\ntraining: {data: stream, epochs: 2, batch_size: 8}\n",
            "'training.epochs' is 2, but a stream has each sample once; expected 1"
        ),
    ])
    func errors(text: String, message: String) {
        do {
            _ = try Study(text: text, file: "s.yaml")
            Issue.record("accepted: \(text)")
        } catch let error as StudyFileError {
            #expect("\(error)".contains(message), "\(error)")
        } catch { Issue.record("\(error)") }
    }
}
