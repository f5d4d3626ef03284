import SaddleNumerics

/// Derivatives of a scalar with respect to the weights at one step, through points that read them without acting back.
struct WeightDerivatives: Sendable {
    var input: Matrix
    var readout: Matrix
    var learnt: [Matrix]

    /// What `adjoint` has gathered, cut to the sizes that the weights had in `snapshot`.
    init(_ adjoint: MeanFieldAdjoint, like snapshot: MeanFieldSweep.Snapshot) {
        input = adjoint.input.value
        readout = adjoint.readout.value
        learnt = zip(adjoint.matrices, snapshot.learnt).map { $0.learnt.value.leading(rows: $1.rows, columns: $1.columns) }
    }

    static func + (a: WeightDerivatives, b: WeightDerivatives) -> WeightDerivatives {
        var sum = a
        sum.input.add(b.input)
        sum.readout.add(b.readout)
        for l in sum.learnt.indices { sum.learnt[l].add(b.learnt[l]) }
        return sum
    }
}

extension MeanFieldAdjoint {
    /// Forgets derivatives with respect to weights, keeps those with respect to bases and site weights.
    mutating func clearWeights() {
        input = ParameterAdjoint(rows: input.value.rows, columns: input.value.columns)
        readout = ParameterAdjoint(rows: readout.value.rows, columns: readout.value.columns)
        for l in matrices.indices {
            matrices[l].learnt = ParameterAdjoint(
                rows: matrices[l].backward.basis.columns, columns: matrices[l].forward.basis.columns)
        }
    }

    /// Adds what points that do not act back said about the trained bases and the sites.
    mutating func absorb(_ probe: MeanFieldAdjoint) {
        for l in matrices.indices {
            matrices[l].forward.basis.add(probe.matrices[l].forward.basis)
            matrices[l].forward.images.add(probe.matrices[l].forward.images)
            matrices[l].backward.basis.add(probe.matrices[l].backward.basis)
            matrices[l].backward.images.add(probe.matrices[l].backward.images)
        }
        for l in siteWeights.indices { for i in siteWeights[l].indices { siteWeights[l][i] += probe.siteWeights[l][i] } }
    }

    /// Adds derivatives with respect to the weights at the present step.
    mutating func add(_ read: WeightDerivatives) {
        input.value.add(read.input)
        readout.value.add(read.readout)
        for l in matrices.indices { matrices[l].learnt.value.add(read.learnt[l]) }
    }
}
