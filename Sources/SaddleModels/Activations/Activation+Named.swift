import CSaddle
import SaddleNumerics

extension Activation {
    /// Every activation that a study file can name.
    public static let named: [Activation] = [.linear, .relu, .tanh]

    /// The activation of that name, if there is one.
    public init?(named name: String) {
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// φ(x) = x
    public static let linear = Activation(
        name: "linear", isSmooth: true,
        value: { x, n, out in for i in 0..<n { out[i] = x[i] } },
        slope: { _, n, out in for i in 0..<n { out[i] = 1 } },
        curvature: { _, n, out in for i in 0..<n { out[i] = 0 } })

    /// φ(x) = max(x, 0)
    public static let relu = Activation(
        name: "relu", isSmooth: false,
        value: { x, n, out in for i in 0..<n { out[i] = x[i] > 0 ? x[i] : 0 } },
        slope: { x, n, out in for i in 0..<n { out[i] = x[i] > 0 ? 1 : 0 } },
        curvature: { _, n, out in for i in 0..<n { out[i] = 0 } })

    /// φ(x) = tanh x
    public static let tanh = Activation(
        name: "tanh", isSmooth: true,
        value: { x, n, out in sd_tanh(x, n, out) },
        slope: { x, n, out in
            sd_tanh(x, n, out)
            for i in 0..<n { out[i] = 1 - out[i] * out[i] }
        },
        curvature: { x, n, out in
            sd_tanh(x, n, out)
            for i in 0..<n { out[i] = -2 * out[i] * (1 - out[i] * out[i]) }
        })
}
