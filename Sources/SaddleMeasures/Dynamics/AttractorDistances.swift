import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How far the orbit of a model is from that of the system in the long run, where no forecast holds: in state space, and in time.
public struct AttractorDistances: Sendable {
    /// D_stsp = Σ p log(p/q) over cells: p and q are the shares of states of the system and of the model.
    ///
    /// Cells are `bins` equal parts of the system's range of every variable; q is smoothed by Laplace's ε = 10⁻⁵ a cell, the remainder by far the largest cost of cells that a model never visits. A model's states outside the range count as
    /// visits of none of the cells. Nil above five variables, whose cells would be nearly all empty. Source: Koppe and others 2019; Hess and others 2023.
    public let stateSpace: Double?
    /// D_H, the mean over variables of the Hellinger distance between power spectra (``PowerSpectrum``) smoothed by `smoothing` frequencies.
    public let spectral: Double

    /// Variables up to which ``stateSpace`` is computed.
    public static let mostVariables = 5
    static let laplace = 1e-5

    /// - Parameters:
    ///   - system, model: times × the same variables, from the same interval.
    ///   - smoothing: deviation of the Gaussian, in frequencies of segments of 2048 times.
    public init(system: Matrix, model: Matrix, bins: Int = 30, smoothing: Double = 5, segment: Int = 2048) {
        precondition(
            system.columns == model.columns && system.rows > 1 && model.rows > 1, "\(system.columns) and \(model.columns)")
        stateSpace = system.columns <= Self.mostVariables ? Self.divergence(system, model, bins: bins) : nil
        let shared = min(segment, system.rows, model.rows)
        let distances = (0..<system.columns).map { j -> Double in
            let spectra = [system, model].map { m in
                PowerSpectrum(Array(m.elements[j * m.rows..<(j + 1) * m.rows]), segment: shared)?.smoothed(by: smoothing)
            }
            // A variable at rest has no spectrum in common with one that moves, and with another at rest the same.
            guard let a = spectra[0], let b = spectra[1] else { return (spectra[0] == nil) == (spectra[1] == nil) ? 0 : 1 }
            return a.hellinger(to: b)
        }
        spectral = distances.reduce(0, +) / Double(distances.count)
    }

    /// D_stsp
    public static func divergence(_ system: Matrix, _ model: Matrix, bins: Int = 30) -> Double {
        let ranges = (0..<system.columns).map { j -> (low: Double, width: Double) in
            let column = system.elements[j * system.rows..<(j + 1) * system.rows]
            let (low, high) = (column.min()!, column.max()!)
            return (low, high > low ? (high - low) / Double(bins) : 1)
        }
        func cells(_ states: Matrix) -> [Int: Int] {
            var counts: [Int: Int] = [:]
            rows: for i in 0..<states.rows {
                var cell = 0
                for (j, range) in ranges.enumerated() {
                    let place = (states[i, j] - range.low) / range.width
                    // The upper end of the range belongs to the last cell.
                    guard place >= 0, place <= Double(bins) else { continue rows }
                    cell = cell * bins + min(Int(place), bins - 1)
                }
                counts[cell, default: 0] += 1
            }
            return counts
        }
        let (p, q) = (cells(system), cells(model))
        let total = Double(model.rows) + laplace * pow(Double(bins), Double(system.columns))
        return p.sorted { $0.key < $1.key }.reduce(0) { sum, cell in
            let share = Double(cell.value) / Double(system.rows)
            return sum + share * log(share * total / (Double(q[cell.key] ?? 0) + laplace))
        }
    }
}

/// The error of forecasts 1 … n steps ahead: root mean square over starts and variables, in units of the variables' deviations.
public enum ForecastError {
    /// - Parameters:
    ///   - states: times × variables.
    ///   - starts: times from which forecasts are made.
    ///   - next: a state to the next one, at least so many numbers as variables.
    public static func course(
        _ states: Matrix, starts: [Int], steps: Int, first: ([Double]) -> [Double], next: ([Double]) -> [Double]
    )
        -> [Double]
    {
        precondition(!starts.isEmpty && starts.allSatisfy { $0 >= 0 && $0 + steps < states.rows }, "forecasts beyond the series")
        let n = states.rows, d = states.columns
        let variances = (0..<d).map { j -> Double in
            let column = states.elements[j * n..<(j + 1) * n], mean = column.reduce(0, +) / Double(n)
            return column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
        }
        var sums = [Double](repeating: 0, count: steps)
        for start in starts {
            var z = first((0..<d).map { states[start, $0] })
            for k in 0..<steps {
                z = next(z)
                for j in 0..<d where variances[j] > 0 {
                    let error = z[j] - states[start + k + 1, j]
                    sums[k] += error * error / variances[j]
                }
            }
        }
        return sums.map { ($0 / Double(starts.count * d)).squareRoot() }
    }
}
