import CSaddle
import SaddleModels
import SaddleNumerics

extension Double: NetworkNumber {
    static func multiply(
        _ a: [Double], isTransposed aᵀ: Bool, _ b: [Double], isTransposed bᵀ: Bool, _ m: Int, _ n: Int, _ k: Int, scale: Double,
        keeping: Double, into c: inout [Double]
    ) {
        sd_gemm(
            aᵀ ? 1 : 0, bᵀ ? 1 : 0, Int32(m), Int32(n), Int32(k), scale, a, Int32(aᵀ ? k : m), b, Int32(bᵀ ? n : k),
            keeping, &c, Int32(m))
    }

    static func gram(_ a: [Double], _ rows: Int, _ columns: Int, scale: Double) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: a).gram(scale: scale)
    }

    static func activate(_ x: [Double], by activation: Activation, value: inout [Double]) {
        x.withUnsafeBufferPointer { x in
            value.withUnsafeMutableBufferPointer { activation.apply(to: x, value: $0) }
        }
    }

    static func activate(_ x: [Double], by activation: Activation, value: inout [Double], slope: inout [Double]) {
        x.withUnsafeBufferPointer { x in
            value.withUnsafeMutableBufferPointer { value in
                slope.withUnsafeMutableBufferPointer { activation.apply(to: x, value: value, derivative: $0) }
            }
        }
    }

    static func multiplyElements(of y: inout [Double], by x: [Double]) { sd_multiply_elements(x.count, x, &y) }
    static func set(_ y: inout [Double], _ x: [Double], scale: Double) { sd_set_scaled(x.count, scale, x, &y) }
    static func add(_ x: [Double], scale: Double, to y: inout [Double]) { sd_add_scaled(x.count, scale, x, &y) }

    static func zeros(_ count: Int) -> [Double] { [Double](repeating: 0, count: count) }
    static func numbers(_ x: [Double]) -> [Double] { x }
    static func doubles(_ x: [Double]) -> [Double] { x }

    static func convert(_ x: [Double], into y: inout [Double]) {
        y.withUnsafeMutableBufferPointer { y in x.withUnsafeBufferPointer { _ = y.update(fromContentsOf: $0) } }
    }
}
