import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Discrete Fourier transforms of many small images at once, as products with matrices of cosines and sines.
///
///     X(k_y, k_x) = Σ_{y,x} x(y, x) e^{−2πi(k_y y/H + k_x x/W)}
///
/// Images of at most some hundred pixels a side: two products cost H·W·(H + W) multiplications an image at the speed of BLAS.
struct PlaneFourier {
    let height: Int
    let width: Int
    private let rows: (cos: Matrix, sin: Matrix)
    private let columns: (cos: Matrix, sin: Matrix)

    init(height: Int, width: Int) {
        func wave(_ n: Int) -> (cos: Matrix, sin: Matrix) {
            func angle(_ i: Int, _ j: Int) -> Double { 2 * .pi * Double(i * j % n) / Double(n) }
            return (Matrix(rows: n, columns: n) { cos(angle($0, $1)) }, Matrix(rows: n, columns: n) { sin(angle($0, $1)) })
        }
        (self.height, self.width) = (height, width)
        (rows, columns) = (wave(height), wave(width))
    }

    /// - Parameter real, imaginary: images, n × (H·W), position by position; the sign is −1 forward and +1 back.
    func transform(_ real: Matrix, _ imaginary: Matrix?, sign: Double = -1) -> (real: Matrix, imaginary: Matrix) {
        let n = real.rows
        // Along x: for every y a block n × W.
        func alongX(_ m: Matrix, _ wave: Matrix) -> Matrix {
            var result = Matrix(rows: n, columns: 0)
            for y in 0..<height {
                let block = Matrix(rows: n, columns: width, elements: Array(m.elements[y * width * n..<(y + 1) * width * n]))
                result.appendColumns(of: block * wave)
            }
            return result
        }
        // Along y: all (image, x) as rows.
        func alongY(_ m: Matrix, _ wave: Matrix) -> Matrix {
            let stacked = Matrix(rows: n * width, columns: height, elements: m.elements) * wave
            return Matrix(rows: n, columns: width * height, elements: stacked.elements)
        }
        func apply(
            _ step: (Matrix, Matrix) -> Matrix, _ wave: (cos: Matrix, sin: Matrix), _ re: Matrix, _ im: Matrix?
        ) -> (Matrix, Matrix) {
            // (re + i·im)(cos + i·s·sin)
            var (newRe, newIm) = (step(re, wave.cos), step(re, wave.sin))
            newIm.scale(by: sign)
            if let im {
                newRe.add(step(im, wave.sin), scale: -sign)
                newIm.add(step(im, wave.cos))
            }
            return (newRe, newIm)
        }
        let (re, im) = apply(alongX, columns, real, imaginary)
        return height == 1 ? (re, im) : apply(alongY, rows, re, im)
    }

    /// The inverse transform's real part.
    func inverse(_ real: Matrix, _ imaginary: Matrix) -> Matrix {
        var result = transform(real, imaginary, sign: 1).real
        result.scale(by: 1 / Double(height * width))
        return result
    }
}
