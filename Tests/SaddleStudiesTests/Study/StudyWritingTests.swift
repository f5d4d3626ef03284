import SaddleStudies
import Testing

// The written study and the recorded steps. It would catch a key that is read but not written (a run folder's copy would
// then be another study), and texts that YAML reads as numbers.

@Suite struct StudyWritingTests {
    static let full = """
        name: "1e3"
        data:
          source: data/a b#c.csv
          label_column: "7"
          classes: [3, 8, 1]
          train: 20
          test: 0
          preprocess: none
          seed: 5
        network:
          hidden_layers: 3
          activation: relu
          weight_scale: 1.4142135623730951
          bias_scale: 0.25
          parameterization: {a: [0, 0.5, 0.5], b: [0, 0, 0], c: -1}
          richness: 1.0e-3
          centered: true
          residual: true
          layer_norm: true
          width_ratios: [1, 2, 0.5]
          convolution: {shape: [8, 4], channels: 2, window: 5, padding: valid, pooling: 2, readout: flatten}
        training:
          steps: 1e4
          learning_rate: 1e-7
          schedule: {kind: step, warmup: 3, every: 100, factor: 0.3}
          momentum: 0.9
          nesterov: true
          weight_decay: 0.001
          loss: cross_entropy
          batch_size: 8
          batch_seed: 4
        predict: {sites: 300, tolerance: 1e-6, directions: 0, replicas: 7, seed: 3, method: resolve, observables: [test_loss]}
        simulate: {widths: [1024, 64], networks: 10, seed: 9, precision: single, streams: 8}
        record: [500, 0, 7]
        kernels: false
        hypernetwork:
          meta: {hidden_layers: 2, activation: erf, weight_scale: 1.5, bias_scale: 0.1}
          primary: {hidden_layers: 3, activation: tanh, weight_scale: 0.7}
          encoding: mip
          base_scale: 0.25
          meta_inputs: 2
          primary_inputs: 3
          meta_widths: [32, 8]
          primary_widths: [5]
          networks: 30
          seed: 7
        spectral_mixture:
          observed: data
          spectrum: student_t_5
          components: 4
          frequencies: [1, 20]
          amplitudes: [1, 0.5]
          points: 30
          noise: 0.01
          largest_frequency: 12
        linear_response: {symmetry: -0.5, decay: 2, gain: 1.5, noise: 0.1, initial_variance: 0, duration: 3, steps: 50, times: 2, sizes: [80, 40], matrices: 9, seed: 5}
        spectrum:
          ensemble: random-features
          size: 200
          matrices: 7
          seed: 8
          deviation: 0.5
          ratio: [0.5, 2]
          population: [1, 2.5]
          exponent: 2
          spikes: [4]
          addend: wishart
          symmetry: -0.25
          ridge: 0.01
          gas: {charges: 9, beta: 4, trap: 3, chains: 8, sweeps: 20}
        """

    static let synthetic = """
        data: {source: gaussian, train: 9, dimension: 5, teacher: single_index, link: he3, noise: 0.25}
        training: {schedule: {kind: cosine, warmup: 1, final: 0.1}}
        """

    /// Reading what was written gives the same study: the text is a fixed point, and it holds every value of the original.
    @Test(arguments: [full, synthetic, "name: x\n", Study.example(name: "an example")])
    func writtenStudyIsTheSame(text: String) throws {
        let study = try Study(text: text, file: "/somewhere/s.yaml")
        let copy = try Study(text: study.yaml, file: "/elsewhere/t.yaml")
        #expect(copy.yaml == study.yaml)
        #expect(copy.recordedSteps == study.recordedSteps)
        #expect(copy.data == study.data)
    }

    @Test func everyValueIsKept() throws {
        let study = try Study(text: Self.full, file: "/somewhere/s.yaml")
        let expected = """
            name: "1e3"
            data:
              source: "/somewhere/data/a b#c.csv"
              label_column: "7"
              classes: [3, 8, 1]
              train: 20
              test: 0
              preprocess: none
              seed: 5
            network:
              hidden_layers: 3
              activation: relu
              weight_scale: 1.4142135623730951
              bias_scale: 0.25
              parameterization: {a: [0.0, 0.5, 0.5], b: [0.0, 0.0, 0.0], c: -1.0}
              richness: 0.001
              centered: true
              residual: true
              layer_norm: true
              width_ratios: [1.0, 2.0, 0.5]
              convolution: {shape: [8, 4], channels: 2, window: 5, padding: valid, stride: 1, pooling: 2, readout: flatten}
            training:
              steps: 10000
              learning_rate: 1e-07
              schedule: {kind: step, warmup: 3, every: 100, factor: 0.3}
              momentum: 0.9
              nesterov: true
              weight_decay: 0.001
              loss: cross_entropy
              batch_size: 8
              batch_seed: 4
            predict:
              sites: 300
              tolerance: 1e-06
              directions: 0
              replicas: 7
              seed: 3
              method: resolve
              observables: [test_loss]
            simulate:
              widths: [64, 1024]
              networks: 10
              seed: 9
              precision: single
              streams: 8
            record: [0, 7, 500]
            kernels: false
            hypernetwork:
              meta: {hidden_layers: 2, activation: erf, weight_scale: 1.5, bias_scale: 0.1}
              primary: {hidden_layers: 3, activation: tanh, weight_scale: 0.7}
              encoding: mip
              base_scale: 0.25
              meta_inputs: 2
              primary_inputs: 3
              meta_widths: [8, 32]
              primary_widths: [5]
              networks: 30
              seed: 7
            spectral_mixture:
              observed: data
              spectrum: student_t_5
              components: 4
              frequencies: [1.0, 20.0]
              amplitudes: [1.0, 0.5]
              points: 30
              noise: 0.01
              largest_frequency: 12.0
            linear_response:
              symmetry: -0.5
              decay: 2.0
              gain: 1.5
              noise: 0.1
              initial_variance: 0.0
              activation: linear
              duration: 3.0
              steps: 50
              times: 2
              sizes: [40, 80]
              matrices: 9
              seed: 5
            spectrum:
              ensemble: random-features
              size: 200
              matrices: 7
              seed: 8
              deviation: 0.5
              ratio: [0.5, 2.0]
              population: [1.0, 2.5]
              exponent: 2.0
              spikes: [4.0]
              addend: wishart
              symmetry: -0.25
              ridge: 0.01
              gas: {charges: 9, beta: 4.0, trap: 3.0, chains: 8, sweeps: 20}

            """
        #expect(study.yaml == expected)
    }

    @Test(arguments: [(25, 100), (25, 24), (25, 23), (5, 1000), (2, 7), (1, 7), (3, 0), (60, 61), (10, 100_000)])
    func recordedSteps(count: Int, last: Int) throws {
        let study = try Study(text: "training: {steps: \(last)}\nrecord: \(count)\n", file: "s.yaml")
        let steps = study.recordedSteps
        #expect(steps.count == min(count, last + 1) && steps.last == last)
        #expect(count == 1 || steps.first == 0)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
        // Log-spaced: ratios of neighbours never grow, up to the rounding of whole numbers.
        if last > 100 {
            let gaps = zip(steps.dropFirst(), steps.dropFirst(2)).map { Double($1) / Double($0) }
            #expect(gaps.max()! / gaps.min()! < 1.5, "\(steps)")
        }
    }
}
