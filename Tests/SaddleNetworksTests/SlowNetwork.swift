import Foundation
import SaddleModels
import SaddleNumerics

/// The network, its loss and its derivatives written out in scalar loops: the reference of these tests. Derivatives are
/// central differences, so it shares nothing with the code under test but the layout of the weights.
struct SlowNetwork {
    /// W⁰ … W^{L−1}, w as the fast network lays them out.
    var weights: [Matrix]
    let width: Int
    let richness: Double
    let phi: (Double) -> Double

    var depth: Int { weights.count - 1 }

    /// h¹ … hᴸ of one input.
    func fields(_ x: [Double]) -> [[Double]] {
        var h: [[Double]] = []
        for layer in 0..<depth {
            let below = layer == 0 ? x : h[layer - 1].map(phi)
            h.append(
                (0..<width).map { i in
                    (0..<below.count).reduce(0) { $0 + weights[layer][i, $1] * below[$1] } / Double(below.count).squareRoot()
                })
        }
        return h
    }

    /// f given hˡ of one layer, l = 1 … L.
    func outputs(layer: Int, field: [Double]) -> [Double] {
        var features = field.map(phi)
        for l in layer..<depth {
            features = (0..<width).map { i in
                phi((0..<width).reduce(0) { $0 + weights[l][i, $1] * features[$1] } / Double(width).squareRoot())
            }
        }
        return (0..<weights[depth].columns).map { c in
            (0..<width).reduce(0) { $0 + weights[depth][$1, c] * features[$1] } / (richness * Double(width))
        }
    }

    func outputs(_ x: [Double]) -> [Double] { outputs(layer: 1, field: fields(x)[0]) }

    /// ∂(quantity)/∂θ for every weight, laid out as the weights.
    func derivative(_ quantity: (SlowNetwork) -> Double) -> [Matrix] {
        (0...depth).map { layer in
            Matrix(rows: weights[layer].rows, columns: weights[layer].columns) { i, j in
                differentiate(weights[layer][i, j]) { value in
                    var moved = self
                    moved.weights[layer][i, j] = value
                    return quantity(moved)
                }
            }
        }
    }
}

/// Central difference of fourth order with step 2⁻⁹: truncation h⁴/30·f⁗′ and rounding ε/h are both below 1e-12 for functions
/// of order one.
func differentiate(_ x: Double, _ f: (Double) -> Double) -> Double {
    let h = 0x1p-9
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
}

/// ℓ of one sample, from its definition.
func slowLoss(_ loss: Loss, _ f: [Double], _ y: [Double]) -> Double {
    switch loss {
    case .squared: zip(f, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 }
    case .crossEntropy where f.count == 1: log(1 + exp(-y[0] * f[0]))
    case .crossEntropy: -zip(f, y).reduce(0) { $0 + $1.1 * ($1.0 - log(f.reduce(0) { $0 + exp($1) })) }
    }
}

extension Matrix {
    func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }
    func largestDifference(from other: Matrix) -> Double {
        zip(elements, other.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    var largest: Double { elements.reduce(0) { max($0, abs($1)) } }
}

/// Small random data with labels that fit the loss.
func randomData(samples: Int, test: Int = 0, dimension: Int, outputs: Int, loss: Loss = .squared, seed: Int = 7) -> Dataset {
    var stream = RandomStream(seed: seed, .test, samples, dimension, outputs)
    func labels(_ rows: Int) -> Matrix {
        switch loss {
        case .squared: stream.normals(rows: rows, columns: outputs)
        case .crossEntropy where outputs == 1: Matrix(rows: rows, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
        case .crossEntropy: Matrix(rows: rows, columns: outputs) { i, c in i % outputs == c ? 1 : 0 }
        }
    }
    return Dataset(
        trainInputs: stream.normals(rows: samples, columns: dimension), trainLabels: labels(samples),
        testInputs: stream.normals(rows: test, columns: dimension), testLabels: labels(test))
}
