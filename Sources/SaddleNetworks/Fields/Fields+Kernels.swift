import SaddleModels
import SaddleNumerics

/// Equal-time kernels of one network on one set of samples, each samples × samples:
///
///     Φˡ = φ(hˡ)ᵀφ(hˡ)/N,   Gˡ = (1/C) Σ_c g_cˡᵀg_cˡ/N,   K = Σ_{ℓ=0}^{L} Gˡ⁺¹ ⊙ (λ_W Φˡ + λ_b),   Φ⁰ = xᵀx/D,   G^{L+1} = 1
///
/// with gˡ_c = γ₀N^{a+b} ∂f_c/∂hˡ and the factors λ of ``NetworkScaling`` (in the mean-field parameterisation without biases:
/// γ₀N, 1 and 0). K is the neural tangent kernel γ₀²N^{−c} Σ_θ ∂_θf_c ∂_θf_c, averaged over outputs c.
///
/// Layers are the places of φ. Where they have several positions, Φ is the mean and G the sum over them; Φ is the mean over the layer's
/// own units, G is divided by N whatever they are. K is then a sum over weights W, and over positions p and q of what they write,
///
///     K = Σ_W Σ_{pq} (g_p·g_q/N) (λ_W r_p·r_q/R + λ_b)            for what W reads, r, of length R; G = 1 of the readout
public struct NetworkKernels: Sendable {
    /// Φ¹ … Φᴸ
    public var features: [Matrix]
    /// G¹ … Gᴸ
    public var gradients: [Matrix]
    /// K
    public var tangent: Matrix
}

extension FiniteNetwork {
    /// The kernels at the current weights, for inputs with one sample a row.
    ///
    /// - Precondition: as ``outputs(for:)``.
    public func kernels(for inputs: Matrix) -> NetworkKernels {
        let columns = network.entering(inputs).transposed, parameters = Parameters<Double>(self)
        let x = graph.entering(NetworkMatrix<Double>(columns))
        var fields = Fields(of: self, samples: columns.columns)
        fields.forward(parameters, x, withSlopes: true)
        fields.requireVariation()
        return fields.kernels(parameters, x, inputKernel: columns.gram(scale: 1 / Double(inputDimension)))
    }
}

extension Fields {
    /// The kernels of the last forward pass, which must have filled the slopes; overwrites the backward fields.
    ///
    /// - Parameters:
    ///   - x: as in that pass.
    ///   - inputKernel: Φ⁰.
    mutating func kernels(_ parameters: Parameters<Number>, _ x: Field, inputKernel: Matrix) -> NetworkKernels {
        let (count, width, layers) = (outputs.columns, Double(width), graph.layers)
        let (λw, λb) = (parameters.scaling.weights.map(\.kernelFactor), parameters.scaling.biases.map(\.kernelFactor))
        let hidden = plan.targets.indices, isPointwise = hidden.map { graph.fields[plan.targets[$0]].positions == 1 }
        let featureKernels = features.map { $0.gram(scale: 1 / Double($0.rows)) }

        // Of what each weight writes: the mean of G over outputs, or the sum over positions with what it reads.
        var gradientKernels: [Matrix] = [], weightKernels: [Matrix] = []
        for c in 0..<count {
            backward(parameters, NetworkMatrix(Matrix(rows: samples, columns: count) { $1 == c ? 1 : 0 }))
            var known: [Int: Matrix] = [:]
            func gram(ofField field: Int) -> Matrix {
                let slot = plan.slots[field]
                if let kernel = known[slot] { return kernel }
                let kernel = gradients[slot].joiningColumns(graph.fields[field].positions).gram(
                    scale: 1 / (width * Double(count)))
                known[slot] = kernel
                return kernel
            }
            func add(_ kernel: Matrix, _ i: Int, to sums: inout [Matrix]) {
                if c == 0 { sums.append(kernel) } else { sums[i].add(kernel) }
            }
            for (i, layer) in layers.enumerated() { add(gram(ofField: layer.preactivation), i, to: &gradientKernels) }
            for weight in hidden {
                if isPointwise[weight] {
                    add(gram(ofField: plan.targets[weight]), weight, to: &weightKernels)
                    continue
                }
                let sum = PositionSum(
                    gradient(ofWeight: weight).doubles, read(weight, x).doubles, samples: samples,
                    scales: (1 / (width * Double(count)), λw[weight], λb.isEmpty ? 0 : λb[weight]))
                add(sum.kernel(), weight, to: &weightKernels)
            }
        }

        var tangent = readoutKernel(featureKernels)
        tangent.scale(by: λw[hidden.count])
        if let λ = λb.last { tangent.add(Matrix(rows: samples, columns: samples, repeating: λ)) }
        for weight in hidden {
            if !isPointwise[weight] {
                tangent.add(weightKernels[weight])
                continue
            }
            if !λb.isEmpty { tangent.add(weightKernels[weight], scale: λb[weight]) }
            var term = kernelRead(weight, x, inputKernel: inputKernel, featureKernels)
            term.multiplyElements(by: weightKernels[weight])
            tangent.add(term, scale: λw[weight])
        }
        return NetworkKernels(features: featureKernels, gradients: gradientKernels, tangent: tangent)
    }

    /// Mean products of what a weight of one position reads.
    private func kernelRead(_ weight: Int, _ x: Field, inputKernel: Matrix, _ features: [Matrix]) -> Matrix {
        guard let source = plan.sources[weight] else {
            return graph.inputPositions == 1 ? inputKernel : x.gram(scale: 1 / Double(x.rows))
        }
        if windows[weight] == nil, let layer = graph.layers.firstIndex(where: { $0.feature == source }) { return features[layer] }
        let read = read(weight, x)
        return read.gram(scale: 1 / Double(read.rows))
    }

    /// Products of what the readout reads, over its units: summed over positions.
    private func readoutKernel(_ features: [Matrix]) -> Matrix {
        if graph.readout.positions == 1, graph.layers.last?.feature == values.count - 1 { return features.last! }
        return readoutFeatures.gram(scale: 1 / Double(values.last!.rows))
    }
}
