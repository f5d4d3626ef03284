import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LazyTraining {
    /// What every mode has done by each of the given times.
    ///
    /// - Throws: ``LazyError``: an unstable constant rate at once, whatever the step; a schedule when it has diverged.
    public func responses(at times: [LazyTime]) throws -> [ModeResponse] {
        try training.modeResponses(spectrum.values, points: labels.rows, at: times)
    }
}

extension Training {
    /// What modes with the given eigenvalues of the tangent kernel have done by each of the given times.
    func modeResponses(_ eigenvalues: [Double], points: Int, at times: [LazyTime]) throws -> [ModeResponse] {
        var stepped: [Int: ModeResponse] = [:]
        if !hasConstantRate {
            let steps = times.compactMap { if case .step(let step) = $0 { step } else { nil } }
            stepped = try scheduledResponses(eigenvalues, points: points, at: steps)
        }
        let count = Double(points)
        return try times.map { time in
            switch time {
            case .step(let step):
                precondition(step >= 0, "step \(step)")
                return try stepped[step] ?? constantResponse(eigenvalues, points: points, step: step)
            case .flow(let duration):
                precondition(duration >= 0, "flow time \(duration)")
                return ModeResponse(
                    coefficients: eigenvalues.map {
                        let z = $0 * duration / count
                        return z == 0 ? duration / count : -expm1(-z) / $0
                    }, residuals: eigenvalues.map { exp(-$0 * duration / count) })
            case .infinity:
                return ModeResponse(
                    coefficients: eigenvalues.map { $0 == 0 ? 0 : 1 / $0 }, residuals: eigenvalues.map { $0 == 0 ? 1 : 0 })
            }
        }
    }

    private func constantResponse(_ eigenvalues: [Double], points: Int, step: Int) throws -> ModeResponse {
        let rate = learningRate.base
        let largest = eigenvalues.max() ?? 0
        let maximum = maximumStableLearningRate(largestEigenvalue: largest, points: points)
        if rate > maximum { throw LazyError.unstable(learningRate: rate, maximum: maximum) }
        let dynamics = ModeDynamics(momentum: momentum, usesNesterov: usesNesterov)
        let pairs = eigenvalues.map { dynamics.response(steps: step, x: rate * $0 / Double(points)) }
        return ModeResponse(
            coefficients: pairs.map { rate / Double(points) * $0.response }, residuals: pairs.map(\.residual))
    }

    /// All modes side by side through the schedule, up to the last step asked for.
    private func scheduledResponses(_ eigenvalues: [Double], points: Int, at steps: [Int]) throws -> [Int: ModeResponse] {
        var result: [Int: ModeResponse] = [:]
        let wanted = Set(steps)
        var coefficients = [Double](repeating: 0, count: eigenvalues.count)
        var velocities = coefficients
        let (count, beta) = (Double(points), momentum)
        for step in 0...(wanted.max() ?? 0) {
            if wanted.contains(step) {
                result[step] = ModeResponse(
                    coefficients: coefficients, residuals: zip(eigenvalues, coefficients).map { 1 - $0 * $1 })
            }
            let rate = rate(at: step)
            var largest = 0.0
            for i in eigenvalues.indices {
                let pull = (1 - eigenvalues[i] * coefficients[i]) / count
                largest = max(largest, abs(pull))
                velocities[i] = beta * velocities[i] - pull
                coefficients[i] -= rate * (usesNesterov ? beta * velocities[i] - pull : velocities[i])
            }
            if !(largest * count <= 1e6) {
                let maximum = maximumStableLearningRate(largestEigenvalue: eigenvalues.max() ?? 0, points: points)
                throw LazyError.diverged(step: step, learningRate: rate, maximum: maximum)
            }
        }
        return result
    }
}
