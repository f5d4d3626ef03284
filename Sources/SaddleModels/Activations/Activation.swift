import SaddleNumerics

/// A pointwise nonlinearity φ with its first two derivatives, evaluated on whole buffers.
///
///     let phi = Activation.gelu                       // or Activation(named: "gelu")
///     let features = phi(h), gains = phi.derivative(h)
///
/// ## Adding one
///
/// 1. Write φ, φ′ and φ″ of one number, and give it a name of lower-case letters and underscores:
///
///        extension Activation {
///            /// φ(x) = tanh x + x/10
///            public static let leakyTanh = Activation(name: "leaky_tanh", isSmooth: true) { x in
///                let y = Foundation.tanh(x), slope = 1 - y * y    // tanh alone is the activation here
///                return (value: y + 0.1 * x, slope: slope + 0.1, curvature: -2 * y * slope)
///            }
///        }
///
/// 2. Check it: `ActivationLaws().violations(.leakyTanh)` of SaddleLaws is empty if the derivatives are those of φ, the buffers serve
///    in every combination, and nothing is NaN (Documentation/Laws.md). Append it to ``named``, so that study files can use it.
/// 3. If the averages over two of its Gaussian arguments have one of the closed forms of ``GaussianDual``, state it as `dual`.
/// 4. If its speed matters, write it as a loop instead: a `…_jet` function in `activations.c`, which becomes vector
///    instructions, passed as `kernel`. That is 3 to 9 times faster than a closure that calls the C library.
public struct Activation: Sendable {
    /// value ← φ(x), slope ← φ′(x), curvature ← φ″(x), elementwise; nil for what is not wanted. Any of them may be the
    /// buffer of `x` itself.
    public typealias Kernel =
        @Sendable (
            _ x: UnsafePointer<Double>, _ count: Int, _ value: UnsafeMutablePointer<Double>?,
            _ slope: UnsafeMutablePointer<Double>?, _ curvature: UnsafeMutablePointer<Double>?
        ) -> Void

    /// The same in single precision.
    public typealias SingleKernel =
        @Sendable (
            _ x: UnsafePointer<Float>, _ count: Int, _ value: UnsafeMutablePointer<Float>?,
            _ slope: UnsafeMutablePointer<Float>?, _ curvature: UnsafeMutablePointer<Float>?
        ) -> Void

    /// What people read, and what a study file has if there is no ``form``.
    public let name: String
    /// False if φ or φ′ jumps somewhere (sign; relu, leaky_relu, abs, hard_tanh, selu): derivatives then miss their δ-functions.
    public let isSmooth: Bool
    /// False if φ itself jumps (sign).
    public let isContinuous: Bool
    /// Where φ or one of its derivatives jumps, ascending; Gaussian averages are split there.
    public let kinks: [Double]
    /// The parameters with which a study file writes it; nil: its name alone.
    public internal(set) var form: ActivationForm?
    /// The closed form of its Gaussian averages, if it has one that is known here; infinite-width kernels use it.
    public let dual: GaussianDual?
    let kernel: Kernel
    /// Nil: through double precision.
    let single: SingleKernel?

    /// An activation evaluated by a loop over whole buffers. `curvature` leaves out δ-functions.
    ///
    /// - Parameters:
    ///   - name: what people read; nothing is computed from it.
    ///   - kinks: ascending; nil: none if it is smooth, else 0 alone.
    ///   - dual: must be that of φ; nil is always right.
    ///   - single: φ in single precision, where that is faster than `kernel` on numbers made double; nil is always right.
    public init(
        name: String, isSmooth: Bool, isContinuous: Bool = true, kinks: [Double]? = nil, dual: GaussianDual? = nil,
        kernel: @escaping Kernel, single: SingleKernel? = nil
    ) {
        self.name = name
        self.isSmooth = isSmooth
        self.isContinuous = isContinuous
        self.kinks = kinks ?? (isSmooth ? [] : [0])
        self.dual = dual
        self.kernel = kernel
        self.single = single
    }

    /// An activation evaluated one number at a time.
    public init(
        name: String, isSmooth: Bool, isContinuous: Bool = true, kinks: [Double]? = nil, dual: GaussianDual? = nil,
        pointwise jet: @escaping @Sendable (_ x: Double) -> (value: Double, slope: Double, curvature: Double)
    ) {
        self.init(name: name, isSmooth: isSmooth, isContinuous: isContinuous, kinks: kinks, dual: dual) {
            x, count, value, slope, curvature in
            for i in 0..<count {
                let y = jet(x[i])
                value?[i] = y.value
                slope?[i] = y.slope
                curvature?[i] = y.curvature
            }
        }
    }

    /// Whether it states that φ(x) = x.
    public var isLinear: Bool { dual == .linear }

    /// φ(x), elementwise.
    public func callAsFunction(_ x: Matrix) -> Matrix { map(x) { kernel($0, $1, $2, nil, nil) } }
    /// φ′(x), elementwise.
    public func derivative(_ x: Matrix) -> Matrix { map(x) { kernel($0, $1, nil, $2, nil) } }
    /// φ(x) and φ′(x), elementwise, in one pass.
    public func valueAndDerivative(_ x: Matrix) -> (value: Matrix, derivative: Matrix) {
        var value = Matrix(rows: 0, columns: 0)
        let derivative = map(x) { input, count, slope in
            value = map(x) { _, _, out in kernel(input, count, out, slope, nil) }
        }
        return (x.elements.isEmpty ? x : value, derivative)
    }
    /// φ″(x), elementwise.
    public func secondDerivative(_ x: Matrix) -> Matrix { map(x) { kernel($0, $1, nil, nil, $2) } }

    /// out ← φ(x) and, if wanted, derivative ← φ′(x), in one pass, for buffers of the same length.
    public func apply(
        to x: UnsafeBufferPointer<Double>, value out: UnsafeMutableBufferPointer<Double>,
        derivative: UnsafeMutableBufferPointer<Double>? = nil
    ) {
        precondition(
            out.count == x.count && (derivative?.count ?? x.count) == x.count,
            "\(x.count) arguments, \(out.count) values, \(derivative?.count ?? x.count) derivatives")
        guard let start = x.baseAddress else { return }
        kernel(start, x.count, out.baseAddress, derivative?.baseAddress, nil)
    }

    /// The same in single precision.
    public func apply(
        to x: UnsafeBufferPointer<Float>, value out: UnsafeMutableBufferPointer<Float>,
        derivative: UnsafeMutableBufferPointer<Float>? = nil
    ) {
        precondition(
            out.count == x.count && (derivative?.count ?? x.count) == x.count,
            "\(x.count) arguments, \(out.count) values, \(derivative?.count ?? x.count) derivatives")
        guard let start = x.baseAddress else { return }
        if let single { return single(start, x.count, out.baseAddress, derivative?.baseAddress, nil) }
        let block = 512
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * block) { wide in
            guard let value = wide.baseAddress else { return }
            let slope = value + block
            for first in stride(from: 0, to: x.count, by: block) {
                let count = min(block, x.count - first)
                for i in 0..<count { value[i] = Double(x[first + i]) }
                kernel(value, count, value, derivative == nil ? nil : slope, nil)
                for i in 0..<count { out[first + i] = Float(value[i]) }
                if let derivative { for i in 0..<count { derivative[first + i] = Float(slope[i]) } }
            }
        }
    }

    private func map(
        _ x: Matrix, _ function: (UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>) -> Void
    ) -> Matrix {
        let count = x.elements.count
        let elements = [Double](unsafeUninitializedCapacity: count) { out, initialized in
            x.elements.withUnsafeBufferPointer { input in
                if let start = input.baseAddress, count > 0 { function(start, count, out.baseAddress!) }
            }
            initialized = count
        }
        return Matrix(rows: x.rows, columns: x.columns, elements: elements)
    }
}
