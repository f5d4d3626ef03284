import SaddleModels
import SaddleNumerics

/// The way through the graph, forwards and backwards.
extension MeanFieldState {
    /// Propagates points with the given first fields without their bias (sites × n·positions) forwards.
    mutating func forward(
        _ firstFields: Matrix, _ context: ConditionedMatrix.Context, _ realization: inout Realization
    ) throws(MeanFieldError) -> SiteFields {
        var fields = SiteFields(graph)
        for (index, field) in graph.fields.enumerated() {
            let value: Matrix
            switch field.operation {
            case .linear(let number, let source):
                var h = firstFields
                if let source {
                    let query = try answer(.forward, number, fields.values[source], context, &realization)
                    h = query.answers
                    fields.asked[number] = query
                }
                if !biases.isEmpty { h.addToColumns(biases[number].value) }
                value = h
            case .activation(let source):
                let (φ, slope) = network.activation.valueAndDerivative(fields.values[source])
                value = φ
                fields.slopes[index] = slope
            case .normalization(let source):
                let (output, inverse) = SiteNormalization.forward(fields.values[source])
                guard inverse.allSatisfy(\.isFinite) else {
                    throw .constantField(layer: field.population + 1, step: context.step)
                }
                value = output
                fields.inverses[index] = inverse
            case .pooling(let map, let source): value = fields.values[source].gathered([map])
            case .sum(let stream, let branch, let scale):
                var h = fields.values[stream]
                h.add(fields.values[branch], scale: scale)
                value = h
            case .attention(let q, let k, let v, _):
                let (output, shares) = attention(field).forward(fields.values[q], fields.values[k], fields.values[v])
                value = output
                fields.shares[index] = shares
            }
            fields.values.append(value)
        }
        return fields
    }

    private func attention(_ field: NetworkGraph.Field) -> SiteAttention {
        guard case .attention(_, _, _, let isCausal) = field.operation else { preconditionFailure("no attention") }
        return SiteAttention(
            components: graph.populations[field.population].components, positions: field.positions, isCausal: isCausal)
    }

    /// Propagates `Σ_c seed_c w_c` backwards (seed: C × n) and fills in gradients and their coordinates.
    ///
    /// Where the fields carry the errors, the seed is Δ: one vector a sample serves all outputs, samples that are learnt already cost no
    /// directions, and residuals are measured against the mean square of the block, so that an update is good to the tolerance
    /// as a whole. Otherwise the seed is one output and g is the field of the gradient kernel.
    mutating func backward(
        _ fields: inout SiteFields, seed: Matrix, carriesErrors: Bool, _ context: ConditionedMatrix.Context,
        _ realization: inout Realization
    ) throws(MeanFieldError) {
        fields.gradients = [Matrix?](repeating: nil, count: graph.fields.count)
        fields.askedBack = [:]
        fields.gradients[graph.fields.count - 1] = readBack(seed)
        for (index, field) in graph.fields.enumerated().reversed() {
            guard var g = fields.gradients[index] else { continue }
            switch field.operation {
            case .linear(_, nil): break
            case .linear(let number, let source?):
                let query = try answer(
                    .backward, number, g, scale: carriesErrors ? Self.meanSquare(g) : nil, context, &realization)
                fields.askedBack[number] = query
                fields.addGradient(query.answers, to: source)
            case .activation(let source):
                g.multiplyElements(by: fields.slopes[index]!)
                fields.addGradient(g, to: source)
            case .normalization(let source):
                let back = SiteNormalization.backward(g, output: fields.values[index], inverse: fields.inverses[index]!)
                fields.addGradient(back, to: source)
            case .pooling(let map, let source): fields.addGradient(g.scattered([map]), to: source)
            case .sum(let stream, let branch, let scale):
                fields.addGradient(g, to: stream)
                fields.addGradient(g, to: branch, scale: scale)
            case .attention(let q, let k, let v, _):
                let back = attention(field).backward(
                    g, fields.values[q], fields.values[k], fields.values[v], shares: fields.shares[index]!)
                fields.addGradient(back.query, to: q)
                fields.addGradient(back.key, to: k)
                fields.addGradient(back.value, to: v)
            }
        }
    }

    private static func meanSquare(_ g: Matrix) -> Double {
        g.elements.reduce(0) { $0 + $1 * $1 } / Double(max(g.elements.count, 1))
    }
}
