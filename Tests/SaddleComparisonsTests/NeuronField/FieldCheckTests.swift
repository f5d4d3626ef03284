import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleTheory
import Testing

// Draws beside exact functions at every N, and beside theories of another field.
@Suite struct FieldCheckTests {
    @Test(arguments: [(0, NeuronField.Amplitude.sign), (0, .gaussian), (1, .sign), (2, .sign)])
    func agreement(dimension: Int, amplitude: NeuronField.Amplitude) throws {
        var field = NeuronField()
        (field.dimension, field.amplitude, field.points, field.box, field.cutoff) = (dimension, amplitude, 4, 2, 4)
        let ensembles = try [1, 2, 4, 8].map {
            try FieldEnsemble(field, neurons: $0, draws: 60_000, couplings: [0.05], seed: 3)
        }
        let right = FieldCheck(NeuronFieldTheory(field), ensembles, coupling: 0.05)
        #expect(right.check.verdict == .agrees, "\(right.check.reason)")
        // N⁻¹ for four fields, N⁻² for six, which vanish for Gaussian amplitudes.
        #expect(right.powers.map(\.fields) == (amplitude == .sign ? [4, 6] : [4]))
        var heavier = field, other = field
        heavier.mass = 1.1
        #expect(FieldCheck(NeuronFieldTheory(heavier), ensembles, coupling: 0.05).check.verdict == .disagrees)
        // The same propagator elsewhere: only 1/N sees it.
        (other.weighting, other.amplitude) = (.amplitudes, dimension == 0 ? (amplitude == .sign ? .gaussian : .sign) : amplitude)
        let wrong = FieldCheck(NeuronFieldTheory(other), ensembles, coupling: 0.05).check
        #expect(wrong.verdict == .disagrees)
        #expect(wrong.failures.allSatisfy { $0.quantity != "⟨φφ⟩" })
    }
}
