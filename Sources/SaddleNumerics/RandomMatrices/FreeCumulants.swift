/// Free cumulants, which add when free matrices are added: R(g) = Σ κ_n g^{n−1}.
///
///     m_n = Σ_s κ_s [zⁿ⁻ˢ] (1 + m₁z + m₂z² + …)ˢ
///
/// Source: Speicher 1994. All sums are of moments of compact laws; exact up to rounding.
public enum FreeCumulants {
    /// m₁ … m_n from κ₁ … κ_n.
    public static func moments(of cumulants: [Double]) -> [Double] {
        var series = [1.0]
        for n in 1..<(cumulants.count + 1) where !cumulants.isEmpty {
            series.append((1...n).reduce(0) { $0 + cumulants[$1 - 1] * coefficient(series, power: $1, n - $1) })
        }
        return Array(series.dropFirst())
    }

    /// κ₁ … κ_n from m₁ … m_n.
    public static func cumulants(of moments: [Double]) -> [Double] {
        let series = [1.0] + moments
        var cumulants: [Double] = []
        for n in 1..<(moments.count + 1) where !moments.isEmpty {
            let known = (1..<n).reduce(0) { $0 + cumulants[$1 - 1] * coefficient(series, power: $1, n - $1) }
            cumulants.append(moments[n - 1] - known)
        }
        return cumulants
    }

    /// [z^degree] seriesᵖᵒʷᵉʳ
    private static func coefficient(_ series: [Double], power: Int, _ degree: Int) -> Double {
        var result = [Double](repeating: 0, count: degree + 1)
        result[0] = 1
        for _ in 0..<power {
            result = (0...degree).map { k in (0...k).reduce(0) { $0 + result[k - $1] * series[$1] } }
        }
        return result[degree]
    }
}
