/// A Runge–Kutta method with steps of one length, for long orbits: nothing is allocated and no step is tried twice.
public struct FixedStepper: Sendable {
    /// h
    public let step: Double
    private var work: RungeKuttaWorkspace
    private var isBegun = false

    /// Room for steps of length h > 0 in that many dimensions.
    public init(_ method: RungeKutta, dimension: Int, step: Double) {
        precondition(step > 0 && dimension > 0, "step \(step) in \(dimension) dimensions")
        (self.step, work) = (step, RungeKuttaWorkspace(method, dimension: dimension))
    }

    /// Moves the state on by so many steps.
    public mutating func advance(_ t: inout Double, _ y: inout [Double], steps: Int, _ rate: RateFunction) {
        for _ in 0..<steps {
            // The state may have been changed in between.
            if !isBegun || !work.method.isFirstSameAsLast { work.begin(t, y, rate) }
            work.step(t, step, y, rate)
            swap(&y, &work.trial)
            t += step
            if work.method.isFirstSameAsLast { work.shift() }
            isBegun = true
        }
        isBegun = false
    }
}
