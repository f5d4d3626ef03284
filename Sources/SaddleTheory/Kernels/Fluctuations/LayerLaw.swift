import SaddleModels
import SaddleNumerics

/// The distribution of a layer's neurons, and what one neuron does to the kernel.
struct LayerLaw: Sendable {
    let forward: Matrix
    /// Nil in the last layer: one output weight for all inputs.
    let backward: Matrix?
    let outputDeviation: Double
    let a, row, column, c: Matrix
    let mean: Matrix

    init(_ kernels: InitialKernels, _ response: TangentResponse, layer: Int, columns p: Int) {
        let n = kernels.layers[layer].value.rows
        let weightVariance = kernels.recursion.weightVariance
        let here = kernels.layers[layer]
        forward = here.covariance.semidefiniteFactor
        outputDeviation = weightVariance.squareRoot()
        if layer + 1 < kernels.layers.count {
            var covariance = kernels.gradient[layer + 1]
            covariance.scale(by: weightVariance)
            backward = covariance.semidefiniteFactor
        } else {
            backward = nil
        }
        let b = response.variance[layer]
        a = response.feature[layer].leading(rows: n, columns: p)
        row = b.leading(rows: n, columns: p)
        column = Matrix(rows: n, columns: p) { b[$1, $0] }
        c = response.gradient[layer].leading(rows: n, columns: p)
        let (φ, g) = (here.value, kernels.gradient[layer])
        mean = Matrix(rows: n, columns: p) { i, j in
            response.feature[layer][i, j] * φ[i, j] + b[i, j] * φ[i, i] + b[j, i] * φ[j, j]
                + response.gradient[layer][i, j] * g[i, j]
        }
    }

    /// φ and, for each output, g of `count` neurons: n × `count`.
    func draw(
        _ count: Int, outputs: Int, _ activation: Activation, _ stream: inout RandomStream
    ) -> (features: Matrix, gradients: [Matrix]) {
        let h = forward.ᵀ * stream.normals(rows: forward.rows, columns: count)
        let (features, slopes) = activation.valueAndDerivative(h)
        let gradients = (0..<outputs).map { _ in
            var g = slopes
            if let backward {
                g.multiplyElements(by: backward.ᵀ * stream.normals(rows: backward.rows, columns: count))
            } else {
                g.scaleColumns(by: stream.normals(count).map { $0 * outputDeviation })
            }
            return g
        }
        return (features, gradients)
    }

    /// ψ of one neuron. For two different outputs (no features) only gradients fluctuate, about zero.
    func influence(features: Matrix?, _ left: Matrix, _ right: Matrix, site: Int) -> Matrix {
        var ψ = Matrix(rows: a.rows, columns: a.columns)
        let n = a.rows, start = site * n
        ψ.elements.withUnsafeMutableBufferPointer { out in
            left.elements.withUnsafeBufferPointer { gl in
                right.elements.withUnsafeBufferPointer { gr in
                    c.elements.withUnsafeBufferPointer { c in
                        for j in 0..<a.columns {
                            let g = gr[start + j]
                            for i in 0..<n { out[j * n + i] = c[j * n + i] * gl[start + i] * g }
                        }
                    }
                }
            }
            guard let features else { return }
            features.elements.withUnsafeBufferPointer { φ in
                a.elements.withUnsafeBufferPointer { a in
                    row.elements.withUnsafeBufferPointer { row in
                        column.elements.withUnsafeBufferPointer { column in
                            mean.elements.withUnsafeBufferPointer { mean in
                                for j in 0..<self.a.columns {
                                    let y = φ[start + j]
                                    for i in 0..<n {
                                        let (x, k) = (φ[start + i], j * n + i)
                                        out[k] += a[k] * x * y + row[k] * x * x + column[k] * y * y - mean[k]
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return ψ
    }
}

extension Matrix {
    /// R (rank × n) with RᵀR = self, a covariance, up to rounding: columns of Rᵀξ are then distributed as it says.
    fileprivate var semidefiniteFactor: Matrix {
        let largest = (0..<rows).map { self[$0, $0] }.max() ?? 0
        let (_, order, factor) = pivotedCholesky(tolerance: 1e-13 * largest)
        var columns = [Int](repeating: 0, count: rows)
        for (place, original) in order.enumerated() { columns[original] = place }
        return factor.selectingColumns(columns)
    }
}
