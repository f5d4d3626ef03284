import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Points for geometry, without random numbers where possible.
public enum ExamplePoints {
    /// Twelve points of three coordinates: xᵢ = sin(1.7i + 0.9c²), and 0.1i more in the first.
    public static let twelve = Matrix(rows: 12, columns: 3) { i, c in
        sin(1.7 * Double(i) + 0.9 * Double(c * c)) + (c == 0 ? 0.1 * Double(i) : 0)
    }

    public static func circle(_ n: Int) -> Matrix {
        Matrix(rows: n, columns: 2) { i, c in
            let angle = 2 * Double.pi * Double(i) / Double(n)
            return c == 0 ? cos(angle) : sin(angle)
        }
    }

    /// Fibonacci's points on the unit sphere, nearly uniform.
    public static func sphere(_ n: Int) -> Matrix {
        let turn = Double.pi * (5.0.squareRoot() - 1)
        return Matrix(rows: n, columns: 3) { i, c in
            let z = 1 - (2 * Double(i) + 1) / Double(n), r = (1 - z * z).squareRoot(), angle = turn * Double(i)
            return c == 0 ? r * cos(angle) : c == 1 ? r * sin(angle) : z
        }
    }

    /// The Clifford torus, on which distances along coordinates are those of a flat square; points by an additive recurrence.
    public static func torus(_ n: Int) -> Matrix {
        Matrix(rows: n, columns: 4) { i, c in
            let step = c < 2 ? 0.7548776662466927 : 0.5698402909980532
            let angle = 2 * Double.pi * (Double(i) * step).truncatingRemainder(dividingBy: 1)
            return c % 2 == 0 ? cos(angle) : sin(angle)
        }
    }
}
