extension Parameterization {
    /// The same networks written differently: a + θ and b − θ in every layer, c − 2θ.
    public func shifted(by θ: Double) -> Parameterization {
        func moved(_ e: Exponents, _ θ: Double) -> Exponents {
            Exponents(input: e.input + θ, hidden: e.hidden + θ, output: e.output + θ)
        }
        return Parameterization(
            multiplier: moved(multiplier, θ), initialDeviation: moved(initialDeviation, -θ), learningRate: learningRate - 2 * θ,
            scaleIsMultiplier: scaleIsMultiplier, fanInIsDeviation: fanInIsDeviation)
    }

    /// Whether networks in both are the same at every width: the exponents differ by a shift, the constants are alike.
    public func isEquivalent(to other: Parameterization) -> Bool {
        let mine = exponents(), theirs = other.shifted(by: multiplier.input - other.multiplier.input).exponents()
        return zip(mine, theirs).allSatisfy { abs($0 - $1) < 1e-12 } && scaleIsMultiplier == other.scaleIsMultiplier
            && fanInIsDeviation == other.fanInIsDeviation
    }

    private func exponents() -> [Double] {
        [multiplier, initialDeviation].flatMap { [$0.input, $0.hidden, $0.output] } + [learningRate]
    }
}
