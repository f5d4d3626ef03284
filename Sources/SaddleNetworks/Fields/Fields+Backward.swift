import SaddleModels

extension Fields {
    /// Fills the backward fields for output weights e, samples × C. Slopes must be those of the last forward pass.
    mutating func backward(_ parameters: Parameters<Number>, _ e: Field) {
        let readout = parameters.weights.count - 1, last = plan.slots[values.count - 1]
        gradients[last].withJoinedColumns(graph.readout.positions) {
            $0.add(
                parameters.weights[readout].plain, e.ᵀ, scale: parameters.scaling.weights[readout].multiplier, keeping: 0)
        }
        for i in values.indices.reversed() {
            let slot = plan.slots[i]
            switch graph.fields[i].operation {
            case .linear(_, nil): break
            case .linear(let weight, let source?):
                let (target, keeping) = (plan.slots[source], !plan.isFirst(i, of: source))
                let (factor, scale) = (parameters.weights[weight].ᵀ, parameters.scaling.weights[weight].multiplier)
                if let window = windows[weight] {
                    let buffer = returnedOf[weight]
                    returned[buffer].add(factor, gradients[slot].plain, scale: scale, keeping: 0)
                    gradients[target].giveBack(window, returned[buffer], samples, keeping: keeping)
                } else {
                    gradients[target].add(factor, gradients[slot].plain, scale: scale, keeping: keeping ? 1 : 0)
                }
            case .activation(let h):
                let kept = plan.preactivations.contains(i) ? gradients[slot] : nil
                gradients[slot].multiplyElements(by: slopes[i])
                if plan.slots[h] != slot { pass(i, to: h, scale: 1) }
                if let kept { gradients[slot] = kept }
            case .normalization(let h):
                gradients[plan.slots[h]].addNormalizationGradient(
                    values[i], inverse: aside[i], gradient: gradients[slot], keeping: !plan.isFirst(i, of: h))
            case .pooling(_, let h):
                gradients[plan.slots[h]].giveBack(pools[i]!, gradients[slot], samples, keeping: !plan.isFirst(i, of: h))
            case .sum(let stream, let branch, let scale):
                if stream == branch {
                    pass(i, to: stream, scale: 1 + scale)
                    continue
                }
                pass(i, to: stream, scale: 1)
                if plan.slots[branch] != slot { pass(i, to: branch, scale: scale) }
            case .attention(let query, let key, let value, _):
                // Nothing else reads them.
                var (q, k, v) = (taken(query), taken(key), taken(value))
                Field.attendBack(
                    heads(i), query: values[query], key: values[key], value: values[value], shares: aside[i],
                    gradient: gradients[slot], intoQuery: &q, key: &k, value: &v)
                swap(&gradients[plan.slots[query]], &q)
                swap(&gradients[plan.slots[key]], &k)
                swap(&gradients[plan.slots[value]], &v)
            }
        }
    }

    /// Adds the gradient of field i to that of one that it reads.
    private mutating func pass(_ i: Int, to source: Int, scale: Double) {
        let target = plan.slots[source]
        if plan.isFirst(i, of: source) {
            gradients[target].set(gradients[plan.slots[i]], scale: scale)
        } else {
            gradients[target].add(gradients[plan.slots[i]], scale: scale)
        }
    }

    /// The buffer itself, which is nowhere else while it is filled.
    private mutating func taken(_ field: Int) -> Field {
        var buffer = Field(rows: 0, columns: 0)
        swap(&buffer, &gradients[plan.slots[field]])
        return buffer
    }
}

extension Fields {
    /// g of a field, after ``backward(_:_:)``: units × samples·positions. Those of φ(h) are kept only where φ reads them again.
    func gradient(ofField field: Int) -> Field { gradients[plan.slots[field]] }

    /// g of what a weight writes.
    func gradient(ofWeight weight: Int) -> Field { gradient(ofField: plan.targets[weight]) }

    /// Of each hidden layer, as kernels count them, all positions of a sample in one column.
    var features: [Field] { graph.layers.map { values[$0.feature].joiningColumns(graph.fields[$0.feature].positions) } }
    var preactivations: [Field] {
        graph.layers.map { values[$0.preactivation].joiningColumns(graph.fields[$0.preactivation].positions) }
    }
    var layerGradients: [Field] {
        graph.layers.map { gradient(ofField: $0.preactivation).joiningColumns(graph.fields[$0.preactivation].positions) }
    }

    /// What ``backward(_:_:)`` reads, with every sample `times` times.
    func repeated(_ times: Int) -> Fields {
        if times == 1 { return self }
        var result = Fields(graph, width: width, outputCount: outputs.columns, samples: samples * times)
        for i in values.indices {
            let positions = graph.fields[i].positions
            switch graph.fields[i].operation {
            case .activation: result.slopes[i] = slopes[i].repeatingColumns(positions, times)
            case .normalization:
                result.values[i] = values[i].repeatingColumns(positions, times)
                result.aside[i] = aside[i].repeatingColumns(positions, times)
            case .attention(let query, let key, let value, _):
                for part in [query, key, value] { result.values[part] = values[part].repeatingColumns(positions, times) }
                result.aside[i] = aside[i].repeatingColumns(aside[i].columns / max(samples, 1), times)
            case .linear, .pooling, .sum: break
            }
        }
        return result
    }
}
