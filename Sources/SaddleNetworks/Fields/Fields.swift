import SaddleModels
import SaddleNumerics

/// The fields of one network on one set of samples, in buffers that are filled again at every step: a walk over its ``NetworkGraph``.
///
///     forward:   every field from those it reads, with φ′ where φ is, then f
///     backward:  g of every field from those that read it; for fully connected layers
///                gᴸ = φ′(hᴸ)⊙(m w·e),   gˡ = φ′(hˡ)⊙(m Wˡᵀgˡ⁺¹)       for one row e a sample
///
/// with the multipliers m of ``NetworkScaling``. With e the loss's errors Δ, g is what the descent step needs; with e the unit
/// vector of output c it is g = γ₀N^{a+b} ∂f_c/∂h of the gradient kernels (γ₀N ∂f_c/∂h in the mean-field
/// parameterisation). Each weight takes one `gemm` a pass, that of a window on the patches of what it reads, and nothing is allocated.
///
/// Each network has products of its own. Those of the first layers of 4 or 16 networks, stacked into one, take 0.5 to 0.95 of the time at
/// widths 16 and 32 with four samples, where they are a tenth of a step, and 1 to 1.7 times as long at width 64 and more or with 50
/// samples: BLAS has kernels without packing for small matrices alone.
struct Fields<Number: NetworkNumber>: Sendable {
    typealias Field = NetworkMatrix<Number>

    let graph: NetworkGraph
    let plan: FieldPlan
    let width: Int
    let samples: Int
    /// One for each field of the graph, units × samples·positions; empty where it is made in the place of another.
    var values: [Field]
    /// φ′ where the field is φ(h), else empty.
    var slopes: [Field]
    /// Back-propagated fields, one for each buffer of ``plan``.
    var gradients: [Field]
    /// f, samples × C.
    var outputs: Field
    /// Of each field, where it is an attention or a normalisation: softmax weights, or 1/s.
    var aside: [Field]
    /// Maps of pooling by field, and of windows by weight.
    let pools: [PositionTable?]
    let windows: [PositionTable?]
    /// What weights with windows read, by weight, and buffers for the way back, which weights of equal shapes share.
    var patches: [Field]
    var returned: [Field]
    let returnedOf: [Int]
    /// What biases are multiplied with, by weight: 1 for every position of every sample, as a column.
    let ones: [Field]
    /// The first column that a normalisation of the last forward pass could not scale; nil if there is none.
    var flat: FlatField?

    /// - Parameter isForwardOnly: neither slopes nor gradients are wanted.
    init(_ graph: NetworkGraph, width: Int, outputCount: Int, samples: Int, isForwardOnly: Bool = false) {
        let (plan, fields, empty) = (FieldPlan(graph), graph.fields, Field(rows: 0, columns: 0))
        func buffer(_ i: Int) -> Field {
            Field(rows: graph.populations[fields[i].population].width(width), columns: samples * fields[i].positions)
        }
        (self.graph, self.plan, self.width, self.samples) = (graph, plan, width, samples)
        values = fields.indices.map { plan.places[$0] == $0 ? buffer($0) : empty }
        slopes = fields.indices.map { i in
            if case .activation = fields[i].operation, !isForwardOnly { buffer(i) } else { empty }
        }
        gradients = isForwardOnly ? [] : plan.owners.map(buffer)
        outputs = Field(rows: samples, columns: outputCount)
        aside = fields.indices.map { i in
            switch fields[i].operation {
            case .normalization: return Field(rows: 1, columns: samples * fields[i].positions)
            case .attention:
                let population = graph.populations[fields[i].population], t = fields[i].positions
                return Field(rows: t * t, columns: samples * (population.width(width) / population.components))
            default: return empty
            }
        }
        pools = fields.map { if case .pooling(let map, _) = $0.operation { PositionTable([map]) } else { nil } }
        windows = graph.weights.map { $0.window.map { PositionTable($0) } }
        // The patches of the inputs are made once, by ``NetworkGraph/entering(_:)``.
        patches = graph.weights.map { weight in
            guard case .population(let source) = weight.source, let window = weight.window else { return empty }
            return Field(
                rows: window.count * graph.populations[source].width(width), columns: samples * window[0].outputs)
        }
        var returned: [Field] = [], returnedOf: [Int] = []
        for patch in isForwardOnly ? [] : patches {
            if let known = returned.firstIndex(where: { $0.rows == patch.rows && $0.columns == patch.columns }) {
                returnedOf.append(known)
            } else {
                returnedOf.append(returned.count)
                returned.append(patch)
            }
        }
        (self.returned, self.returnedOf) = (returned, returnedOf)
        var columns: [Int: Field] = [:]
        ones = graph.weights.indices.map { weight in
            let count = samples * (weight < plan.targets.count ? fields[plan.targets[weight]].positions : 1)
            let column = columns[count] ?? Field(Matrix(rows: count, columns: 1, repeating: 1))
            columns[count] = column
            return column
        }
    }

    /// Fills the forward fields and f.
    ///
    /// - Parameter x: inputs as ``NetworkGraph/entering(_:)`` gives them.
    mutating func forward(_ parameters: Parameters<Number>, _ x: Field, withSlopes: Bool = false) {
        let scaling = parameters.scaling, hasBias = !parameters.biases.isEmpty
        flat = nil
        for i in values.indices {
            switch graph.fields[i].operation {
            case .linear(let weight, let source):
                if let source, let window = windows[weight] { patches[weight].take(window, of: values[source], samples) }
                let place = plan.places[i], scale = plan.scales[i]
                if hasBias {
                    values[place].add(
                        parameters.biases[weight].plain, ones[weight].ᵀ, scale: scale * scaling.biases[weight].multiplier,
                        keeping: 0)
                }
                values[place].add(
                    parameters.weights[weight].plain, read(weight, x).plain, scale: scale * scaling.weights[weight].multiplier,
                    keeping: hasBias ? 1 : 0)
            case .activation(let h):
                if withSlopes {
                    values[i].setValues(of: parameters.network.activation, at: values[h], slopes: &slopes[i])
                } else {
                    values[i].setValues(of: parameters.network.activation, at: values[h])
                }
            case .normalization(let h):
                if let column = values[i].setNormalized(values[h], inverse: &aside[i]), flat == nil {
                    flat = FlatField(graph, field: h, column: column, width: width)
                }
            case .pooling(_, let h): values[i].take(pools[i]!, of: values[h], samples)
            case .sum(let stream, let branch, let scale):
                if plan.places[branch] == i {
                    values[i].add(values[stream])
                } else {
                    values[i].set(values[stream], scale: 1)
                    values[i].add(values[branch], scale: scale)
                }
            case .attention(let query, let key, let value, _):
                values[i].attend(heads(i), query: values[query], key: values[key], value: values[value], shares: &aside[i])
            }
        }
        let readout = parameters.weights.count - 1
        if hasBias {
            outputs.add(
                ones[readout].plain, parameters.biases[readout].ᵀ,
                scale: scaling.biases[readout].multiplier * scaling.outputScale, keeping: 0)
        }
        outputs.add(
            readoutFeatures.ᵀ, parameters.weights[readout].plain,
            scale: scaling.weights[readout].multiplier * scaling.outputScale, keeping: hasBias ? 1 : 0)
    }

    /// What a weight multiplies: patches, a field or the inputs x.
    func read(_ weight: Int, _ x: Field) -> Field {
        if weight == plan.sources.count { return readoutFeatures }
        guard let source = plan.sources[weight] else { return x }
        return windows[weight] == nil ? values[source] : patches[weight]
    }

    /// What the readout multiplies: all positions of a sample in one column.
    var readoutFeatures: Field { values.last!.joiningColumns(graph.readout.positions) }

    func heads(_ field: Int) -> HeadShape {
        guard case .attention(_, _, _, let isCausal) = graph.fields[field].operation else { preconditionFailure("no attention") }
        let population = graph.populations[graph.fields[field].population]
        return HeadShape(
            components: population.components, heads: population.width(width) / population.components,
            tokens: graph.fields[field].positions, samples: samples, isCausal: isCausal)
    }
}

extension Fields<Double> {
    init(of network: FiniteNetwork, samples: Int) {
        self.init(network.graph, width: network.width, outputCount: network.outputCount, samples: samples)
    }
}

extension NetworkGraph {
    /// Inputs as the first weight reads them: channels × samples·positions, or patches of them, from D × samples.
    func entering<Number>(_ x: NetworkMatrix<Number>) -> NetworkMatrix<Number> {
        precondition(x.rows == inputDimension, "\(x.rows) components for a network of \(inputDimension)")
        let channels = x.splittingColumns(inputPositions), samples = x.columns
        guard let window = weights[0].window else { return channels }
        var patches = NetworkMatrix<Number>(rows: window.count * inputChannels, columns: samples * window[0].outputs)
        patches.take(PositionTable(window), of: channels, samples)
        return patches
    }

    /// Columns of ``entering(_:)`` for each sample.
    var enteringPositions: Int { fields[0].positions }
}
