import SaddleModels
import SaddleNumerics

/// How much the tangent kernel of a wide network at initialisation, and what it predicts in the lazy limit, differ from one
/// network to the next: N·variance as N → ∞.
///
/// A layer of N neurons adds to each average over it a fluctuation of order 1/√N. The kernel answers linearly
/// (`TangentResponse`), so each neuron contributes an influence
///
///     ψ_{μν} = aˡ_{μν}φ_μφ_ν + bˡ_{μν}φ_μ² + bˡ_{νμ}φ_ν² + cˡ_{μν}g_μg_ν − its mean,      N·Cov(K_{μν}, K_{αβ}) = Σ_ℓ E[ψ_{μν}ψ_{αβ}]
///
/// with h ~ N(0, Σˡ), g = φ′(h)z and z ~ N(0, σ_w²Gˡ⁺¹) independent of h; the output weights are one z for all inputs. The
/// expectation over neurons is sampled, and every number carries its standard error; nothing else is approximate. Kinked
/// activations need no care: derivatives are those of Gaussian averages, which have no kink.
///
/// Model: fully connected, not residual; leading order in 1/N; any activation. With L hidden layers of equal width.
/// Source: Bordelon & Pehlevan 2023, section 4; Roberts, Yaida & Hanin 2022, chapter 8 for single inputs.
public struct TangentKernelFluctuations: Sendable {
    /// N·variance of numbers in a matrix, with its standard error.
    public struct Variance: Sendable {
        /// N·variance, entry by entry.
        public let value: Matrix
        /// Standard error of each entry, from the sampling of neurons.
        public let error: Matrix

        /// Two matrices of one shape.
        public init(value: Matrix, error: Matrix) {
            self.value = value
            self.error = error
        }
    }

    let kernels: InitialKernels
    let activation: Activation
    /// Neurons drawn for each layer.
    public let sites: Int
    let seed: Int
    /// Neurons that are worked on at once.
    private static let block = 64

    /// - Parameters:
    ///   - inputs: n × D; training inputs first.
    ///   - width: for parameterisations whose tangent kernel depends on it.
    ///   - sites: Neurons drawn for each layer; relative errors are about √(10/sites).
    /// - Throws: ``KernelError``: convolutions and residual layers are not served.
    public init(
        _ network: Network, inputs: Matrix, width: Int? = nil, sites: Int = 4096, seed: Int = 1
    ) throws(KernelError) {
        precondition(sites >= 2, "\(sites) sites")
        if network.isResidual {
            throw .unsupported("fluctuations are not known for residual layers, whose neurons meet in more than averages")
        }
        if let sample = network.inputWithoutVariation(in: inputs) { throw .constantInput(sample: sample) }
        let recursion = try KernelRecursion(network, inputDimension: inputs.columns, width: width)
        kernels = try InitialKernels(recursion, inputs: network.entering(inputs))
        activation = network.activation
        self.sites = sites
        self.seed = seed
    }

    /// Number of inputs n.
    public var count: Int { kernels.layers[0].value.rows }

    /// N·Var K_{μν} for all inputs μ and the first `columns` inputs ν, n × `columns`. Also for the covariance of outputs,
    /// Σᴸ⁺¹ with the empirical average over the last features in place of its limit.
    ///
    /// - Parameter outputs: C of which the tangent kernel is the mean, (1/C) Σ_c K_{cc}; they share the features.
    ///
    /// - Complexity: O(L · sites · n · columns).
    public func kernelVariance(
        of kind: KernelKind = .ntk, columns: Int? = nil, outputs: Int = 1, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Variance {
        precondition(outputs >= 1, "\(outputs) outputs")
        let p = columns ?? count
        return try accumulate(numbers: count * p, outputs: outputs, columns: p, of: kind, progress, shouldStop) { influence in
            var sum = influence.value(0, 0)
            for c in 1..<outputs { sum.add(influence.value(c, c)) }
            if outputs > 1 { sum.scale(by: 1 / Double(outputs)) }
            return sum.elements
        }.variance(rows: count, columns: p)
    }

    /// N·variance of lazy predictions at the given times: C columns for each of the n inputs, training inputs first.
    ///
    ///     f = K(·, X) c_t(K) y,   δf = δK(·, X) c_t(K)y + K(·, X) V[c_t[λ_k, λ_l] ∘ VᵀδKV]Vᵀy
    ///
    /// with the divided differences of the response c_t: [FW] equation for VarΔ, for gradient descent with momentum as well
    /// as for gradient flow. Output at initialisation zero (centred networks). Outputs c ≠ c′ are coupled by fluctuations.
    ///
    /// - Parameters:
    ///   - labels: y of the first P inputs, P × C.
    ///   - training: squared loss, no weight decay.
    public func predictionVariance(
        labels: Matrix, training: Training, at times: [LazyTime], progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [Variance] {
        let (p, outputs, n) = (labels.rows, labels.columns, count)
        let tangent = kernels.tangent.last!
        let lazy = try LazyTraining(
            kernel: tangent.leading(rows: p, columns: p), labels: labels, training: training, accuracy: 1e-14)
        let vectors = lazy.spectrum.vectors
        let responses = try lazy.responses(at: times)
        let differences = try lazy.dividedDifferences(at: times)
        let targets = vectors.ᵀ * labels
        let modes = tangent.leading(rows: n, columns: p) * vectors
        // c_t(K)y of each output, all times side by side.
        let solutions = (0..<outputs).map { d in
            var columns = Matrix(rows: p, columns: 0)
            for response in responses {
                var scaled = targets.selectingColumns([d])
                scaled.scaleRows(by: response.coefficients)
                columns.appendColumns(of: vectors * scaled)
            }
            return columns
        }
        let size = n * outputs
        let sums = try accumulate(
            numbers: times.count * size, outputs: outputs, columns: p, of: .ntk, progress, shouldStop
        ) { influence in
            var result = [Double](repeating: 0, count: times.count * size)
            for c in 0..<outputs {
                for d in 0..<outputs {
                    let δK = influence.value(c, d)
                    let δModes = vectors.ᵀ * (δK.leading(rows: p, columns: p) * vectors)
                    var coupled = Matrix(rows: p, columns: times.count)
                    for t in times.indices {
                        for l in 0..<p {
                            let target = targets[l, d], column = l * p
                            for k in 0..<p {
                                coupled.elements[t * p + k] +=
                                    differences[t].elements[column + k] * δModes.elements[column + k] * target
                            }
                        }
                    }
                    var δf = δK * solutions[d]
                    δf.add(.plain(modes), .plain(coupled))
                    for t in times.indices { for i in 0..<n { result[t * size + c * n + i] += δf[i, t] } }
                }
            }
            return result
        }
        let all = sums.variance(rows: size, columns: times.count)
        return times.indices.map { t in
            func matrix(_ m: Matrix) -> Matrix {
                Matrix(rows: n, columns: outputs, elements: Array(m.elements[t * size..<(t + 1) * size]))
            }
            return Variance(value: matrix(all.value), error: matrix(all.error))
        }
    }

    /// Floating-point operations of ``predictionVariance(labels:training:at:progress:shouldStop:)``.
    /// - Parameter count: n, training points included.
    public static func work(
        sites: Int, hiddenLayers: Int, count n: Int, trainCount p: Int, outputs: Int, times: Int
    ) -> Double {
        let (n, p, t) = (Double(n), Double(p), Double(times))
        return Double(sites * hiddenLayers * outputs * outputs) * (4 * p * p * p + 4 * n * p * t + 3 * p * p * t)
    }

    /// Draws the neurons of all layers and sums the squares of what `numbers` are made of the influence of each.
    private func accumulate(
        numbers: Int, outputs: Int, columns p: Int, of kind: KernelKind, _ progress: ProgressHandler?,
        _ shouldStop: @escaping @Sendable () -> Bool, _ project: @Sendable (NeuronInfluence) -> [Double]
    ) throws -> InfluenceSums {
        let depth = kernels.layers.count
        let blocks = (sites + Self.block - 1) / Self.block
        let response = TangentResponse(kernels, of: kind)
        let laws = (0..<depth).map { LayerLaw(kernels, response, layer: $0, columns: p) }
        let zero = InfluenceSums(numbers: numbers, layers: depth, sites: sites)
        return try Threads.reduceInOrder(0..<depth * blocks, into: zero) { index -> [[Double]] in
            if shouldStop() { throw CancellationError() }
            let (layer, block) = (index / blocks, index % blocks)
            let size = min(Self.block, sites - block * Self.block)
            var stream = RandomStream(seed: seed, .initialSites, layer, block)
            let law = laws[layer]
            let (features, gradients) = law.draw(size, outputs: outputs, activation, &stream)
            return try (0..<size).map { site in
                if shouldStop() { throw CancellationError() }
                return project(
                    NeuronInfluence { c, d in
                        law.influence(
                            features: c == d ? features : nil, gradients[c], gradients[d], site: site)
                    })
            }
        } commit: { sums, index, result in
            sums.add(try result.get(), layer: index / blocks)
            progress?(Double(index + 1), Double(depth * blocks))
            return true
        }
    }
}
