import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Networks of N independent cosine neurons, f_N(x) = (1/N) Σ cos ωᵢ·x with ωᵢ ~ N(0, 1/s²), and their errors on a ball.
public struct RandomNeurons: Sendable {
    /// d, components of x.
    public let dimension: Int
    /// s: frequencies have deviation 1/s.
    public let scale: Double
    /// Of the ball.
    public let radius: Double
    /// Of frequencies and points.
    public let seed: Int

    /// Stores the constants; nothing is drawn yet.
    public init(dimension: Int, scale: Double, radius: Double, seed: Int) {
        (self.dimension, self.scale, self.radius, self.seed) = (dimension, scale, radius, seed)
    }

    /// The mean square error of each of `draws` networks at `points` fresh random points of the ball.
    public func errors(
        width: Int, draws: Int, points: Int = 64, target: @Sendable (_ radius: Double) -> Double
    ) throws -> [Double] {
        try Threads.map(draws) { draw in
            var stream = RandomStream(seed: seed, .regressionFeatures, width, draw)
            let frequencies = stream.normals(rows: dimension, columns: width)
            var inputs = stream.normals(rows: dimension, columns: points)
            // A direction, and a radius with the density r^{d−1}.
            let radii = (0..<points).map { _ in
                radius * pow((Double(stream.word() >> 11) + 0.5) * 0x1p-53, 1 / Double(dimension))
            }
            let norms = (0..<points).map { j in
                (0..<dimension).reduce(0) { $0 + inputs[$1, j] * inputs[$1, j] }.squareRoot()
            }
            inputs.scaleColumns(by: zip(radii, norms).map { $0 / $1 })
            let phases = Matrix.product(frequencies.ᵀ, .plain(inputs), scale: 1 / scale)
            return (0..<points).reduce(0) { sum, j in
                let mean = (0..<width).reduce(0) { $0 + cos(phases[$1, j]) } / Double(width)
                let miss = mean - target(radii[j])
                return sum + miss * miss
            } / Double(points)
        }
    }
}
