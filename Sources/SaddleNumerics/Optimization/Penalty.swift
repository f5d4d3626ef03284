/// A penalty on the size of one coefficient, and its proximal map in closed form.
///
///     lasso   λ|b|
///     MCP     λ|b| − b²/2γ up to |b| = γλ, then γλ²/2                                       γ > 1
///     SCAD    λ|b| up to λ, then (2aλ|b| − b² − λ²)/2(a − 1) up to aλ, then λ²(a + 1)/2     a > 2
///
/// The latter two leave large coefficients alone. Sources: Zhang 2010 (MCP); Fan and Li 2001 (SCAD).
public enum Penalty: Sendable, Equatable {
    /// λ|b|
    case lasso
    /// Minimax concave penalty, with γ > 1.
    case mcp(gamma: Double = 3)
    /// Smoothly clipped absolute deviation, with a > 2.
    case scad(a: Double = 3.7)

    /// p(b; λ)
    public func value(_ b: Double, strength λ: Double) -> Double {
        let b = abs(b)
        return switch self {
        case .lasso: λ * b
        case .mcp(let γ): b <= γ * λ ? λ * b - b * b / (2 * γ) : γ * λ * λ / 2
        case .scad(let a):
            b <= λ ? λ * b : b <= a * λ ? (2 * a * λ * b - b * b - λ * λ) / (2 * (a - 1)) : λ * λ * (a + 1) / 2
        }
    }

    /// dp/d|b|
    public func slope(_ b: Double, strength λ: Double) -> Double {
        let b = abs(b)
        return switch self {
        case .lasso: λ
        case .mcp(let γ): max(λ - b / γ, 0)
        case .scad(let a): b <= λ ? λ : max(a * λ - b, 0) / (a - 1)
        }
    }

    /// The b that minimises ½(b − z)² + p(b): for MCP with γ > 1 and SCAD with a > 2 the only minimum.
    public func proximal(_ z: Double, strength λ: Double) -> Double {
        let size = abs(z), soft = max(size - λ, 0)
        let result: Double =
            switch self {
            case .lasso: soft
            case .mcp(let γ): size <= γ * λ ? soft / (1 - 1 / γ) : size
            case .scad(let a): size <= 2 * λ ? soft : size <= a * λ ? ((a - 1) * size - a * λ) / (a - 2) : size
            }
        return z < 0 ? -result : result
    }
}
