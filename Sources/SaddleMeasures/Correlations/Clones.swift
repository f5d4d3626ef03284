import SaddleModels
import SaddleNumerics

/// Data that share some of the correlations of given data and no others.
public enum Clones: String, Sendable, CaseIterable {
    /// Gaussian samples with the mean and covariance of each class: orders 1 and 2 alone.
    case gaussian
    /// Every image with its own power spectrum and random phases: G₂ of each image on a torus, higher orders only as far as amplitudes make them.
    case phase

    /// A clone of every sample of a set, class by class where there are classes.
    ///
    /// Gaussian: x = m + n^{−1/2} Σ_i z_i(x_i − m) has exactly the sample covariance, whatever its rank. Phases are those of a transform of white noise, the same for all channels, so that
    /// correlations between channels stay; a constant offset is kept.
    ///
    /// - Parameters:
    ///   - points: n × D.
    ///   - grid: where phases are random; a line unless given.
    ///   - draw: another number gives other clones.
    public func clone(_ points: Matrix, _ labels: SampleLabels, _ grid: PixelGrid?, seed: Int, draw: Int = 0) throws -> Matrix {
        let parts: [[Int]] =
            labels.classes.map { classes in
                Dictionary(grouping: classes.of.indices) { classes.of[$0] }.sorted { $0.key < $1.key }.map(\.value)
            } ?? [Array(0..<points.rows)]
        var result = points
        for (number, rows) in parts.enumerated() {
            var stream = RandomStream(seed: seed, .clone, draw, number)
            let part = points.selectingRows(rows)
            let cloned =
                switch self {
                case .gaussian: try Self.gaussian(part, &stream)
                case .phase: Self.phases(part, grid ?? PixelGrid(axes: [points.columns])!, &stream)
                }
            for j in 0..<points.columns { for (i, row) in rows.enumerated() { result[row, j] = cloned[i, j] } }
        }
        return result
    }

    private static func gaussian(_ x: Matrix, _ stream: inout RandomStream) throws(FactorizationError) -> Matrix {
        let n = x.rows
        var centred = x
        var means: [Double] = []
        for j in 0..<x.columns {
            means.append(x.elements[j * n..<(j + 1) * n].reduce(0, +) / Double(n))
            for i in 0..<n { centred.elements[j * n + i] -= means[j] }
        }
        var clone: Matrix
        if n > x.columns {
            // The same law from the covariance: V√ΛVᵀ of fewer rows than samples.
            let (values, vectors) = try centred.gram(scale: 1 / Double(n)).symmetricEigen()
            var root = vectors
            root.scaleColumns(by: values.map { max($0, 0).squareRoot() })
            clone = stream.normals(rows: n, columns: x.columns) * root.ᵀ
        } else {
            clone = stream.normals(rows: n, columns: n) * centred
            clone.scale(by: 1 / Double(n).squareRoot())
        }
        for j in 0..<x.columns { for i in 0..<n { clone.elements[j * n + i] += means[j] } }
        return clone
    }

    private static func phases(_ x: Matrix, _ grid: PixelGrid, _ stream: inout RandomStream) -> Matrix {
        let fourier = PlaneFourier(height: grid.height, width: grid.width)
        var (re, im) = fourier.transform(stream.normals(rows: x.rows, columns: grid.positions), nil)
        for k in re.elements.indices {
            let size = (re.elements[k] * re.elements[k] + im.elements[k] * im.elements[k]).squareRoot()
            // The first position is the constant, which keeps its sign.
            (re.elements[k], im.elements[k]) = k < x.rows || size == 0 ? (1, 0) : (re.elements[k] / size, im.elements[k] / size)
        }
        var result = x
        for channel in 0..<grid.channels {
            let places = (0..<grid.positions).map { grid.index(channel, $0) }
            let (a, b) = fourier.transform(x.selectingColumns(places), nil)
            var (c, d) = (a, a)
            for k in a.elements.indices {
                c.elements[k] = a.elements[k] * re.elements[k] - b.elements[k] * im.elements[k]
                d.elements[k] = a.elements[k] * im.elements[k] + b.elements[k] * re.elements[k]
            }
            let back = fourier.inverse(c, d)
            for (position, place) in places.enumerated() { for i in 0..<x.rows { result[i, place] = back[i, position] } }
        }
        return result
    }
}
