import SaddleLaws
import SaddleModels
import SaddleNumerics
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The law suite of activations on types that break one law each. It would catch a suite that sees nothing.

/// φ(x) = tanh x + x/10, as in the documentation, with changes.
private func leakyTanh(
    slopeFactor: Double = 1, curvatureFactor: Double = 1, kink: Double = 0, at place: Double = 0, dual: GaussianDual? = nil
) -> Activation {
    Activation(name: "leaky_tanh", isSmooth: true, dual: dual) { x in
        let y = tanh(x), slope = 1 / (cosh(x) * cosh(x))
        return (
            value: y + 0.1 * x + (kink == 0 ? 0 : kink * abs(x - place)),
            slope: (slope + 0.1) * slopeFactor + (x > place ? kink : -kink),
            curvature: -2 * y * slope * curvatureFactor
        )
    }
}

private func laws(of violations: [LawViolation]) -> Set<String> { Set(violations.map(\.law)) }

@Suite struct ActivationLawsTests {
    @Test func rightOnesPass() {
        #expect(ActivationLaws().violations(leakyTanh()) == [])
        // Fast variation is no violation: the allowance knows the error of differences.
        let fast = Activation(name: "fast", isSmooth: true) { x in (sin(7 * x), 7 * cos(7 * x), -49 * sin(7 * x)) }
        #expect(ActivationLaws(hasLimits: false).violations(fast) == [])
        // A kink that is declared.
        let hard = Activation(name: "hard_tanh", isSmooth: false) { x in
            x.isNaN ? (x, x, x) : (min(max(x, -1), 1), abs(x) < 1 ? 1 : 0, 0)
        }
        #expect(ActivationLaws(kinks: [-1, 1]).violations(hard) == [])
    }

    @Test func wrongDerivativesAreFound() {
        #expect(
            laws(of: ActivationLaws().violations(leakyTanh(slopeFactor: 1 + 1e-9))) == ["first derivative", "second derivative"])
        #expect(laws(of: ActivationLaws().violations(leakyTanh(curvatureFactor: 1 + 1e-9))) == ["second derivative"])
    }

    /// A kink that nobody declared is seen wherever it is.
    @Test(arguments: [0, 0.2503, -7.0001, 12.3] + (0..<20).map { 1 + 0.000_09 * Double($0) }) func hiddenKinksAreFound(
        place: Double
    ) {
        let bent = leakyTanh(kink: 1e-3, at: place)
        #expect(laws(of: ActivationLaws(hasLimits: false).violations(bent)).contains("first derivative"))
        #expect(ActivationLaws(kinks: [place], hasLimits: false).violations(bent) == [])
    }

    @Test func notANumberAndOverflowAreFound() {
        // φ(x) = x/√(1 + x²) as ∞·0.
        let careless = Activation(name: "careless", isSmooth: true) { x in
            let r = 1 / (1 + x * x).squareRoot()
            return (value: x * r, slope: r * r * r, curvature: -3 * x * r * r * r * r * r)
        }
        #expect(laws(of: ActivationLaws().violations(careless)) == ["numbers everywhere"])
        let swallowing = Activation(name: "swallowing", isSmooth: true) { x in x.isNaN ? (0, 0, 0) : (x, 1, 0) }
        #expect(laws(of: ActivationLaws().violations(swallowing)) == ["NaN gives NaN"])
        let cube = Activation.cube
        #expect(laws(of: ActivationLaws().violations(cube)) == ["no overflow"])
        #expect(ActivationLaws(growsLinearlyAtMost: false).violations(cube) == [])
    }

    /// A loop that forgets its last argument, and one whose values change when slopes are wanted too.
    @Test func unlikeBuffersAreFound() {
        let short = Activation(name: "short", isSmooth: true) { x, count, value, slope, curvature in
            for i in 0..<count {
                value?[i] = count > 100 || i < count - 1 ? x[i] : x[i] * (1 + 1e-15)
                slope?[i] = 1
                curvature?[i] = 0
            }
        }
        #expect(laws(of: ActivationLaws().violations(short)) == ["the same bits by all ways to call"])
        let jumpy = Activation(name: "jumpy", isSmooth: true) { x, count, value, slope, curvature in
            for i in 0..<count {
                value?[i] = slope == nil ? x[i] : x[i].nextUp
                slope?[i] = 1
                curvature?[i] = 0
            }
        }
        #expect(laws(of: ActivationLaws().violations(jumpy)).contains("the same bits by all ways to call"))
    }

    /// A closed form that is not that of the function: relu's for something else, and one off by one part in 10⁶.
    @Test func foreignClosedFormsAreFound() {
        let law = "the stated closed form of Gaussian averages"
        #expect(laws(of: ActivationLaws().violations(leakyTanh(dual: .homogeneous(odd: 0.5, even: 0.5)))) == [law])
        func leaky(_ even: Double) -> Activation {
            Activation(name: "leaky", isSmooth: false, dual: .homogeneous(odd: 0.6, even: even)) { x in
                (value: x > 0 ? x : 0.2 * x, slope: x > 0 ? 1 : 0.2, curvature: 0)
            }
        }
        #expect(ActivationLaws().violations(leaky(0.4)) == [])
        #expect(laws(of: ActivationLaws().violations(leaky(0.4 + 1e-6))) == [law])
    }
}
