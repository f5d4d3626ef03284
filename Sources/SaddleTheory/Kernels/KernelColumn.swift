import CSaddle

/// Takes one column of a tile through the layers.
struct KernelColumn {
    private let pair: KernelPair
    private let rows: Range<Int>

    init(_ pair: KernelPair, rows: Range<Int>) {
        self.pair = pair
        self.rows = rows
    }

    /// - Parameters:
    ///   - count: how many of the rows, from the first.
    ///   - covariance: xx′/D, replaced by Σᴸ⁺¹ if wanted.
    ///   - tangent: the same, replaced by Θᴸ⁺¹.
    func run(
        column j: Int, count: Int, covariance: UnsafeMutablePointer<Double>, tangent: UnsafeMutablePointer<Double>?, near: Double,
        wantsCovariance: Bool
    ) {
        if count == 0 { return }
        if let tangent { sd_affine(count, tangent, pair.recursion.weightRates[0], pair.recursion.biasRates[0]) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * KernelTile.side) { scratch in
            let base = scratch.baseAddress!
            let slope = base, state = base + KernelTile.side, value = base + 2 * KernelTile.side
            let skip = base + 3 * KernelTile.side
            if pair.duals[0].carriesDefects {
                setDefects(column: j, count: count, products: covariance, near: near, state)
                runDefects(column: j, count: count, state, slope, value, skip, covariance, tangent, wantsCovariance)
            } else {
                runCovariances(column: j, count: count, covariance, slope, skip, tangent)
            }
        }
    }

    private func runCovariances(
        column j: Int, count: Int, _ state: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
        _ skip: UnsafeMutablePointer<Double>, _ tangent: UnsafeMutablePointer<Double>?
    ) {
        let r = pair.recursion
        sd_affine(count, state, r.weightVariance, r.biasVariance)
        for (l, dual) in pair.duals.enumerated() {
            let skips = r.skips(l + 1)
            if skips { skip.update(from: state, count: count) }
            dual.apply(start: rows.lowerBound, count: count, column: j, state: state, slope: tangent == nil ? nil : slope)
            if let tangent { step(l, count, features: state, slope, tangent) }
            sd_affine(count, state, r.weightVariance, r.biasVariance)
            if skips { for i in 0..<count { state[i] += skip[i] } }
        }
    }

    private func runDefects(
        column j: Int, count: Int, _ state: UnsafeMutablePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
        _ value: UnsafeMutablePointer<Double>, _ skip: UnsafeMutablePointer<Double>,
        _ covariance: UnsafeMutablePointer<Double>, _ tangent: UnsafeMutablePointer<Double>?, _ wantsCovariance: Bool
    ) {
        let r = pair.recursion, start = rows.lowerBound
        for (l, dual) in pair.duals.enumerated() {
            if r.skips(l) {
                let below = pair.duals[l - 1]
                withElements(from: start, below.rows.roots, pair.rows.featureRoots[l], dual.rows.roots) {
                    skipped, features, sums in
                    sd_defect_residual(
                        count, state, skip, skipped, below.columns.roots[j], features, pair.columns.featureRoots[l][j], sums,
                        dual.columns.roots[j], r.weightVariance, r.biasVariance)
                }
            } else if r.biasVariance > 0 {
                withElements(from: start, pair.rows.featureRoots[l], dual.rows.roots) { features, sums in
                    sd_defect_affine(
                        count, state, features, pair.columns.featureRoots[l][j], sums, dual.columns.roots[j], r.weightVariance,
                        r.biasVariance)
                }
            }
            if r.skips(l + 1) { skip.update(from: state, count: count) }
            dual.apply(start: start, count: count, column: j, state: state, slope: tangent == nil ? nil : slope)
            if let tangent {
                features(l + 1, column: j, count, state, value)
                step(l, count, features: value, slope, tangent)
            }
        }
        if wantsCovariance {
            features(pair.duals.count, column: j, count, state, covariance)
            sd_affine(count, covariance, r.weightVariance, r.biasVariance)
        }
    }

    /// Θˡ⁺¹ from Θˡ, the features of layer l + 1 in pairs and their slopes.
    private func step(
        _ l: Int, _ count: Int, features: UnsafePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
        _ tangent: UnsafeMutablePointer<Double>
    ) {
        let r = pair.recursion, skips = r.skips(l + 1)
        if skips { sd_affine(count, slope, r.weightVariance, 1) }
        sd_tangent_step(
            count, features, slope, r.weightRates[l + 1], r.biasRates[l + 1], skips ? 1 : r.weightVariance, tangent)
    }

    /// E φφ′ of a layer from the defects of its features.
    private func features(
        _ layer: Int, column j: Int, _ count: Int, _ state: UnsafePointer<Double>, _ value: UnsafeMutablePointer<Double>
    ) {
        withElements(from: rows.lowerBound, pair.rows.featureRoots[layer]) {
            sd_defect_covariances(count, state, $0, pair.columns.featureRoots[layer][j], value)
        }
    }

    private func setDefects(
        column j: Int, count: Int, products: UnsafePointer<Double>, near: Double, _ state: UnsafeMutablePointer<Double>
    ) {
        let start = rows.lowerBound
        let found = withElements(from: start, pair.rows.featureRoots[0]) {
            sd_defects(count, products, $0, pair.columns.featureRoots[0][j], near, state)
        }
        if found == 0 { return }
        let d = pair.rows.dimension, square = pair.columns.squares[j]
        withElements(from: start * d, pair.rows.inputs.elements) { x in
            withElements(from: j * d, pair.columns.inputs.elements) { y in
                for i in 0..<count where !(abs(state[i]) >= near) {
                    let defect = sd_direct_defect(d, x + i * d, pair.rows.squares[start + i], y, square)
                    state[i] = products[i] < 0 ? -defect : defect
                }
            }
        }
    }
}
