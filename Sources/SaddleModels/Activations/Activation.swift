import CSaddle
import SaddleNumerics

/// A pointwise nonlinearity φ with its first two derivatives, evaluated on whole buffers.
///
/// To add one, write a static property like those in `Activation+Named.swift` and list it in `Activation.named`;
/// `checkActivationLaws` in the tests then covers it.
public struct Activation: Sendable {
    public typealias Map = @Sendable (_ x: UnsafePointer<Double>, _ count: Int, _ out: UnsafeMutablePointer<Double>) -> Void

    public let name: String
    /// False where φ′ jumps (relu, leaky_relu): derivatives of φ′ then miss their δ-functions.
    public let isSmooth: Bool
    let value: Map
    let slope: Map
    let curvature: Map

    /// - Parameters:
    ///   - value: out ← φ(x), elementwise; `x` and `out` never overlap.
    ///   - slope: out ← φ′(x).
    ///   - curvature: out ← φ″(x), without δ-functions.
    public init(name: String, isSmooth: Bool, value: @escaping Map, slope: @escaping Map, curvature: @escaping Map) {
        self.name = name
        self.isSmooth = isSmooth
        self.value = value
        self.slope = slope
        self.curvature = curvature
    }

    /// φ(x), elementwise.
    public func callAsFunction(_ x: Matrix) -> Matrix { map(x, value) }
    /// φ′(x), elementwise.
    public func derivative(_ x: Matrix) -> Matrix { map(x, slope) }
    /// φ(x) and φ′(x), elementwise.
    public func valueAndDerivative(_ x: Matrix) -> (value: Matrix, derivative: Matrix) { (map(x, value), map(x, slope)) }
    /// φ″(x), elementwise.
    public func secondDerivative(_ x: Matrix) -> Matrix { map(x, curvature) }

    /// out ← φ(x) and, if wanted, derivative ← φ′(x), for buffers of the same length that do not overlap.
    public func apply(
        to x: UnsafeBufferPointer<Double>, value out: UnsafeMutableBufferPointer<Double>,
        derivative: UnsafeMutableBufferPointer<Double>? = nil
    ) {
        precondition(out.count == x.count && (derivative?.count ?? x.count) == x.count, "buffers of different lengths")
        guard let x0 = x.baseAddress, let out0 = out.baseAddress else { return }
        value(x0, x.count, out0)
        if let d0 = derivative?.baseAddress { slope(x0, x.count, d0) }
    }

    private func map(_ x: Matrix, _ function: Map) -> Matrix {
        let elements = [Double](unsafeUninitializedCapacity: x.elements.count) { out, initialized in
            x.elements.withUnsafeBufferPointer { input in
                if let base = input.baseAddress { function(base, input.count, out.baseAddress!) }
            }
            initialized = x.elements.count
        }
        return Matrix(rows: x.rows, columns: x.columns, elements: elements)
    }
}
