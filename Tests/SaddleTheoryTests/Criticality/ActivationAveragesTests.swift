import SaddleModels
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Averages and their derivatives against 17 digits of mpmath and against closed forms. Catches a wrong Hermite polynomial, a
/// lost factor of K, a kink between nodes, and derivatives of a kink that miss its δ-function.
@Suite struct ActivationAveragesTests {
    /// ⟨φ²⟩, ⟨φ⁴⟩, ⟨φ′²⟩, ⟨φ′⁴⟩, ⟨φ²φ′²⟩, d⟨φ²⟩/dK, d²⟨φ²⟩/dK², d⟨φ′²⟩/dK, d²⟨φ′²⟩/dK² by mpmath.quad (1.3.0, 30 digits) on
    /// panels of half a unit of u and finer around 0, from the definitions of φ and φ′.
    static let reference: [(Activation, Double, [Double])] = [
        (
            .tanh, 1e-6,
            [
                9.9999800000566665e-7, 2.9999800001259992e-12, 0.99999800000699997, 0.9999960000259998,
                9.9999200006066618e-7, 0.99999600001699992, -3.9999660002479982,
                -1.9999860000939993, 13.999812002007979,
            ]
        ),
        (
            .tanh, 0.3,
            [
                0.19726338750221825, 0.080398327900490442, 0.68587155289605394, 0.55053927374606789,
                0.078399513005409876, 0.45214143369259832, -0.85896105982883072,
                -0.58774797573800912, 1.5662965004542525,
            ]
        ),
        (
            .tanh, 100,
            [
                0.92053686343051667, 0.89418051460914918, 0.053106787748115834, 0.036448871930861607,
                0.01059488942548865, 0.00039409010538084473, -5.8635132738025948e-6,
                -0.00026468124134516402, 3.9574772831015004e-6,
            ]
        ),
        (
            .erf, 1e-6,
            [
                1.273236998262015e-6, 4.8633843922350141e-12, 1.2732369982637126, 1.6211324537605583,
                1.6211259692545198e-6, 1.273234451794809, -5.0929225284167438,
                -2.5464638106721826, 15.278721749146099,
            ]
        ),
        (
            .erf, 0.3,
            [
                0.24471458707824625, 0.12034535599216215, 0.85841792594320765, 0.87918603017041879,
                0.11801935120708182, 0.53651120371450478, -1.1583764625654081,
                -0.78037993267564332, 2.1283089072972091,
            ]
        ),
        (
            .erf, 100,
            [
                0.93647022571942229, 0.91758071758726593, 0.063582548662800294, 0.057280127925660329,
                0.013732077364579121, 0.00031633108787462833, -4.7252841751473618e-6,
                -0.00031711994345536306, 4.7449368098059311e-6,
            ]
        ),
        (
            .gelu, 1e-6,
            [
                2.500004774640335e-7, 1.8750358098052362e-13, 0.25000063661849913, 0.062500954928964542,
                6.2501551758037146e-8, 0.25000095492727123, 0.9549248839186764,
                0.63661722589597214, -2.5464641289648802,
            ]
        ),
        (
            .gelu, 0.3,
            [
                0.10354028684143443, 0.078146194225607381, 0.36872610764542639, 0.26801604509354284,
                0.10234819465602808, 0.4079527402305619, 0.27415958477668794,
                0.24379957070076439, -0.63876470739736616,
            ]
        ),
        (
            .gelu, 100,
            [
                49.981482730022822, 14999.90728662229, 0.50539986418341693, 0.51411037030103738,
                50.020796797080581, 0.50009021927672503, -1.3183001465712691e-6,
                -2.4754470853722599e-5, 3.3816439558102659e-7,
            ]
        ),
        (
            .silu, 1e-6,
            [
                2.5000018749984375e-7, 1.8750140624876953e-13, 0.25000024999975, 0.0625003749998125,
                6.2500609374414063e-8, 0.25000037499953125, 0.37499906250185937,
                0.249999500000875, -0.49999825000474999,
            ]
        ),
        (
            .silu, 0.3,
            [
                0.088594406029021818, 0.046768179011234248, 0.30816109476376204, 0.15752170959194069,
                0.060725215003460418, 0.33205448228001906, 0.19975358663083096,
                0.15145487046041834, -0.2156301244675663,
            ]
        ),
        (
            .silu, 100,
            [
                49.877173107472021, 14996.907408266314, 0.50715382912831717, 0.51890523463739197,
                50.119427104318459, 0.5005358701556059, -6.9729851527124263e-6,
                -2.2370072075461318e-5, 1.4998327284691003e-7,
            ]
        ),
        (
            .sigmoid, 1e-6,
            [
                0.25000006249996875, 0.062500093749964844, 0.062499968750027344, 0.0039062460937563476,
                0.015624996093749023, 0.062499937500066406, -0.062499867187742187,
                -0.031249945312591797, 0.054687316406740233,
            ]
        ),
        (
            .sigmoid, 0.3,
            [
                0.26641131826237191, 0.087811510426034145, 0.054988873901290319, 0.0031012546052725717,
                0.014468743187036476, 0.048172280835056912, -0.036751429082990126,
                -0.020279189833506194, 0.024548868077836926,
            ]
        ),
        (
            .sigmoid, 100,
            [
                0.46074043989063592, 0.428087525284806, 0.0066066455035341533, 0.00028415373499534226,
                0.0019787322387987469, 0.00019015645592042144, -2.7641398847620371e-6,
                -3.2614122614990919e-5, 4.8302021705384939e-7,
            ]
        ),
        (
            .softplus, 1e-6,
            [
                0.48045343720502178, 0.23083598577601193, 0.25000006249996875, 0.062500093749964844,
                0.12011356261647873, 0.42328684556825061, 0.050428227349299728,
                0.062499937500066406, -0.062499867187742187,
            ]
        ),
        (
            .softplus, 0.3,
            [
                0.60942892931521233, 0.5993568216271526, 0.26641131826237191, 0.087811510426034145,
                0.22185970504802365, 0.43576469123397165, 0.034495022094934244,
                0.048172280835056912, -0.036751429082990126,
            ]
        ),
        (
            .softplus, 100,
            [
                50.093617027251567, 15000.905924343196, 0.46074043989063592, 0.428087525284806,
                49.926721082439187, 0.49955380026953763, 6.3843504453871142e-6,
                0.00019015645592042144, -2.7641398847620371e-6,
            ]
        ),
    ]

    @Test func equalMpmath() throws {
        for (activation, kernel, expected) in Self.reference {
            let m = try ActivationAverages(of: activation, kernel: kernel)
            let (first, second) = (m.square / kernel, m.slopeSquare / kernel)
            for (value, exact, tolerance) in [
                (m.square, expected[0], 1e-14 * m.square), (m.fourthPower, expected[1], 1e-14 * m.fourthPower),
                (m.slopeSquare, expected[2], 1e-14 * m.slopeSquare),
                (m.slopeFourthPower, expected[3], 1e-14 * m.slopeFourthPower),
                (m.squareTimesSlopeSquare, expected[4], 1e-14 * m.squareTimesSlopeSquare),
                (m.squareDerivative, expected[5], 1e-14 * abs(expected[5]) + 1e-15 * first),
                (m.squareSecondDerivative, expected[6], 4e-15 * first / kernel),
                (m.slopeSquareDerivative, expected[7], 1e-15 * second),
                (m.slopeSquareSecondDerivative, expected[8], 4e-15 * second / kernel),
            ] { expectClose(value, exact, within: tolerance, "\(activation.name) at K = \(kernel)") }
        }
    }

    /// φ = x for x > 0 and ax else, at any scale: ⟨φ²⟩ = (1 + a²)K/2, ⟨φ⁴⟩ = 3(1 + a⁴)K²/2, slopes alike, no second derivatives.
    @Test(arguments: [(Activation.relu, 0.0), (.leakyReLU, 0.01), (.abs, 1.0), (.linear, 1.0)], [1e-30, 1e-6, 1, 100, 1e12])
    func scaleInvariant(_ c: (activation: Activation, slope: Double), kernel k: Double) throws {
        let m = try ActivationAverages(of: c.activation, kernel: k)
        let a2 = (1 + pow(c.slope, 2)) / 2, a4 = (1 + pow(c.slope, 4)) / 2
        for (value, exact) in [
            (m.square, a2 * k), (m.fourthPower, 3 * a4 * k * k), (m.slopeSquare, a2), (m.slopeFourthPower, a4),
            (m.squareTimesSlopeSquare, a4 * k), (m.squareDerivative, a2),
        ] { expectClose(value, exact, within: 1e-14 * exact) }
        expectClose(m.squareSecondDerivative * k, 0, within: 4e-15)
        expectClose(m.slopeSquareDerivative * k, 0, within: 2e-15)
        expectClose(m.slopeSquareSecondDerivative * k * k, 0, within: 4e-15)
    }

    /// ⟨sin²⟩ = (1 − e^{−2K})/2, ⟨sin⁴⟩ = (3 − 4e^{−2K} + e^{−8K})/8, cos alike with the other signs; up to K = 10⁵, where sin(√K u)
    /// turns 600 times.
    @Test(arguments: [1e-6, 0.3, 4, 100, 1e5]) func circular(kernel k: Double) throws {
        let e2 = exp(-2 * k), e8 = exp(-8 * k)
        // The argument √K·u is rounded.
        let rounding = 1e-15 * max(1, k.squareRoot())
        for (activation, sign) in [(Activation.sin, 1.0), (.cos, -1)] {
            let m = try ActivationAverages(of: activation, kernel: k)
            expectClose(m.square, sign > 0 ? -expm1(-2 * k) / 2 : (1 + e2) / 2, within: 1e-14 * m.square)
            expectClose(m.slopeSquare, sign > 0 ? (1 + e2) / 2 : -expm1(-2 * k) / 2, within: 1e-14 * m.slopeSquare)
            if k >= 0.3 {
                expectClose(m.fourthPower, (3 - sign * 4 * e2 + e8) / 8, within: 1e-14)
                expectClose(m.squareTimesSlopeSquare, (1 - e8) / 8, within: 1e-14)
            }
            expectClose(m.squareDerivative, sign * e2, within: 1e-14 * e2 + rounding / k)
            expectClose(m.squareSecondDerivative, -sign * 2 * e2, within: 4 * rounding / k * max(1, 1 / k))
            expectClose(m.slopeSquareDerivative, -sign * e2, within: rounding / k)
        }
    }

    @Test func whatHasNoAverage() {
        let explosive = Activation(name: "exp of squares", isSmooth: true) { x in
            (value: exp(x * x), slope: 2 * x * exp(x * x), curvature: 0)
        }
        #expect(
            errorText { _ = try ActivationAverages(of: explosive, kernel: 1) }?
                .contains("activation exp of squares at kernel K = 1.0: the Gaussian average number 0 is not finite") == true)
        let noisy = Activation(name: "jump", isSmooth: false) { x in (value: x > 0.3 ? 1 : 0, slope: 0, curvature: 0) }
        #expect(errorText { _ = try ActivationAverages(of: noisy, kernel: 1) }?.contains("did not converge") == true)
    }
}
