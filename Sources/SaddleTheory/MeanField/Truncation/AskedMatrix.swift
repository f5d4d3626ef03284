import SaddleNumerics

/// A Gaussian matrix, or the K of a convolution, as far as a solution has asked it: orthonormal directions, the noise that went into the answers, the answers.
///
/// Another solution that puts its queries to the same matrix differs from the first by what it asks, not by chance. On what is
/// known its answers are linear; on the rest they are drawn, given all that is known in both directions (``ConditionedMatrix``),
/// and from then on are known too.
struct AskedMatrix: Sendable {
    /// Orthonormal directions asked at one time, sites × n, and what came of them, on the answering sites.
    struct Asked: Sendable {
        let direction: ConditionedMatrix.Direction
        let directions: Matrix
        let noise: Matrix
        let answers: Matrix
    }

    private struct Side: Sendable {
        var directions = Matrix(rows: 0, columns: 0)
        var noise = Matrix(rows: 0, columns: 0)
        var answers = Matrix(rows: 0, columns: 0)

        mutating func append(_ new: Matrix, noise newNoise: Matrix, answers newAnswers: Matrix) {
            if directions.columns == 0 {
                (directions, noise, answers) = (new, newNoise, newAnswers)
            } else {
                directions.appendColumns(of: new)
                noise.appendColumns(of: newNoise)
                answers.appendColumns(of: newAnswers)
            }
        }
    }

    /// K, and ρ = N_target/N_source (``ConditionedMatrix``); answers are K vectors one below the other.
    let places: Int
    let ratio: Double

    init(places: Int, ratio: Double) { (self.places, self.ratio) = (places, ratio) }

    /// Squares of what is left of unit vectors; smaller ones are rounding.
    private static let rounding = 1e-28

    private var forward = Side()
    private var backward = Side()

    /// Takes over what another solution asked. Where its directions overlap with what is known already, their noise is given to
    /// what of them is new: the law is kept, and the two solutions stay close if the overlap is small.
    mutating func take(_ asked: Asked, from here: SiteWeights, to there: SiteWeights) {
        let (_, rest) = rest(asked.directions, asked.direction, here)
        let (new, kept, _) = rest.orthonormalized(here, beyond: directions(asked.direction), rounding: Self.rounding)
        if kept.isEmpty { return }
        let answers = given(asked.direction, new, asked.answers.selectingColumns(kept), here, there)
        append(asked.direction, new, asked.noise.selectingColumns(kept), answers)
    }

    /// Noise and answers to orthonormal directions.
    ///
    /// - Parameter fresh: as many new noise vectors, used as far as the directions are new.
    mutating func answer(
        _ asked: Matrix, _ direction: ConditionedMatrix.Direction, fresh: Matrix, from here: SiteWeights, to there: SiteWeights
    ) -> (noise: Matrix, answers: Matrix) {
        var noise = Matrix(rows: fresh.rows, columns: asked.columns), answers = noise
        let (known, rest) = rest(asked, direction, here)
        if known.rows > 0 {
            noise = (direction == .forward ? forward.noise : backward.noise) * known
            answers = (direction == .forward ? forward.answers : backward.answers) * known
        }
        let (new, kept, _) = rest.orthonormalized(here, beyond: directions(direction), rounding: Self.rounding)
        if kept.isEmpty { return (noise, answers) }
        let newNoise = fresh.leading(rows: fresh.rows, columns: kept.count)
        let newAnswers = given(direction, new, newNoise, here, there)
        let coordinates = here.inner(new, rest)
        noise.add(.plain(newNoise), .plain(coordinates))
        answers.add(.plain(newAnswers), .plain(coordinates))
        append(direction, new, newNoise, newAnswers)
        return (noise, answers)
    }

    /// ξ + Γ[⟨Z, F⟩ − ⟨Γ, ξ⟩] with all that is known in the other direction.
    private func given(
        _ direction: ConditionedMatrix.Direction, _ new: Matrix, _ noise: Matrix, _ here: SiteWeights, _ there: SiteWeights
    ) -> Matrix {
        let other = direction == .forward ? backward : forward
        guard other.directions.columns > 0 else { return noise }
        var memory = ConditionedMatrix.recalled(other.answers, new, places: places, here)
        if ratio != 1 { memory.scale(by: direction == .forward ? 1 / ratio.squareRoot() : ratio.squareRoot()) }
        let byPlace = noise.reshaped(rows: noise.rows / places, columns: noise.columns * places)
        memory.add(there.inner(other.directions, byPlace), scale: -1)
        return ConditionedMatrix.adding(memory, other.directions, to: noise)
    }

    private mutating func append(
        _ direction: ConditionedMatrix.Direction, _ new: Matrix, _ noise: Matrix, _ answers: Matrix
    ) {
        switch direction {
        case .forward: forward.append(new, noise: noise, answers: answers)
        case .backward: backward.append(new, noise: noise, answers: answers)
        }
    }

    private func directions(_ direction: ConditionedMatrix.Direction) -> Matrix {
        direction == .forward ? forward.directions : backward.directions
    }

    /// Coordinates in the known directions and what lies beyond them, by Gram–Schmidt twice.
    private func rest(
        _ asked: Matrix, _ direction: ConditionedMatrix.Direction, _ weights: SiteWeights
    ) -> (known: Matrix, rest: Matrix) {
        let directions = directions(direction)
        guard directions.columns > 0 else { return (Matrix(rows: 0, columns: asked.columns), asked) }
        var known = weights.inner(directions, asked)
        var rest = asked
        rest.add(.plain(directions), .plain(known), scale: -1)
        let again = weights.inner(directions, rest)
        rest.add(.plain(directions), .plain(again), scale: -1)
        known.add(again)
        return (known, rest)
    }
}
