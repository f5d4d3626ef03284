import SaddleModels
import SaddleNumerics

/// A set of samples and one pass forward and backward over it. Labels, outputs and errors are in double precision, and rounded to that
/// of the training on their way back.
struct Pass<Number: NetworkNumber>: Sendable {
    var fields: Fields<Number>
    /// As ``NetworkGraph/entering(_:)`` gives them.
    private(set) var inputs: NetworkMatrix<Number>
    private(set) var labels: Matrix
    /// Outputs at initialisation of a centred network, which are subtracted; else zero.
    private var initial: Matrix
    /// As the loss and the reader see them.
    private(set) var outputs: Matrix
    /// Δ = −∂ℓ/∂f
    private(set) var errors: NetworkMatrix<Number>
    private var exactErrors: Matrix

    init(_ fields: Fields<Number>, inputs: NetworkMatrix<Number>, labels: Matrix) {
        self.fields = fields
        self.inputs = inputs
        self.labels = labels
        initial = Matrix(rows: labels.rows, columns: labels.columns)
        outputs = initial
        exactErrors = initial
        errors = NetworkMatrix(initial)
    }

    /// The forward pass of an untrained network, with nothing subtracted. If it is centred, its outputs are from then on.
    mutating func begin(_ parameters: Parameters<Number>, isCentered: Bool) {
        fields.forward(parameters, inputs, withSlopes: true)
        fields.outputs.copy(into: &outputs)
        for i in initial.elements.indices { initial.elements[i] = isCentered ? outputs.elements[i] : 0 }
    }

    /// Keeps, for those samples, what is subtracted from the outputs of `batch`.
    mutating func keepInitial(of batch: Pass, _ samples: ArraySlice<Int>) {
        for (i, sample) in samples.enumerated() {
            for c in 0..<initial.columns { initial[sample, c] = batch.initial[i, c] }
        }
    }

    /// Takes those samples of `all`, as many as it has itself.
    mutating func select(_ samples: ArraySlice<Int>, of all: Pass) {
        inputs.copyColumns(samples, of: all.inputs, size: fields.graph.enteringPositions)
        for (i, sample) in samples.enumerated() {
            for c in 0..<labels.columns {
                labels[i, c] = all.labels[sample, c]
                initial[i, c] = all.initial[sample, c]
            }
        }
    }

    mutating func forward(_ parameters: Parameters<Number>) {
        fields.forward(parameters, inputs, withSlopes: true)
        fields.outputs.copy(into: &outputs)
        outputs.add(initial, scale: -1)
    }

    /// The two factors whose product is what descent adds to a weight, up to its scale, with errors e of the outputs that went backward: Σ_{μp} g rᵀ, the readout
    /// laid out with its outputs as columns; and likewise of its bias.
    func factors(ofWeight weight: Int, _ e: NetworkMatrix<Number>) -> (NetworkMatrix<Number>.Factor, NetworkMatrix<Number>.Factor)
    {
        let read = fields.read(weight, inputs)
        return weight == fields.plan.targets.count
            ? (read.plain, e.plain) : (fields.gradient(ofWeight: weight).plain, read.ᵀ)
    }

    func factors(ofBias weight: Int, _ e: NetworkMatrix<Number>) -> (NetworkMatrix<Number>.Factor, NetworkMatrix<Number>.Factor) {
        (weight == fields.plan.targets.count ? e.ᵀ : fields.gradient(ofWeight: weight).plain, fields.ones[weight].plain)
    }

    mutating func backward(_ parameters: Parameters<Number>, _ loss: Loss) {
        loss.errors(outputs: outputs, labels: labels, into: &exactErrors)
        errors.copy(exactErrors)
        fields.backward(parameters, errors)
    }
}
