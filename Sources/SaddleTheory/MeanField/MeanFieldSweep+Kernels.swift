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
        var gradients = [Matrix](repeating: none, count: layers.count)
        // What each weight but the readout adds to K; of one position its G, which what it reads multiplies once.
        var weights = [Matrix](repeating: none, count: graph.weights.count - 1)
        for output in 0..<outputs {
            var one = fields
            let seed = Matrix(rows: outputs, columns: count) { c, _ in c == output ? 1 : 0 }
            try state.backward(&one, seed: seed, carriesErrors: false, context(step, isProbe: true), &realization)
            var known: [Int: Matrix] = [:]
            func gradientKernel(_ field: Int) -> Matrix {
                if let kernel = known[field] { return kernel }
                let population = graph.fields[field].population
                var kernel = gram(columns(one.gradients[field]!, samples: count, isMean: false), population)
                if graph.populations[population].ratio != 1 { kernel.scale(by: graph.populations[population].ratio) }
                known[field] = kernel
                return kernel
            }
            for (l, layer) in layers.enumerated() {
                gradients[l].add(gradientKernel(layer.preactivation), scale: 1 / Double(outputs))
            }
            for number in weights.indices {
                let (field, _) = graph.position(of: number)
                let part = graph.fields[field].positions == 1 ? gradientKernel(field) : positionSum(one, number, count)
                weights[number].add(part, scale: 1 / Double(outputs))
            }
        }
        for l in layers.indices {
            layout.store(features[l], as: .kernel(.feature, layer: l + 1), time: time, into: &observables)
            layout.store(gradients[l], as: .kernel(.gradient, layer: l + 1), time: time, into: &observables)
        }
        layout.store(tangentKernel(fields, features, weights), as: .tangentKernel, time: time, into: &observables)
    }

    /// K from what its weights add.
    private func tangentKernel(_ fields: SiteFields, _ features: [Matrix], _ weights: [Matrix]) -> Matrix {
        let graph = fields.graph, count = experiment.data.trainCount, hasBiases = !state.biases.isEmpty
        /// Of a field at one position, or at those of a window: ⟨v, v⟩, once for each layer.
        func read(_ number: Int, _ source: Int?) -> Matrix {
            guard let source else { return inputs.train.gram() }
            if let layer = graph.layers.firstIndex(where: { $0.feature == source }), graph.weights[number].window == nil {
                return features[layer]
            }
            let seen = graph.weights[number].window.map(fields.values[source].gathered) ?? fields.values[source]
            return seen.gram(scale: 1 / Double(seen.rows))
        }
        var tangent = gram(columns(fields.values.last!, samples: count, isMean: false), graph.readout.population)
        if hasBiases { tangent.add(Matrix(rows: count, columns: count, repeating: 1)) }
        for (number, part) in weights.enumerated() {
            let (field, source) = graph.position(of: number)
            if graph.fields[field].positions > 1 {
                tangent.add(part)
                continue
            }
            if hasBiases { tangent.add(part) }
            var term = part
            term.multiplyElements(by: read(number, source))
            tangent.add(term)
        }
        return tangent
    }

    /// What a weight that writes to several positions adds to K of one output, with its bias.
    private func positionSum(_ fields: SiteFields, _ number: Int, _ count: Int) -> Matrix {
        let graph = fields.graph, (field, source) = graph.position(of: number)
        let g = fields.gradients[field]!, n = graph.fields[field].positions
        let scale = graph.populations[graph.fields[field].population].ratio / Double(g.rows)
        let v = source.map { fields.values[$0] } ?? inputs.train
        var sum = Self.pairs(
            g, v, source == nil ? nil : graph.weights[number].window, samples: count,
            scale: source == nil ? scale : scale / Double(v.rows))
        if !state.biases.isEmpty {
            let summed = g.gathered([PositionMap(inputs: n, terms: [(0..<n).map { .init(position: $0, weight: 1) }])])
            sum.add(summed.gram(scale: scale))
        }
        return sum
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
