import CSaddle
import SaddleModels
import SaddleNumerics
import Synchronization

/// The kernels of a convolutional network between two sets of prepared images.
///
/// A block of row images goes through all layers against one column image. Its arrays are [α][α′][image] with average pooling and
/// [α][image] with flatten, so that images are contiguous in the dual.
struct ImagePair: Sendable {
    private let kernel: ConvolutionalKernel
    private let rows: ImagePoints
    private let columns: ImagePoints
    private let isSymmetric: Bool
    private let duals: [DualPair]
    /// √(E φ²) of every position.
    private let rowRoots: [[Double]]
    private let columnRoots: [[Double]]

    /// Images in a block: as many as keep its arrays near the cache, for many positions one.
    private let block: Int
    /// Covariances this close to their bound, relatively, are taken for it.
    private static let resolution = 16 * Double.ulpOfOne

    init(_ kernel: ConvolutionalKernel, rows: ImagePoints, columns: ImagePoints, isSymmetric: Bool) {
        self.kernel = kernel
        self.rows = rows
        self.columns = columns
        self.isSymmetric = isSymmetric
        duals = zip(rows.layers, columns.layers).map { DualPair($0, $1) }
        rowRoots = duals.map { $0.rows.values.map { $0.squareRoot() } }
        columnRoots = duals.map { $0.columns.values.map { $0.squareRoot() } }
        let positions = kernel.convolution.shape.reduce(1, *)
        let pairs = kernel.convolution.readout == .averagePooling ? positions * positions : positions
        block = max(1, min(16, (1 << 16) / pairs))
    }

    private var isPaired: Bool { kernel.convolution.readout == .averagePooling }

    func matrices(_ progress: ProgressHandler? = nil) throws -> (nngp: Matrix, ntk: Matrix) {
        let side = block
        var jobs: [(first: Int, column: Int, count: Int)] = []
        for j in 0..<columns.count {
            let end = isSymmetric ? j + 1 : rows.count
            for i in stride(from: 0, to: end, by: side) { jobs.append((i, j, min(side, end - i))) }
        }
        let all = jobs
        let done = Counter(), spaces = Mutex<[Space]>([])
        let parts = try Threads.map(all.count) { index in
            var space = spaces.withLock { $0.popLast() } ?? Space()
            let part = run(first: all[index].first, count: all[index].count, column: all[index].column, in: &space)
            spaces.withLock { $0.append(space) }
            progress?(Double(done.increment()), Double(all.count))
            return part
        }
        var nngp = Matrix(rows: rows.count, columns: columns.count), ntk = nngp
        for (job, part) in zip(all, parts) {
            for k in 0..<job.count {
                let i = job.first + k
                (nngp[i, job.column], ntk[i, job.column]) = (part.nngp[k], part.ntk[k])
                if isSymmetric { (nngp[job.column, i], ntk[job.column, i]) = (part.nngp[k], part.ntk[k]) }
            }
        }
        return (nngp, ntk)
    }

    func diagonals() throws -> (nngp: [Double], ntk: [Double]) {
        let parts = try Threads.map(rows.count) { i in
            var space = Space()
            return run(first: i, count: 1, column: i, in: &space)
        }
        return (parts.map { $0.nngp[0] }, parts.map { $0.ntk[0] })
    }

    /// Arrays of a block that the next one uses again: fresh ones of this size would cost as much as the arithmetic.
    private struct Space: Sendable {
        /// A layer's covariances, then F of them; what goes into its tangent kernel, then Θ; Ḟ.
        var features: [Double] = [], tangent: [Double] = [], slopes: [Double] = [], spare: [Double] = []
    }

    /// Both kernels of `count` row images from the first with one column image.
    private func run(first: Int, count: Int, column j: Int, in space: inout Space) -> (nngp: [Double], ntk: [Double]) {
        let r = kernel.recursion, w = r.weightVariance
        setProducts(first, count, j, &space.features)
        // What a layer hands to the windows: λ_w F + σ_w² Ḟ Θ.
        space.tangent.resize(to: space.features.count)
        combine(&space.tangent, space.features) { $1 * r.weightRates[0] }
        var skipped = Space()
        for (l, dual) in duals.enumerated() {
            let grid = WindowGrid(kernel.convolution, layer: l)
            grid.takeMeans(of: &space.features, spare: &space.spare, isPaired: isPaired, stride: count)
            grid.takeMeans(of: &space.tangent, spare: &space.spare, isPaired: isPaired, stride: count)
            if r.skips(l) {
                combine(&space.features, skipped.features) { r.biasVariance + w * $0 + $1 }
                combine(&space.tangent, skipped.tangent) { $0 + (r.biasRates[l] + $1) }
            } else {
                combine(&space.features, space.tangent) { k, _ in r.biasVariance + w * k }
                combine(&space.tangent, space.features) { t, _ in t + r.biasRates[l] }
            }
            if r.skips(l + 1) { (skipped.features, skipped.tangent) = (space.features, space.tangent) }
            space.slopes.resize(to: space.features.count)
            evaluate(dual, layer: l, positions: grid.positions, first, count, j, &space.features, &space.slopes)
            combine(&space.tangent, space.slopes) { $1 * w * $0 }
            combine(&space.tangent, space.features) { r.weightRates[l + 1] * $1 + $0 }
        }
        return (
            pooled(space.features, count, times: w, plus: r.biasVariance),
            pooled(space.tangent, count, times: 1, plus: r.biasRates[r.hiddenLayers])
        )
    }

    private func combine(_ x: inout [Double], _ y: [Double], _ value: (Double, Double) -> Double) {
        x.withUnsafeMutableBufferPointer { x in
            y.withUnsafeBufferPointer { y in for k in x.indices { x[k] = value(x[k], y[k]) } }
        }
    }

    /// The mean over positions of each of `count` images.
    private func pooled(_ x: [Double], _ count: Int, times factor: Double, plus constant: Double) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        sums.withUnsafeMutableBufferPointer { sums in
            x.withUnsafeBufferPointer { x in
                for start in stride(from: 0, to: x.count, by: max(count, 1)) { for i in 0..<count { sums[i] += x[start + i] } }
            }
        }
        let pairs = x.count / max(count, 1)
        return sums.map { constant + factor / Double(pairs) * $0 }
    }

    /// x_α·x′_α′/C₀
    private func setProducts(_ first: Int, _ count: Int, _ j: Int, _ result: inout [Double]) {
        let channels = rows.inputs.rows, positions = rows.inputs.columns / max(rows.count, 1)
        result.resize(to: positions * (isPaired ? positions : 1) * count)
        var k = 0
        result.withUnsafeMutableBufferPointer { result in
            rows.inputs.elements.withUnsafeBufferPointer { rowInputs in
                columns.inputs.elements.withUnsafeBufferPointer { columnInputs in
                    for α in 0..<positions {
                        for β in isPaired ? 0..<positions : α..<α + 1 {
                            let y = (β * columns.count + j) * channels
                            for i in 0..<count {
                                let x = (α * rows.count + first + i) * channels
                                var sum = 0.0
                                for c in 0..<channels { sum += rowInputs[x + c] * columnInputs[y + c] }
                                result[k] = sum / Double(channels)
                                k += 1
                            }
                        }
                    }
                }
            }
        }
    }

    /// Replaces covariances by F and sets Ḟ.
    private func evaluate(
        _ dual: DualPair, layer: Int, positions: Int, _ first: Int, _ count: Int, _ j: Int, _ state: inout [Double],
        _ slopes: inout [Double]
    ) {
        if count == 0 { return }
        state.withUnsafeMutableBufferPointer { state in
            slopes.withUnsafeMutableBufferPointer { slopes in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { defects in
                    var offset = 0
                    for α in 0..<positions {
                        let start = α * rows.count + first
                        for β in isPaired ? 0..<positions : α..<α + 1 {
                            let column = β * columns.count + j
                            let (k, slope) = (state.baseAddress! + offset, slopes.baseAddress! + offset)
                            if dual.carriesDefects {
                                let t = defects.baseAddress!
                                withElements(from: start, dual.rows.roots) {
                                    _ = sd_defects(count, k, $0, dual.columns.roots[column], 0, t)
                                }
                                for i in 0..<count where abs(t[i]) < Self.resolution { t[i] = k[i] < 0 ? -0.0 : 0 }
                                dual.apply(start: start, count: count, column: column, state: t, slope: slope)
                                withElements(from: start, rowRoots[layer]) {
                                    sd_defect_covariances(count, t, $0, columnRoots[layer][column], k)
                                }
                            } else {
                                dual.apply(start: start, count: count, column: column, state: k, slope: slope)
                            }
                            offset += count
                        }
                    }
                }
            }
        }
    }
}
