import CSaddle
import SaddleModels
import SaddleNumerics

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
        let done = Counter()
        let parts = try Threads.map(all.count) { index in
            let part = run(first: all[index].first, count: all[index].count, column: all[index].column)
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
        let parts = try Threads.map(rows.count) { i in run(first: i, count: 1, column: i) }
        return (parts.map { $0.nngp[0] }, parts.map { $0.ntk[0] })
    }

    /// Both kernels of `count` row images from the first with one column image.
    private func run(first: Int, count: Int, column j: Int) -> (nngp: [Double], ntk: [Double]) {
        let r = kernel.recursion, w = r.weightVariance
        var features = products(first, count, j)
        var slopes = [Double](repeating: 0, count: features.count)
        // What a layer hands to the windows: λ_w F + σ_w² Ḟ Θ.
        var passed = features.map { r.weightRates[0] * $0 }
        var (covariance, tangent): ([Double], [Double]) = ([], [])
        for (l, dual) in duals.enumerated() {
            let grid = WindowGrid(kernel.convolution, layer: l)
            let skips = r.skips(l)
            let (oldCovariance, oldTangent) = (covariance, tangent)
            covariance = grid.means(features, isPaired: isPaired, stride: count)
            tangent = grid.means(passed, isPaired: isPaired, stride: count)
            for k in covariance.indices {
                covariance[k] = r.biasVariance + w * covariance[k] + (skips ? oldCovariance[k] : 0)
                tangent[k] += r.biasRates[l] + (skips ? oldTangent[k] : 0)
            }
            features = covariance
            if slopes.count != features.count { slopes = [Double](repeating: 0, count: features.count) }
            evaluate(dual, layer: l, positions: grid.positions, first, count, j, &features, &slopes)
            passed = features
            for k in passed.indices { passed[k] = r.weightRates[l + 1] * passed[k] + w * slopes[k] * tangent[k] }
        }
        let pairs = features.count / max(count, 1)
        func pooled(_ x: [Double], times factor: Double, plus constant: Double) -> [Double] {
            (0..<count).map { i in
                constant + factor / Double(pairs) * stride(from: i, to: x.count, by: count).reduce(0) { $0 + x[$1] }
            }
        }
        return (
            pooled(features, times: w, plus: r.biasVariance), pooled(passed, times: 1, plus: r.biasRates[r.hiddenLayers])
        )
    }

    /// x_α·x′_α′/C₀
    private func products(_ first: Int, _ count: Int, _ j: Int) -> [Double] {
        let channels = rows.inputs.rows, positions = rows.inputs.columns / max(rows.count, 1)
        var result = [Double](repeating: 0, count: positions * (isPaired ? positions : 1) * count)
        var k = 0
        for α in 0..<positions {
            for β in isPaired ? 0..<positions : α..<α + 1 {
                let y = (β * columns.count + j) * channels
                for i in 0..<count {
                    let x = (α * rows.count + first + i) * channels
                    var sum = 0.0
                    for c in 0..<channels { sum += rows.inputs.elements[x + c] * columns.inputs.elements[y + c] }
                    result[k] = sum / Double(channels)
                    k += 1
                }
            }
        }
        return result
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
