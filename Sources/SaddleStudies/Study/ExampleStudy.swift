import SaddleNumerics

extension Study {
    /// What errors call a study that was made on the command line.
    public static let settingsFile = "--set"

    /// The study of a command that was given none, for settings to change.
    public static func defaults(name: String) -> String { "name: \(name)\n" }

    /// A study file with comments, for `saddle new`: the bundled digits 0 and 1, learnt in a few seconds.
    public static func example(name: String) -> String {
        let solver = Prediction()
        return """
            # A study: what to learn, with which network, and how to check the theory.
            #   saddle run \(name).yaml
            # Every key may be left out; the values here are the defaults, but for fewer test samples and networks.
            name: \(YAMLText.scalar(name))

            data:
              source: digits            # or: gaussian (synthetic), or a path: .npz, .safetensors, .csv, IDX, CIFAR-10 (saddle help keys data)
              classes: [0, 1]           # two classes: labels +1 and -1; more: one output a class
              train: 50
              test: 100
              preprocess: center_scale  # subtract the training mean, scale every input to |x|² = D; or: standardize, center, scale, none

            network:
              hidden_layers: 2
              activation: tanh          # linear, relu, erf, gelu, sigmoid, ...
              weight_scale: 1.0         # standard deviation of every weight at initialisation
              bias_scale: 0.0           # standard deviation of every bias; 0: no biases
              parameterization: mean_field  # ntk and standard: see saddle predict lazy and simulate
              richness: 1.0             # how strongly features are learnt; small: the lazy (kernel) limit
              centered: false           # true: subtract the output at initialisation

            training:
              steps: 100
              learning_rate: 0.5
              momentum: 0.0
              weight_decay: 0.0
              loss: squared             # or: cross_entropy
              # batch_size: 10          # without it every step sees all samples
              # schedule: {kind: cosine, warmup: 10, final: 0.1}

            predict:                    # the theory of infinite width, and its 1/N corrections
              accuracy: \(solver.accuracy!)             # relative error of N·variance; half of it: four times the networks behind it
              tolerance: 1.0e-4
              replicas: \(solver.replicas)               # independent solutions, for error bars
              seed: 1

            simulate:                   # real networks, to check the theory; leave it out for theory alone
              widths: [64, 256]
              networks: 50              # at each width
              seed: 2

            record: 25                  # so many log-spaced times, or a list of steps such as [0, 10, 100]
            kernels: auto               # whether to record kernels: auto, true or false

            """
    }
}
