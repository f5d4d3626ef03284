import CSaddle
import SaddleModels
import SaddleNumerics

extension Float: NetworkNumber {
    static func multiply(
        _ a: [Float], isTransposed aᵀ: Bool, _ b: [Float], isTransposed bᵀ: Bool, _ m: Int, _ n: Int, _ k: Int, scale: Double,
        keeping: Double, into c: inout [Float]
    ) {
        sd_single_gemm(
            aᵀ ? 1 : 0, bᵀ ? 1 : 0, Int32(m), Int32(n), Int32(k), Float(scale), a, Int32(aᵀ ? k : m), b, Int32(bᵀ ? n : k),
            Float(keeping), &c, Int32(m))
    }

    static func gram(_ a: [Float], _ rows: Int, _ columns: Int, scale: Double) -> Matrix {
        var upper = zeros(columns * columns)
        sd_single_syrk_upper(Int32(columns), Int32(rows), Float(scale), a, Int32(rows), 0, &upper, Int32(columns))
        var result = Matrix(rows: columns, columns: columns, elements: doubles(upper))
        result.mirrorUpper()
        return result
    }

    static func activate(_ x: [Float], by activation: Activation, value: inout [Float]) {
        x.withUnsafeBufferPointer { x in
            value.withUnsafeMutableBufferPointer { activation.apply(to: x, value: $0) }
        }
    }

    static func activate(_ x: [Float], by activation: Activation, value: inout [Float], slope: inout [Float]) {
        x.withUnsafeBufferPointer { x in
            value.withUnsafeMutableBufferPointer { value in
                slope.withUnsafeMutableBufferPointer { activation.apply(to: x, value: value, derivative: $0) }
            }
        }
    }

    static func multiplyElements(of y: inout [Float], by x: [Float]) { sd_single_multiply_elements(x.count, x, &y) }
    static func set(_ y: inout [Float], _ x: [Float], scale: Double) { sd_single_set_scaled(x.count, Float(scale), x, &y) }
    static func add(_ x: [Float], scale: Double, to y: inout [Float]) { sd_single_add_scaled(x.count, Float(scale), x, &y) }

    static func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
    static func numbers(_ x: [Double]) -> [Float] {
        var result = zeros(x.count)
        convert(x, into: &result)
        return result
    }

    static func doubles(_ x: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: x.count)
        convert(x, into: &result)
        return result
    }

    static func convert(_ x: [Double], into y: inout [Float]) { sd_narrow(x.count, x, &y) }
    static func convert(_ x: [Float], into y: inout [Double]) { sd_widen(x.count, x, &y) }
}
