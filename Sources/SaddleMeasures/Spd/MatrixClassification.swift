import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How well labelled positive definite matrices are told apart, by cross-validation: the nearest class mean, and a linear classifier
/// of tangent vectors.
///
/// Minimum distance to mean: the class whose Fréchet mean is nearest in the affine-invariant metric. Tangent space: coordinates of
/// log M^{−½}AM^{−½} at the mean M of the training matrices, ridge regression on one-hot labels, the ridge by leave-one-out within the
/// training part. Means, ridges and classifiers never see the part that is predicted. Source: Barachant, Bonnet, Congedo, Jutten 2012.
public struct MatrixClassification: Sendable {
    /// The true class of each matrix, from 0.
    public let classes: [Int]
    /// Classes, counted up to the largest that occurs.
    public let classCount: Int
    /// Parts of the cross-validation.
    public let folds: Int
    /// The class found for each matrix while it was left out.
    public let byMean: [Int]
    /// The same by ridge regression of tangent vectors.
    public let byTangent: [Int]
    /// Share of the largest class: what is right without looking.
    public let chance: Double

    /// - Parameters:
    ///   - classes: from 0, each with two members or more.
    ///   - folds: at most the members of the smallest class, so that every class is in every training part.
    public init(
        _ points: [PositiveDefinite], classes: [Int], folds: Int, seed: Int, progress: ProgressHandler = { _, _ in }
    ) throws(PositiveDefiniteError) {
        precondition(points.count == classes.count && !points.isEmpty, "\(classes.count) labels of \(points.count) matrices")
        let classCount = classes.max()! + 1
        let sizes = (0..<classCount).map { c in classes.count { $0 == c } }
        precondition((2...(sizes.filter { $0 > 0 }.min()!)).contains(folds), "\(folds) folds of classes with \(sizes) members")
        (self.classes, self.classCount, self.folds) = (classes, classCount, folds)
        chance = Double(sizes.max()!) / Double(classes.count)
        let fold = Self.assignment(classes, count: classCount, folds: folds, seed: seed)
        var (byMean, byTangent) = ([Int](repeating: 0, count: classes.count), [Int](repeating: 0, count: classes.count))
        for part in 0..<folds {
            let training = classes.indices.filter { fold[$0] != part }, left = classes.indices.filter { fold[$0] == part }
            let nearest = try Self.nearestMean(points, classes, sizes, training: training, left: left)
            let linear = try Self.tangent(points, classes, classCount, training: training, left: left)
            for (place, i) in left.enumerated() { (byMean[i], byTangent[i]) = (nearest[place], linear[place]) }
            progress(Double(part + 1), Double(folds))
        }
        (self.byMean, self.byTangent) = (byMean, byTangent)
    }

    /// Share of right answers, with the binomial standard error; folds share training matrices, which it does not know.
    public func accuracy(_ found: [Int]) -> Estimate {
        let n = Double(classes.count), right = Double(zip(found, classes).count { $0 == $1 }), share = right / n
        return Estimate(mean: share, standardError: (share * (1 - share) / n).squareRoot(), count: classes.count)
    }

    /// The fold of each sample: classes are dealt out one after the other, in random order.
    static func assignment(_ classes: [Int], count: Int, folds: Int, seed: Int) -> [Int] {
        var stream = RandomStream(seed: seed, .folds)
        var (result, next) = ([Int](repeating: 0, count: classes.count), 0)
        for c in 0..<count {
            let members = classes.indices.filter { classes[$0] == c }
            for k in stream.permutation(members.count) {
                result[members[k]] = next % folds
                next += 1
            }
        }
        return result
    }

    private static func nearestMean(
        _ points: [PositiveDefinite], _ classes: [Int], _ sizes: [Int], training: [Int], left: [Int]
    ) throws(PositiveDefiniteError) -> [Int] {
        let present = sizes.indices.filter { sizes[$0] > 0 }
        var means: [PositiveDefinite] = []
        for c in present {
            means.append(
                try PositiveDefinite.mean(training.filter { classes[$0] == c }.map { points[$0] }, tolerance: 1e-9).point)
        }
        let centres = means
        return try Threads.map(left.count) { (i: Int) throws(PositiveDefiniteError) -> Int in
            var best = (distance: Double.infinity, found: 0)
            for (c, mean) in zip(present, centres) {
                let distance = try mean.distance(to: points[left[i]]).whole
                if distance < best.distance { best = (distance, c) }
            }
            return best.found
        }
    }

    private static func tangent(
        _ points: [PositiveDefinite], _ classes: [Int], _ count: Int, training: [Int], left: [Int]
    ) throws(PositiveDefiniteError) -> [Int] {
        let mean = try PositiveDefinite.mean(training.map { points[$0] }, tolerance: 1e-9).point
        let all = training + left
        let rows = try Threads.map(all.count) { (i: Int) throws(PositiveDefiniteError) -> [Double] in
            PositiveDefinite.coordinates(try mean.whitenedLogarithm(of: points[all[i]]))
        }
        let n = training.count
        func block(_ range: Range<Int>) -> Matrix {
            Matrix(rows: range.count, columns: rows[0].count) { rows[range.lowerBound + $0][$1] }
        }
        let labels = Matrix(rows: n, columns: count) { classes[training[$0]] == $1 ? 1 : 0 }
        let scores: Matrix
        do {
            scores = try RidgeClassifier(block(0..<n), labels).scores(block(n..<all.count))
        } catch { throw .notSemidefinite(.eigenvaluesDidNotConverge(info: 0)) }
        return (0..<left.count).map { i in (0..<count).max { scores[i, $0] < scores[i, $1] }! }
    }
}

/// Ridge regression with a constant, its ridge chosen by the leave-one-out error, in closed form.
///
///     ŷ = H y,   H = K(K + λ)⁻¹ of centred rows,   left out: (yᵢ − ŷᵢ)/(1 − Hᵢᵢ − 1/n)
struct RidgeClassifier {
    let ridge: Double
    private let means: [Double], offsets: [Double]
    private let weights: Matrix

    init(_ x: Matrix, _ y: Matrix) throws(FactorizationError) {
        let n = x.rows, centred = x.centredColumns, target = y.centredColumns
        func average(_ m: Matrix) -> [Double] {
            (0..<m.columns).map { j in (0..<n).reduce(0) { $0 + m[$1, j] } / Double(n) }
        }
        (means, offsets) = (average(x), average(y))
        let (values, vectors) = try Matrix.product(.plain(centred), centred.ᵀ).symmetrized.symmetricEigen()
        let top = max(values.last ?? 0, .leastNormalMagnitude), modes = vectors.ᵀ * target
        var best = (error: Double.infinity, ridge: top, shares: [Double]())
        for power in stride(from: -8.0, through: 1, by: 0.5) {
            let ridge = top * pow(10, power), shares = values.map { max($0, 0) / (max($0, 0) + ridge) }
            var scaled = modes
            scaled.scaleRows(by: shares)
            let fitted = vectors * scaled
            var error = 0.0
            for i in 0..<n {
                let leverage = 1 / Double(n) + (0..<n).reduce(0) { $0 + vectors[i, $1] * vectors[i, $1] * shares[$1] }
                for c in 0..<y.columns {
                    let miss = (target[i, c] - fitted[i, c]) / (1 - leverage)
                    error += miss * miss
                }
            }
            if error < best.error { best = (error, ridge, shares) }
        }
        ridge = best.ridge
        var scaled = modes
        scaled.scaleRows(by: values.map { 1 / (max($0, 0) + best.ridge) })
        weights = centred.ᵀ * (vectors * scaled)
    }

    func scores(_ x: Matrix) -> Matrix {
        let centred = Matrix(rows: x.rows, columns: x.columns) { x[$0, $1] - means[$1] }
        var result = centred * weights
        for c in 0..<result.columns { for i in 0..<result.rows { result[i, c] += offsets[c] } }
        return result
    }
}
