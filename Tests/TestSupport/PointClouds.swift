import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sets of points whose dimension, distances and curvature are known.
public enum PointClouds {
    /// Of d independent normals.
    public static func gaussian(_ n: Int, dimension d: Int, _ stream: inout RandomStream) -> Matrix {
        stream.normals(rows: n, columns: d)
    }

    /// Uniform on the sphere of dimension d in d + 1 dimensions.
    public static func sphere(_ n: Int, dimension d: Int, _ stream: inout RandomStream) -> Matrix {
        var x = stream.normals(rows: n, columns: d + 1)
        for i in 0..<n {
            let norm = (0...d).reduce(0.0) { $0 + x[i, $1] * x[i, $1] }.squareRoot()
            for j in 0...d { x[i, j] /= norm }
        }
        return x
    }

    /// Uniform on the flat torus of two circles in four dimensions.
    public static func torus(_ n: Int, _ stream: inout RandomStream) -> Matrix {
        var x = Matrix(rows: n, columns: 4)
        for i in 0..<n {
            for circle in 0..<2 {
                let angle = 2 * Double.pi * stream.uniform()
                (x[i, 2 * circle], x[i, 2 * circle + 1]) = (cos(angle), sin(angle))
            }
        }
        return x
    }

    /// A plane rolled up in three dimensions.
    public static func swissRoll(_ n: Int, _ stream: inout RandomStream) -> Matrix {
        var x = Matrix(rows: n, columns: 3)
        for i in 0..<n {
            let t = 1.5 * Double.pi * (1 + 2 * stream.uniform())
            (x[i, 0], x[i, 1], x[i, 2]) = (t * cos(t), 21 * stream.uniform(), t * sin(t))
        }
        return x
    }

    /// The same points in more dimensions, with noise in all of them.
    public static func noisy(_ x: Matrix, dimensions: Int, deviation: Double, _ stream: inout RandomStream) -> Matrix {
        var result = x.padded(rows: x.rows, columns: dimensions)
        result.add(stream.normals(rows: x.rows, columns: dimensions), scale: deviation)
        return result
    }
}
