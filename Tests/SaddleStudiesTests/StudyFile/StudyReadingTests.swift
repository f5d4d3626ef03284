import SaddleModels
import SaddleNumerics
import SaddleStudies
import SaddleTheory
import Testing

// What a study file may hold and what its errors say. The messages are compared in full: they are the part of the program
// that people read. It would catch silently ignored keys, wrong lines, and values that are clamped or guessed.

private func problems(_ text: String) -> [String] {
    do {
        _ = try Study(text: text, file: "s.yaml")
        return []
    } catch let error as StudyFileError {
        return error.problems.map(\.description)
    } catch {
        return ["unexpected \(error)"]
    }
}

private let networkKeys =
    "hidden_layers, activation, weight_scale, bias_scale, parameterization, richness, centered, residual, layer_norm, "
    + "width_ratios, convolution, attention, layers"

@Suite struct StudyReadingTests {
    @Test(arguments: [
        (
            "training:\n  steps: many\n",
            "s.yaml:2:10: 'training.steps' is many; expected a whole number, at least 0"
        ),
        ("training:\n  steps: -1\n", "s.yaml:2:10: 'training.steps' is -1; expected a whole number, at least 0"),
        (
            "training:\n  steps: \"100\"\n",
            "s.yaml:2:10: 'training.steps' is the text \"100\"; expected a whole number, at least 0"
        ),
        ("training:\n  steps:\n", "s.yaml:2:9: 'training.steps' has no value; expected a whole number, at least 0"),
        ("training:\n  steps: [1]\n", "s.yaml:2:10: 'training.steps' is [1]; expected a whole number, at least 0"),
        ("training:\n  steps: 1.5\n", "s.yaml:2:10: 'training.steps' is 1.5; expected a whole number, at least 0"),
        ("training:\n  steps: 1e30\n", "s.yaml:2:10: 'training.steps' is 1e30; expected a whole number, at least 0"),
        ("training: {momentum: 1}\n", "s.yaml:1:22: 'training.momentum' is 1; expected a number at least 0 and below 1"),
        ("training: {momentum: nan}\n", "s.yaml:1:22: 'training.momentum' is nan; expected a number at least 0 and below 1"),
        ("training: {learning_rate: 0}\n", "s.yaml:1:27: 'training.learning_rate' is 0; expected a number above 0"),
        ("training: {learning_rate: .inf}\n", "s.yaml:1:27: 'training.learning_rate' is .inf; expected a number above 0"),
        ("training: {weight_decay: -0.1}\n", "s.yaml:1:26: 'training.weight_decay' is -0.1; expected a number at least 0"),
        ("training: {batch_size: 0}\n", "s.yaml:1:24: 'training.batch_size' is 0; expected a whole number, at least 1"),
        ("training: {loss: hinge}\n", "s.yaml:1:18: 'training.loss' is hinge; expected one of squared, cross_entropy"),
        (
            "training: {nesterov: true}\n",
            "s.yaml:1:22: 'training.nesterov' is true but the momentum is 0; set 'training.momentum' above 0"
        ),
        (
            "training: {nesterov: yes, momentum: 0.5}\n",
            "s.yaml:1:22: 'training.nesterov' is yes; expected true or false"
        ),
        (
            "training:\n  schedule: {kind: linear}\n",
            "s.yaml:2:20: 'training.schedule.kind' is linear; expected one of constant, cosine, step"
        ),
        (
            "training:\n  schedule: {kind: cosine, every: 3}\n",
            "s.yaml:2:35: unknown key 'training.schedule.every' (known here: kind, warmup, final)"
        ),
        (
            "training:\n  schedule: {kind: step}\n",
            "s.yaml:2:13: 'training.schedule' of kind 'step' needs 'every', a number of steps, at least 1"
        ),
        (
            "training:\n  schedule: cosine\n",
            "s.yaml:2:13: 'training.schedule' is cosine; expected a section: keys with values, indented below 'schedule:'"
        ),
        (
            "training: {steps: 10, schedule: {warmup: 11}}\n",
            "s.yaml:1:42: 'training.schedule.warmup' is 11; expected a whole number from 0 to 10 (training.steps)"
        ),
        ("network:\n  hidden_layers: 0\n", "s.yaml:2:18: 'network.hidden_layers' is 0; expected a whole number, at least 1"),
        ("network: {richness: -2}\n", "s.yaml:1:21: 'network.richness' is -2; expected a number above 0"),
        (
            "network:\n  widht: 3\n",
            "s.yaml:2:3: unknown key 'network.widht' (known here: \(networkKeys))"
        ),
        (
            "network:\n  richnes: 3\n",
            "s.yaml:2:3: unknown key 'network.richnes'; did you mean 'richness'? "
                + "(known here: \(networkKeys))"
        ),
        (
            "nettwork:\n  richness: 3\n",
            "s.yaml:1:1: unknown key 'nettwork'; did you mean 'network'? "
                + "(known here: name, data, network, training, predict, simulate, record, kernels, hypernetwork, spectral_mixture, "
                + "learning_curve, generalization, scaling, width_error, linear_response, spectrum, memory, field, lazy, depth, "
                + "depth_limit, coordinates, kernel, measured_kernel, grok, group, hessian, barrier, subspace, flow, lyapunov, rnn, representation, "
                + "dims, sharpness, difficulty, correlations, koopman, walks, entropy, geometry, "
                + "vector_field, spd, screen, grid_score, transport, plan, plan_transfer, coordinate_table, seeds, transfer, collapse, "
                + "matrix_spectrum, cluster)"
        ),
        (
            "network: {parameterization: ntkk}\n",
            "s.yaml:1:29: 'network.parameterization' is ntkk; expected one of mean_field, ntk, standard, mup, or exponents "
                + "such as {a: [0, 0.5, 1], b: [0, 0, 0], c: -1} for the input, hidden and output layers; did you mean 'ntk'?"
        ),
        (
            "network: {convolution: {shape: [8, 8, 8], window: 3}}\n",
            "s.yaml:1:32: 'network.convolution.shape' is [8, 8, 8]; expected one or two whole numbers, at least 1, such as "
                + "[28, 28]"
        ),
        (
            "hypernetwork: {primary: {bias_scale: 1}}\n",
            "s.yaml:1:26: unknown key 'hypernetwork.primary.bias_scale'; there is 'network.bias_scale' (known here: hidden_layers, activation, weight_scale)"
        ),
        (
            "hypernetwork: {encoding: cosine}\n",
            "s.yaml:1:26: 'hypernetwork.encoding' is cosine; expected one of none, mip"
        ),
        (
            "spectral_mixture: {amplitudes: [1, 2]}\n",
            "s.yaml:1:32: 'spectral_mixture.amplitudes' has 2 numbers; expected one for each of the 1 frequencies"
        ),
        (
            "network: [1, 2]\n",
            "s.yaml:1:10: 'network' is [1, 2]; expected a section: keys with values, indented below 'network:'"
        ),
        ("predict: {tolerance: 1}\n", "s.yaml:1:22: 'predict.tolerance' is 1; expected a number above 0 and below 1"),
        (
            "predict: {accuracy: 10}\n", "s.yaml:1:21: 'predict.accuracy' is 10; expected a number from 0.005 to 1"
        ),
        (
            "predict: {accuracy: 0.1, directions: 4}\n",
            "s.yaml:1:21: 'accuracy' is of narrow networks, 'directions' of another way to the corrections; expected one of the two"
        ),
        (
            "predict: {observables: [test_loss], accuracy: 0.1}\n",
            "s.yaml:1:47: 'accuracy' is of narrow networks, 'observables' of another way to the corrections; expected one of the two"
        ),
        ("predict: {replicas: 1}\n", "s.yaml:1:21: one has no error bar; with an accuracy expected at least 2"),
        ("predict: {method: fast}\n", "s.yaml:1:19: 'predict.method' is fast; expected one of auto, resolve, adjoint"),
        (
            "predict: {observables: 3}\n",
            "s.yaml:1:24: 'predict.observables' is 3; expected 'all', or a list of scalar observables such as [test_loss]"
        ),
        (
            "simulate: {widths: [64, 64]}\n",
            "s.yaml:1:20: 'simulate.widths' is [64, 64]; expected a list of different whole numbers, each from 1 to 1000000000, such as [64, 256]"
        ),
        (
            "record: 0\n",
            "s.yaml:1:9: 'record' is 0; expected a number of log-spaced times (at least 1), or a list of different steps "
                + "from 0 to training.steps"
        ),
        (
            "record: [0, 101]\n",
            "s.yaml:1:9: 'record' has the step 101; expected steps from 0 to 100 (training.steps)"
        ),
        (
            "training: {steps: 1e12}\n",
            "s.yaml:1:19: 'training.steps' is 1e12; expected a whole number from 0 to 1000000000"
        ),
        ("kernels: maybe\n", "s.yaml:1:10: 'kernels' is maybe; expected one of auto, true, false"),
        (
            "name: a/b\n",
            "s.yaml:1:7: 'name' is a/b; expected a name for the run folder: letters, digits, spaces, '.', '-' and '_', "
                + "not starting with '.'"
        ),
        (
            "data: {train: 5}\n",
            "s.yaml:1:7: 'data' needs a 'source': digits, gaussian, group, - (standard input), or the path of a .npz, .safetensors, .npy, .csv, IDX or CIFAR-10 .bin file"
        ),
        ("data: {source: digits, train: -5}\n", "s.yaml:1:31: 'data.train' is -5; expected a whole number, at least 1"),
        (
            "data: {source: digits, preprocess: centre}\n",
            "s.yaml:1:36: 'data.preprocess' is centre; expected one of center_scale, standardize, center, scale, none; did you mean 'center'?"
        ),
        ("a: 1\na: 2\n", "s.yaml:1:1: 'a' appears twice in one section, here first; keep one"),
        (
            "training:\n  steps: 1\n  momentum: 0\n  steps: 2\n",
            "s.yaml:2:3: 'steps' appears twice in one section, here first; keep one"
        ),
        ("training: {steps: 1\n", "s.yaml:2:1: not valid YAML: did not find expected ',' or '}'"),
        (
            "- a\n- b\n",
            "s.yaml:1:1: expected keys with values at the top; a study has sections such as 'data:', 'network:' "
                + "and 'training:' ('saddle new' writes an example)"
        ),
        (
            "",
            "s.yaml: the file is empty; a study has sections such as 'data:', 'network:' and 'training:' "
                + "('saddle new' writes an example)"
        ),
        (
            "# nothing\n",
            "s.yaml: the file is empty; a study has sections such as 'data:', 'network:' and 'training:' "
                + "('saddle new' writes an example)"
        ),
    ])
    func badFile(text: String, message: String) {
        #expect(problems(text) == [message])
    }

    /// What the command line sets wins over another way to the corrections in the file; two of them in one place are an error.
    @Test func laterWayToCorrectionsWins() throws {
        let accuracy = "data: {source: digits}\npredict: {accuracy: 0.05, seed: 3}\n"
        let directions = "data: {source: digits}\npredict: {directions: 4, method: adjoint, observables: [test_loss]}\n"
        func read(_ text: String, _ settings: String...) throws -> MeanFieldSettings {
            try Study(text: text, changes: settings.map(Study.Change.init(setting:)), file: "s.yaml").predict
        }
        let first = try read(accuracy, "predict.directions=8")
        #expect(first.accuracy == nil && first.directions == 8 && first.seed == 3)
        #expect(try read(accuracy, "predict.observables=[test_loss]").observables == ["test_loss"])
        #expect(try read(accuracy, "predict.method=adjoint").method == .adjoint)
        let second = try read(directions, "predict.accuracy=0.2")
        #expect(second.accuracy == 0.2 && second.method == .auto && second.observables == nil)
        // What says nothing takes nothing away.
        #expect(try read(accuracy, "predict.method=auto", "predict.observables=all").accuracy == 0.05)
        #expect(throws: StudyFileError.self) { try read(accuracy, "predict.directions=8", "predict.accuracy=0.2") }
    }

    /// A misspelt activation is offered the nearest name.
    @Test func suggestsActivation() {
        let found = problems("network:\n  activation: tahn\n")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("s.yaml:2:15: 'network.activation' is tahn; expected one of linear, "))
        #expect(found[0].hasSuffix("; did you mean 'tanh'?"))
    }

    /// All problems of a file are reported together, in the order of its lines.
    @Test func everyProblemIsReported() {
        let found = problems("simulate: {networks: 0}\ntraining:\n  momentum: 2\n  stesp: 3\nnetwork: {activation: none}\n")
        #expect(found.map { $0.split(separator: " ")[0] } == ["s.yaml:1:22:", "s.yaml:3:13:", "s.yaml:4:3:", "s.yaml:5:23:"])
    }

    @Test func defaultsAreThoseOfTheContract() throws {
        let study = try Study(text: "name: x\n", file: "s.yaml")
        #expect(
            study.data
                == {
                    var d = DataSource(source: "digits", classes: [0, 1]); (d.train, d.test) = (50, 200); return d
                }())
        #expect(study.network.hiddenLayers == 2 && study.network.activation.name == "tanh" && study.network.richness == 1)
        #expect(
            study.training.steps == 100 && study.training.learningRate == LearningRate(base: 0.5)
                && study.training.loss == .squared)
        #expect(study.predict == Study.Prediction())
        #expect(study.simulate == nil && study.record == .times(25) && study.kernels == .auto)
        #expect(try Study(text: "kernels: true\n", file: "a/digits 7.yaml").name == "digits 7")
    }

    /// A section that only a setting of the command line has is there like one of the file.
    @Test func settingsMakeSections() throws {
        let study = try Study(
            text: "name: x", settings: ["simulate.widths=[8, 16]", "hypernetwork.meta.activation=erf"], file: "the settings")
        #expect(study.simulate?.widths == [8, 16] && study.hypernetwork?.hypernetwork.meta.activation.name == "erf")
    }

    @Test func missingFileIsNamed() {
        #expect(throws: StudyFileError(file: "no/such.yaml", "cannot read 'no/such.yaml': No such file or directory")) {
            try Study(path: "no/such.yaml")
        }
    }

    @Test(arguments: [
        ("tanh", "tahn", 1), ("steps", "step", 1), ("", "abc", 3), ("momentum", "momentum", 0), ("kitten", "sitting", 3),
    ])
    func editDistances(a: String, b: String, distance: Int) {
        #expect(editDistance(a, b) == distance && editDistance(b, a) == distance)
    }
}
