import Numerics
import SaddleModels
import SaddleNumerics

/// The best width for each budget of compute C = N·t: random features of width N, trained for a time t on fresh samples.
///
/// Each width's loss against time is that of gradient flow on the population; the frontier is the lower envelope of all widths' losses
/// against C. Exponents: ``ScalingExponents``. Source: Bordelon, Atanasov, Pehlevan 2402.01092.
public struct ComputeFrontier: Sendable {
    /// The loss of one width against time.
    public struct Curve: Sendable {
        /// N, the number of random features.
        public let width: Double
        /// Training times t, the same for all widths.
        public let times: [Double]
        /// Test losses at these; NaN below 10⁻⁹ of the task's signal, where they are not known.
        public let losses: [Double]
    }
    /// The best width for a budget.
    public struct Point: Sendable {
        /// C = Nt, N, t and the test loss there.
        public let compute, width, time, loss: Double
    }

    /// One for each width.
    public let curves: [Curve]
    /// Ascending in compute. Budgets for which an end of the list is best are left out: widths beyond it may be better.
    public let points: [Point]

    /// - Parameters:
    ///   - task: its samples and width have no meaning.
    ///   - widths: ascending.
    ///   - last: the largest time, in units of 1/λ₁.
    public init(_ task: RegressionTask, widths: [Double], last: Double, progress: ((Double) -> Void)? = nil) throws {
        let count = 120
        let times = logSpaced(from: 1 / task.spectrum.largest, to: last / task.spectrum.largest, count: count)
        let unlimited = try task.with(samples: .infinity, width: .infinity)
        let curves = try widths.enumerated().map { k, width in
            let curve = try LearningCurve(unlimited.with(width: width), .flow, last: times.last!)
            // Contour integrals are good to 1e-11 of the initial loss; what falls below is not known.
            let floor = 1e-9 * unlimited.signal
            let losses = try curve.losses(at: times).map { $0.test > floor ? $0.test : .nan }
            progress?(Double(k + 1) / Double(widths.count))
            return Curve(width: width, times: times, losses: losses)
        }
        self.curves = curves
        // Budgets that every width can spend within the times.
        let (low, high) = (widths.last! * times.first!, widths.first! * times.last!)
        guard low < high else {
            points = []
            return
        }
        let logTimes = times.map { Double.log($0) }
        points = logSpaced(from: low, to: high, count: 80).compactMap { compute -> Point? in
            let best = curves.compactMap { curve -> Point? in
                let t = compute / curve.width
                let place = (Double.log(t) - logTimes[0]) / (logTimes[1] - logTimes[0])
                let i = min(max(Int(place), 0), count - 2)
                let logs = (Double.log(curve.losses[i]), Double.log(curve.losses[i + 1]))
                let loss = Double.exp(logs.0 + (place - Double(i)) * (logs.1 - logs.0))
                return loss.isNaN ? nil : Point(compute: compute, width: curve.width, time: t, loss: loss)
            }
            return best.count == curves.count ? best.min { $0.loss < $1.loss } : nil
        }.filter { $0.width > widths.first! && $0.width < widths.last! }
    }
}
