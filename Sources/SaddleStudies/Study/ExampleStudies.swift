import SaddleNumerics

/// Examples beside the first one, each of a network or a training that people use, and done in less than two minutes.
public enum ExampleStudy: String, CaseIterable, Sendable {
    case cnn, resnet, attention, online, muon

    /// For people, as in "cnn: a convolutional network on images".
    public var title: String {
        switch self {
        case .cnn: "a convolutional network on images"
        case .resnet: "a deep residual network"
        case .attention: "attention over the rows of images"
        case .online: "a stream of samples, each learnt once"
        case .muon: "Muon in place of gradient descent"
        }
    }

    /// The study file with that name in it.
    func text(name: String) -> String {
        let head =
            "# \(title.prefix(1).uppercased() + title.dropFirst()):   saddle run \(name).yaml\nname: \(YAMLText.scalar(name))\n"
        return head + body + check
    }

    /// How well the theory is to know, and the networks that check it.
    private var check: String {
        let (widths, networks, record) =
            switch self {
            case .cnn: ("[16, 64]          # channels", 60, 12)
            case .resnet, .muon: ("[64, 128]", 60, 10)
            case .attention: ("[32, 128]", 60, 10)
            case .online: ("[32, 128]", 100, 15)
            }
        let withoutKernels = self == .cnn || self == .online ? "" : "kernels: false\n"
        return """

            predict:
              accuracy: 0.2

            simulate:
              widths: \(widths)
              networks: \(networks)

            record: \(record)
            \(withoutKernels)
            """
    }

    private var body: String {
        switch self {
        case .cnn:
            """

            data:
              source: digits            # 8 × 8 images; CIFAR-10 and IDX files are read from a path (saddle help keys data)
              classes: [0, 1]
              train: 8
              test: 12

            network:
              hidden_layers: 2
              activation: relu
              convolution:
                shape: [8, 8]           # height and width, or one length of a sequence
                channels: 1             # numbers at each position: 3 for colours
                window: 3
                padding: same           # or: circular, valid
                stride: 1
                pooling: 2              # means over blocks of 2 × 2 between hidden layers; 1: none
                readout: average_pooling  # or: flatten
              # width_ratios: [1, 2]    # channels of the hidden layers over N

            training:
              steps: 40
              learning_rate: 0.5

            """
        case .resnet:
            """

            data:
              source: digits
              classes: [0, 1]
              train: 20
              test: 30

            network:
              hidden_layers: 13         # 12 blocks between them
              activation: tanh
              residual:                 # h ← h + b W φ(h)/√N
                depth_scaled: 1.0       # b = 1/√12: then depth has a limit too; or branch_scale: b itself
                exponent: 0.5
                form: pre               # or: post, h ← h + b φ(W h/√N)
              # layer_norm: hidden      # every field shifted and scaled to mean 0 and variance 1 before φ

            training:
              steps: 30
              learning_rate: 0.4

            """
        case .attention:
            """

            data:
              source: digits            # an image of 8 rows is a sequence of 8 tokens of 8 numbers
              classes: [0, 1]
              train: 12
              test: 20

            network:
              hidden_layers: 2          # of the stream: before and after one block; 3: two blocks
              activation: tanh
              attention:
                tokens: 8
                key_dimension: 4        # components of a head; a network of width N has N/4 heads
                causal: false
                feed_forward: 0.0       # width over N of a fully connected layer after the attention; 0: none

            training:
              steps: 30
              learning_rate: 0.5

            """
        case .online:
            """

            data:
              source: gaussian          # fresh samples of a task; a file is read once, in its order
              dimension: 10
              teacher: linear
              test: 100

            network:
              hidden_layers: 2
              activation: tanh

            training:
              data: stream              # a new batch at every step; the coming batch is judged before it is learnt
              batch_size: 8
              steps: 60
              learning_rate: 0.3

            """
        case .muon:
            """

            data:
              source: digits
              classes: [0, 1]
              train: 20
              test: 30

            network:
              hidden_layers: 3
              activation: tanh

            training:
              steps: 20
              optimizer: muon           # or: descent, shampoo, normalized, sign, adam, adamw; a section sets their constants
              learning_rate: 0.05
              # learning_rates: {input: 0.02, readout: 0.1}

            """
        }
    }
}
