import SaddleNumerics

/// The solution that another one follows: its weights and its Gaussian matrices.
///
/// Directions that a smaller tolerance adds in training overlap with those of test points, so the first batch of these is known from
/// the start. Batches forget each other: of the others, what overlaps with the first is answered anew, and differs by chance.
struct FollowedSolution: Sendable {
    private let stages: [Realization.Stage]
    /// Stages that are known from the start.
    private let early: [Int]
    private let weights: [Matrix]
    private let left: [Double]
    private var next = 0
    private var stage = 0
    /// Matrices as known from training, and with the queries of the present batch.
    private var trained: [Int: AskedMatrix] = [:]
    private var present: [Int: AskedMatrix] = [:]
    private var hasTaken: Set<Int> = []

    init(stages: [Realization.Stage], left: [Double], weights: [Matrix]) {
        self.stages = stages
        self.left = left
        self.weights = weights
        early = [0] + [stages.firstIndex { $0.isTest } ?? 1].filter(stages.indices.contains)
    }

    /// The share that was left out at a query; nil beyond the last.
    func left(_ query: Int) -> Double? { query < left.count ? left[query] : nil }

    mutating func nextWeights() -> Matrix? {
        if next == weights.count { return nil }
        next += 1
        return weights[next - 1]
    }

    mutating func answer(
        _ directions: Matrix, _ direction: ConditionedMatrix.Direction, fresh: Matrix, _ number: Int, _ unasked: AskedMatrix,
        from here: SiteWeights, to there: SiteWeights
    ) -> (noise: Matrix, answers: Matrix) {
        var known = present[number] ?? unasked
        present[number] = nil
        if hasTaken.insert(number).inserted {
            for place in stage == 0 ? early : [stage] {
                for asked in stages[place].asked[number] ?? [] {
                    let isAlong = asked.direction == direction
                    known.take(asked, from: isAlong ? here : there, to: isAlong ? there : here)
                }
            }
        }
        let answer = known.answer(directions, direction, fresh: fresh, from: here, to: there)
        present[number] = known
        return answer
    }

    mutating func beginStage() {
        if stage == 0 { trained = present }
        stage += 1
        present = trained
        // A matrix that training did not ask takes what is known early now.
        hasTaken = early.contains(stage) ? Set(trained.keys) : []
    }
}
