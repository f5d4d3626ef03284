import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Kernels of a network of given weights beside those of infinite width and those of networks just drawn: has it moved?
///
/// Kernels are those of the hidden layers but the last, Φˡ, the covariance σ_w²Φᴸ + σ_b² of outputs (NNGP) and the tangent kernel,
/// averaged over outputs. Of each four numbers are taken (``KernelScalar``), of the network and of M fresh ones of its width. Under the
/// hypothesis that the network is one more draw all M + 1 are exchangeable; scores are leave-one-out (``SampleScore``), and the share of
/// the M + 1 whose largest |score| is no smaller than the network's own is an exact level.
package struct KernelMovement: Sendable {
    package struct Reference: Sendable {
        /// "features_1", "nngp", "ntk".
        package let id: String
        package let symbol: String
        /// Of infinite width; nil where no theory serves it.
        package let limit: Matrix?
        /// N·variance of entries; nil where it is not known.
        package let variance: Matrix?
        /// The limit or, without, the mean of M networks beside those that are compared.
        package let centre: Matrix

        /// What fluctuations of order 1/N alone make of ‖K − K∞‖/‖K∞‖: the root of its mean square.
        package func expectedDistance(width: Int) -> Double? {
            variance.map { ($0.elements.reduce(0, +) / Double(width)).squareRoot() / centre.norm }
        }

        /// The root mean square of (K − K∞)/√(variance/N) over entries: near 1 for a wide network just drawn.
        package func rootMeanSquareScore(_ kernel: Matrix, width: Int) -> Double? {
            guard let variance, variance.elements.allSatisfy({ $0 > 0 }) else { return nil }
            let squares = kernel.elements.indices.map { i in
                let d = kernel.elements[i] - centre.elements[i]
                return d * d * Double(width) / variance.elements[i]
            }
            return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        }
    }

    /// One kernel of a measured network.
    package struct Score: Sendable {
        /// By ``KernelScalar``; nil where it is not defined.
        package let values: [Double?]
        package let scores: [Double?]
        package var largest: Double? { scores.compactMap { $0 }.max { abs($0) < abs($1) } }
    }

    package struct Result: Sendable {
        package let kernels: [Score]
        /// The share of draws that are as far out as this network.
        package let level: Double
        package var largest: Double { kernels.compactMap(\.largest).max { abs($0) < abs($1) } ?? 0 }
    }

    package let references: [Reference]
    package let width: Int
    package let networks: Int
    /// By network, kernel and scalar.
    package let fresh: [[[Double?]]]
    private let targets: Matrix

    /// The level at which a network has moved; with fewer than 99 networks nothing can reach it.
    package static let level = 0.01

    /// - Parameters:
    ///   - example: the measured network, for its width and outputs.
    ///   - targets: of the inputs, in rows.
    ///   - theory: by ``InitialKernelLimit``.
    package init(
        of example: FiniteNetwork, inputs: Matrix, targets: Matrix, theory: [InitialKernelLimit?], networks: Int, seed: Int,
        progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let description = example.network, width = example.width, outputs = example.outputCount
        let names = Self.names(description)
        precondition(theory.count == names.count, "\(theory.count) limits of \(names.count) kernels")
        let done = Counter(), isComplete = theory.allSatisfy { $0 != nil }, all = isComplete ? networks : 2 * networks
        @Sendable func draw(_ index: Int, hasTangent: Bool = true) throws -> [Matrix] {
            if shouldStop() { throw CancellationError() }
            let network = FiniteNetwork(
                description, inputDimension: inputs.columns, outputCount: outputs, width: width, seed: seed, index: index)
            defer { progress?(Double(done.increment()), Double(all)) }
            return try Self.kernels(of: network, inputs, hasTangent: hasTangent)
        }
        // Without a limit: the mean of other networks.
        var means: [Matrix] = []
        let isTangentWanted = theory.last! == nil
        if !isComplete {
            let zero = names.map { _ in Matrix(rows: inputs.rows, columns: inputs.rows) }
            means = try Threads.reduceInOrder(0..<networks, into: zero) {
                try draw(networks + $0, hasTangent: isTangentWanted)
            } commit: { sums, _, kernels in
                for (k, kernel) in try kernels.get().enumerated() { sums[k].add(kernel, scale: 1 / Double(networks)) }
                return true
            }
        }
        let references = names.indices.map { k in
            Reference(
                id: names[k].id, symbol: names[k].symbol, limit: theory[k]?.value, variance: theory[k]?.variance,
                centre: theory[k]?.value ?? means[k])
        }
        fresh = try Threads.map(networks) { index in
            zip(try draw(index), references).map { kernel, reference in
                KernelScalar.allCases.map { $0.value(kernel, reference: reference.centre, targets: targets) }
            }
        }
        (self.references, self.width, self.networks, self.targets) = (references, width, networks, targets)
    }

    /// Φ¹ … Φᴸ⁻¹, the covariance of outputs and the tangent kernel, the dearest of them.
    package static func kernels(of network: FiniteNetwork, _ inputs: Matrix, hasTangent: Bool = true) throws -> [Matrix] {
        let fields = TangentFields(network, inputs)
        if let flat = fields.flat { throw KernelFailure(reason: "\(flat)") }
        let layers = network.graph.layers.count
        let kernels =
            (1..<max(layers, 1)).map { fields.featureKernel($0) } + [fields.outputCovariance()]
            + (hasTangent ? [fields.meanTangentKernel()] : [])
        guard kernels.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
            throw KernelFailure(reason: "its kernels are beyond the largest number; expected weights of moderate size")
        }
        return kernels
    }

    package static func names(_ network: Network) -> [(id: String, symbol: String)] {
        (1..<max(network.hiddenLayers, 1)).map { ("features_\($0)", "Φ \($0)") }
            + KernelKind.allCases.map { ($0.rawValue, $0.symbol) }
    }

    /// The kernels of a measured network, by ``kernels(of:_:)``.
    package func compare(_ kernels: [Matrix]) -> Result {
        let values = zip(kernels, references).map { kernel, reference in
            KernelScalar.allCases.map { $0.value(kernel, reference: reference.centre, targets: targets) }
        }
        var largest = [Double](repeating: 0, count: networks + 1)
        let scores = references.indices.map { k in
            KernelScalar.allCases.map { scalar -> Double? in
                let pool = (fresh.map { $0[k][scalar.rawValue] } + [values[k][scalar.rawValue]]).map { value in
                    value.flatMap { scalar.scored($0) }
                }
                guard !pool.contains(where: { $0 == nil }), let scores = SampleScore.leaveOneOut(pool.map { $0! }) else {
                    return nil
                }
                for (i, score) in scores.enumerated() { largest[i] = max(largest[i], abs(score)) }
                return scores.last!
            }
        }
        let level = Double(largest.count { $0 >= largest.last! }) / Double(networks + 1)
        return Result(kernels: zip(values, scores).map { Score(values: $0, scores: $1) }, level: level)
    }

    /// Mean and standard deviation of a number over the fresh networks; nil where it is not always defined.
    package func spread(_ kernel: Int, _ scalar: KernelScalar) -> (mean: Double, deviation: Double)? {
        let values = fresh.compactMap { $0[kernel][scalar.rawValue] }
        guard values.count == networks else { return nil }
        let mean = values.reduce(0, +) / Double(networks)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(networks - 1)).squareRoot())
    }
}

/// A network whose kernels are no numbers.
package struct KernelFailure: Error, CustomStringConvertible {
    let reason: String
    package var description: String { reason }
}
