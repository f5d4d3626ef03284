/// Why dynamics in a random environment have no answer of the kind that was asked for.
public enum DynamicsError: Error, Equatable, CustomStringConvertible {
    /// Linear dynamics without a stationary state; `rate` is σ(1 + τ) − λ.
    case unstable(rate: Double)
    /// A stationary state so close to the edge of stability that its integrals do not converge.
    case tooCloseToEdge(rate: Double)
    /// Numbers that leave the range of doubles.
    case overflow(exponent: Double)
    /// ∫σ dt beyond what the chain of the linear theory serves.
    case chainTooLong(reach: Double)
    /// A grid of times whose step is this many times the shortest time scale of noisy dynamics.
    case stepTooLong(ratio: Double)
    /// λ(t), σ(t) or T(t) that is negative or not finite, at that time.
    case badCoefficient(name: String, time: Double, value: Double)
    /// Correlated couplings (τ ≠ 0) of a nonlinear network.
    case nonlinearWithSymmetry(activation: String, symmetry: Double)
    /// A closed form of linear dynamics was asked for.
    case notLinear(activation: String)
    /// A stationary state is asked for with white noise, or of an activation that is not odd.
    case noStationaryTheory(reason: String)
    /// Nothing stops the growth of the nonlinear network.
    case unbounded(activation: String, gain: Double)

    public var description: String {
        switch self {
        case .unstable(let rate) where rate == 0:
            """
            the dynamics are at the edge of stability, decay = gain·(1 + symmetry): fluctuations at frequency 0 diverge and there is no \
            stationary state; raise 'decay' or lower 'gain' (answers at finite times remain valid)
            """
        case .unstable(let rate):
            """
            the dynamics are unstable: C(t, t) grows as e^{2·\(rounded(rate))·t}, so there is no stationary state; it needs decay > \
            gain·(1 + symmetry): raise 'decay' or lower 'gain' (answers at finite times remain valid)
            """
        case .tooCloseToEdge(let rate):
            "the decay exceeds the edge of stability by only \(rounded(-rate)): the stationary state cannot be computed; raise 'decay'"
        case .overflow(let exponent):
            "fluctuations reach e^\(Int(exponent)), beyond the range of numbers; shorten 'duration' or raise 'decay'"
        case .chainTooLong(let reach):
            "gain times duration is \(rounded(reach)); linear dynamics are computed up to \(Int(TwoTimeSolver.longestReach)): shorten 'duration' or lower 'gain'"
        case .stepTooLong(let ratio):
            "the step of the grid of times is \(rounded(ratio)) times as long as the dynamics' own time; raise 'steps' or shorten 'duration'"
        case .badCoefficient(let name, let time, let value):
            "the \(name) is \(value) at time \(time); it must be a finite number, 0 or more"
        case .nonlinearWithSymmetry(let activation, let symmetry):
            """
            'symmetry' is \(symmetry) with the activation '\(activation)': the nonlinear network is solved for independent couplings \
            (symmetry 0) only; expected symmetry 0, or the activation linear
            """
        case .notLinear(let activation):
            "closed forms of linear dynamics were asked for with the activation '\(activation)'; expected linear"
        case .noStationaryTheory(let reason): "no stationary state is computed \(reason)"
        case .unbounded(let activation, let gain):
            "the network with activation '\(activation)' grows without bound at gain \(gain); expected one that saturates, such as tanh or erf"
        }
    }

    /// To six digits, whole numbers without decimals.
    private func rounded(_ x: Double) -> String {
        var scale = 1.0
        while abs(x) * scale < 1e5 && scale < 1e300 { scale *= 10 }
        let text = "\((x * scale).rounded() / scale)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
