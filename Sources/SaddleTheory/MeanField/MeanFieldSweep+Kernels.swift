import SaddleModels
import SaddleNumerics

/// Kernels of the training points, each samples × samples; gradient kernels are averaged over outputs.
///
///     Φˡ = (1/n) Σ_p ⟨φ(hˡ_p), φ(hˡ_p)⟩,   Gˡ = (N_l/N) Σ_p ⟨gˡ_p, gˡ_p⟩          over the n positions of a layer
///     K = Σ_W Σ_pq (N_W/N) ⟨g_p, g_q⟩ Φ_pq,   Φ_pq = (1/K) Σ_k ⟨v_k(p), v_k(q)⟩       over weights, of what they read; with biases Φ + 1
///
/// with Φ = xxᵀ/D of the inputs, and 1 in place of the first factor at the readout.
extension MeanFieldSweep {
    /// φ(hˡ) of each layer, all sites and positions of a sample in one column, each scaled so that means over sites are means over
    /// positions too.
    func layerColumns(_ fields: SiteFields) -> [Matrix] {
        fields.graph.layers.map { columns(fields.values[$0.feature], samples: experiment.data.trainCount, isMean: true) }
    }

    private func columns(_ field: Matrix, samples: Int, isMean: Bool) -> Matrix {
        let n = field.columns / max(samples, 1)
        if n == 1 { return field }
        var result = field.reshaped(rows: n * field.rows, columns: samples)
        if isMean { result.scale(by: 1 / Double(n).squareRoot()) }
        return result
    }

    private func gram(_ columns: Matrix, _ population: Int) -> Matrix {
        let weights = state.weights[population]
        return columns.rows == weights.sites ? weights.gram(columns) : columns.gram(scale: 1 / Double(weights.sites))
    }

    mutating func recordKernels(_ fields: SiteFields, _ step: Int, time: Int) throws(MeanFieldError) {
        let graph = experiment.graph, outputs = experiment.data.outputCount, count = experiment.data.trainCount
        let layers = graph.layers
        let features = zip(layers, layerColumns(fields)).map { gram($1, graph.fields[$0.feature].population) }
        let none = Matrix(rows: count, columns: count)
        var (gradients, tangent) = ([Matrix](repeating: none, count: layers.count), none)
        for output in 0..<outputs {
            var one = fields
            let seed = Matrix(rows: outputs, columns: count) { c, _ in c == output ? 1 : 0 }
            try state.backward(&one, seed: seed, carriesErrors: false, context(step, isProbe: true), &realization)
            for (l, layer) in layers.enumerated() {
                let population = graph.fields[layer.preactivation].population
                gradients[l].add(
                    gram(columns(one.gradients[layer.preactivation]!, samples: count, isMean: false), population),
                    scale: graph.populations[population].ratio / Double(outputs))
            }
            if !graph.isChain { tangent.add(tangentKernel(one, count), scale: 1 / Double(outputs)) }
        }
        if graph.isChain { tangent = chainTangentKernel(features, gradients) }
        for l in layers.indices {
            layout.store(features[l], as: .kernel(.feature, layer: l + 1), time: time, into: &observables)
            layout.store(gradients[l], as: .kernel(.gradient, layer: l + 1), time: time, into: &observables)
        }
        layout.store(tangent, as: .tangentKernel, time: time, into: &observables)
    }

    /// K = Σ_{l=0}^{L} Gˡ⁺¹⊙Φˡ with Φ⁰ = xxᵀ/D and G^{L+1} = 1; with biases Φ + 1 in place of Φ.
    private func chainTangentKernel(_ features: [Matrix], _ gradients: [Matrix]) -> Matrix {
        let x = experiment.network.entering(experiment.data.trainInputs)
        var tangent = features.last!
        if !state.biases.isEmpty { tangent.add(Matrix(rows: tangent.rows, columns: tangent.columns, repeating: 1)) }
        for l in gradients.indices {
            if !state.biases.isEmpty { tangent.add(gradients[l]) }
            var term = gradients[l]
            term.multiplyElements(by: l == 0 ? InputCoordinates.kernel(x, x) : features[l - 1])
            tangent.add(term)
        }
        return tangent
    }

    /// K of one output, from its backward fields.
    private func tangentKernel(_ fields: SiteFields, _ count: Int) -> Matrix {
        let graph = fields.graph
        var tangent = columns(fields.values.last!, samples: count, isMean: false).gram(
            scale: 1 / Double(fields.values.last!.rows))
        if !state.biases.isEmpty { tangent.add(Matrix(rows: count, columns: count, repeating: 1)) }
        for number in 0..<graph.weights.count - 1 {
            let (field, source) = graph.position(of: number), target = graph.fields[field].population
            let g = fields.gradients[field]!, ratio = graph.populations[target].ratio
            let scale = ratio / Double(g.rows)
            if !state.biases.isEmpty {
                let n = graph.fields[field].positions
                let summed = g.gathered([PositionMap(inputs: n, terms: [(0..<n).map { .init(position: $0, weight: 1) }])])
                tangent.add(summed.gram(scale: scale))
            }
            if let source {
                let v = fields.values[source]
                tangent.add(Self.pairs(g, v, graph.weights[number].window, samples: count, scale: scale / Double(v.rows)))
            } else {
                tangent.add(Self.pairs(g, inputs.train, nil, samples: count, scale: scale))
            }
        }
        return tangent
    }

    /// scale · Σ_pq (g_p·g_q)(1/K) Σ_k v_k(p)·v_k(q) for every pair of samples, sample by sample, so that no kernel over all positions is
    /// held.
    private static func pairs(_ g: Matrix, _ v: Matrix, _ window: [PositionMap]?, samples: Int, scale: Double) -> Matrix {
        let (n, from) = (g.columns / samples, v.columns / samples)
        var result = Matrix(rows: samples, columns: samples)
        for other in 0..<samples {
            let a = g.ᵀ * g.selectingSamples([other], positions: n)
            let b = v.ᵀ * v.selectingSamples([other], positions: from)
            for sample in 0..<samples {
                var sum = 0.0
                for q in 0..<n {
                    for p in 0..<n {
                        var product = 0.0
                        if let window {
                            for map in window {
                                for s in map.terms[p] {
                                    for t in map.terms[q] {
                                        product += s.weight * t.weight * b[sample * from + s.position, t.position]
                                    }
                                }
                            }
                            product /= Double(window.count)
                        } else {
                            product = b[sample * from + p, q]
                        }
                        sum += a[sample * n + p, q] * product
                    }
                }
                result[sample, other] = scale * sum
            }
        }
        return result
    }
}
