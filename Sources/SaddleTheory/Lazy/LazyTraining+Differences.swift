import SaddleModels
import SaddleNumerics

extension LazyTraining {
    /// The divided differences c_t[λ_k, λ_l] of the response at each time, P × P: how f changes with the kernel.
    ///
    ///     c[λ, μ] = (c(λ) − c(μ))/(λ − μ),   c[λ, λ] = c′(λ)
    ///
    /// Daleckii and Krein: the derivative of the matrix function c(Θ) in the direction δΘ is V(c[λ_k, λ_l] ∘ VᵀδΘV)Vᵀ. At infinite
    /// time null modes do not answer.
    ///
    /// - Note: Relative error below 1e-6 (pairs closer than 2e-5 of their mean take the derivative there, by differences of fourth
    ///   order in the eigenvalue).
    func dividedDifferences(at times: [LazyTime]) throws -> [Matrix] {
        let values = spectrum.values, n = values.count
        let step = 1e-4
        // Means of close pairs, where the derivative is wanted.
        var middles: [Double: Int] = [:]
        var points: [Double] = []
        func middle(_ x: Double, _ y: Double) -> Double { x + y > 0 ? (x + y) / 2 : step * spectrum.largest }
        func isClose(_ x: Double, _ y: Double) -> Bool { abs(x - y) <= 2e-5 * (x + y) / 2 }
        for k in 0..<n {
            for l in 0...k where isClose(values[k], values[l]) {
                let m = middle(values[k], values[l])
                if middles[m] == nil {
                    middles[m] = points.count
                    points += [m * (1 - 2 * step), m * (1 - step), m * (1 + step), m * (1 + 2 * step)]
                }
            }
        }
        let responses = try responses(at: times)
        let around = try training.modeResponses(points, points: labels.rows, at: times)
        return times.indices.map { t in
            let (c, d) = (responses[t].coefficients, around[t].coefficients)
            if case .infinity = times[t] { return Matrix(rows: n, columns: n) { -c[$0] * c[$1] } }
            return Matrix(rows: n, columns: n) { k, l in
                if !isClose(values[k], values[l]) { return (c[k] - c[l]) / (values[k] - values[l]) }
                let m = middle(values[k], values[l]), i = middles[m]!
                return (d[i] - 8 * d[i + 1] + 8 * d[i + 2] - d[i + 3]) / (12 * step * m)
            }
        }
    }
}
