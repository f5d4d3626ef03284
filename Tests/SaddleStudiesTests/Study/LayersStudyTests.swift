import SaddleModels
import SaddleStudies
import Testing

// Layers listed one by one. The graphs of named architectures are the oracle of the same stack written by hand; messages are compared in
// full. It would catch an entry that is read as another one, a copy of the study that is another network, a wrong place or line, and keys
// that are ignored beside the list.

@Suite struct LayersStudyTests {
    private static let list = """
        network:
          convolution: {shape: [8], channels: 2, readout: flatten}
          layers:
            - {convolution: {window: 3, stride: 2, padding: same, ratio: 1}}
            - activation
            - {pooling: 2}
            - {residual: [activation, {convolution: {padding: circular}}], scale: 0.5}
            - {attention: {key_dimension: 4, causal: true}}
            - normalization
            - linear
            - activation

        """

    @Test func everyLayerIsReadAndWritten() throws {
        let study = try Study(text: Self.list, file: "s.yaml")
        #expect(
            study.network.layers == [
                .convolution(window: 3, stride: 2, padding: .same, ratio: 1), .activation, .pooling(size: 2),
                .residual([.activation, .convolution(window: 3, stride: 1, padding: .circular, ratio: 1)], scale: 0.5),
                .attention(Attention(keyDimension: 4, isCausal: true)), .normalization, .linear(ratio: 1), .activation,
            ])
        #expect(study.network.hiddenLayers == 3, "φ within the branch counts")
        let copy = try Study(text: study.yaml, file: "t.yaml")
        #expect(copy.network.layers == study.network.layers && copy.network.convolution == study.network.convolution)
        #expect(copy.yaml == study.yaml)
        let tokens = try Study(text: "network: {attention: {tokens: 4}, layers: [linear, activation]}", file: "s.yaml")
        #expect(try Study(text: tokens.yaml, file: "t.yaml").yaml == tokens.yaml)
    }

    @Test(arguments: [
        ("hidden_layers: 2", "linear, activation, linear, activation"),
        ("{hidden_layers: 2, width_ratios: [1, 2]}", "linear, activation, {linear: 2}, activation"),
        (
            "{hidden_layers: 3, residual: {branch_scale: 0.5}}",
            "linear, {residual: [activation, linear], scale: 0.5}, {residual: [activation, linear], scale: 0.5}, activation"
        ),
        ("{hidden_layers: 1, layer_norm: hidden}", "linear, normalization, activation"),
        (
            "{hidden_layers: 2, attention: {tokens: 3, key_dimension: 2, feed_forward: 2}}",
            "linear, {residual: [{attention: {key_dimension: 2}}]}, {residual: [{linear: 2}, activation, linear]}, activation"
        ),
    ])
    func namedArchitecturesAreStacks(named: String, layers: String) throws {
        let a = try Study(text: "network: \(named.hasPrefix("{") ? named : "{\(named)}")", file: "s.yaml").network
        let tokens = a.transformer.map { "attention: {tokens: \($0.tokens)}, " } ?? ""
        let b = try Study(text: "network: {\(tokens)layers: [\(layers)]}", file: "s.yaml").network
        #expect(try a.graph(inputDimension: 6) == b.graph(inputDimension: 6))
        #expect(a.hiddenLayers == b.hiddenLayers || a.transformer != nil)
    }

    @Test func theCommandLineReplacesWhatTheFileSays() throws {
        let change = try Study.Change(setting: "network.layers=[linear, activation]")
        let text = "network:\n  hidden_layers: 3\n  residual: true\n  convolution: {shape: [4], window: 3}\n"
        let study = try Study(text: text, changes: [change], file: "s.yaml")
        #expect(study.network.layers == [.linear(ratio: 1), .activation] && study.network.convolution?.shape == [4])
        let bare = try Study(text: "name: x\n", changes: [change], file: "s.yaml")
        #expect(bare.network.convolution == nil && bare.network.transformer == nil)
    }

    private static let accepted =
        "activation, normalization, {linear: 1} with its width over N, {convolution: {window: 3, stride: 1, padding: same, ratio: 1}}, "
        + "{pooling: 2}, {residual: [activation, linear], scale: 1} or {attention: {key_dimension: 4, causal: false}}"

    @Test(arguments: [
        ("layers: 3", "s.yaml:2:11: 'network.layers' is 3; expected a list of layers, each \(accepted)"),
        (
            "layers: [linear, activatoin]",
            "s.yaml:2:20: 'network.layers[1]' is activatoin; expected \(accepted); did you mean 'activation'?"
        ),
        ("layers: [{conv: 3}]", "s.yaml:2:12: 'network.layers[0]' has conv; expected \(accepted)"),
        (
            "layers: [{linear: 1, pooling: 2}]",
            "s.yaml:2:12: 'network.layers[0]' has linear, pooling; expected \(accepted)"
        ),
        (
            "layers: [linear, {pooling: 0}]",
            "s.yaml:2:30: 'network.layers[1].pooling' is 0; expected a whole number from 1 to 100000"
        ),
        (
            "layers: [linear, {residual: [activation, {linear: -1}]}]",
            "s.yaml:2:53: 'network.layers[1].residual[1].linear' is -1; expected a number above 0"
        ),
        (
            "layers: [{convolution: {window: 2}}]",
            "s.yaml:2:35: 'network.layers[0].convolution.window' is 2; expected an odd whole number, at least 1"
        ),
        (
            "layers: [linear]\n  residual: true",
            "s.yaml:3:13: 'network.residual' is given beside 'network.layers', which says it; expected one of the two"
        ),
        (
            "layers: [linear]\n  convolution: {shape: [4], window: 5}",
            "s.yaml:3:37: 'network.convolution.window' is given beside 'network.layers', which says it; expected one of the two"
        ),
    ])
    func whatIsWrongIsNamedByItsPlace(keys: String, message: String) {
        #expect(throws: StudyFileError.self) { try Study(text: "network:\n  \(keys)\n", file: "s.yaml") }
        do { _ = try Study(text: "network:\n  \(keys)\n", file: "s.yaml") } catch {
            #expect("\(error)" == message)
        }
    }

    @Test func whatOnlyTheGraphTellsHasAPlaceToo() throws {
        func error(_ layers: String) throws -> NetworkError? {
            let network = try Study(text: "network: {convolution: {shape: [8]}, layers: [\(layers)]}", file: "s.yaml").network
            do { _ = try network.graph(inputDimension: 8) } catch { return error }
            return nil
        }
        #expect(try error("linear, {pooling: 3}, activation") == .layer([1], .pooling(size: 3, grid: [8])))
        #expect(
            try error("linear, {residual: [activation, {convolution: {window: 9}}]}")
                == .layer([1, 1], .window(9, length: 8, layer: 2)))
        #expect(try error("linear, {residual: [{linear: 2}]}, activation") == .layer([1, 0], .returningWidth(2, stream: 1)))
        #expect(try error("linear, {residual: [{pooling: 2}, linear]}, activation") == .layer([1], .branch(from: [8], to: [4])))
        #expect(try error("activation, linear") == .layer([0], .noWeightsYet))
        #expect(try error("linear") == .noActivation)
    }
}
