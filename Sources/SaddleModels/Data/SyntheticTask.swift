import SaddleNumerics

/// Standard normal inputs labelled by a teacher.
///
/// The teacher sees inputs as networks do, after preprocessing, so that a teacher a network can represent stays one:
///
///     linear: y = u·x        single_index: y = g(u·x)        parity: y = Π_{i<k} sign xᵢ
///
/// with u uniform on the unit sphere: u·x has variance 1 when |x|² = D. Since the distribution of inputs is symmetric,
/// parity of the first k inputs is parity of any k. Noise is on training labels only, so that the test loss counts what
/// was learnt. More training or test samples add to the fewer ones, as far as preprocessing leaves inputs alone.
struct SyntheticTask {
    private let source: DataSource
    private let dimension: Int
    private let teacher: DataSource.Teacher
    private let link: (Matrix) -> Matrix
    private let sparsity: Int

    init(_ source: DataSource) throws(DataError) {
        self.source = source
        guard let dimension = source.dimension else { throw .key("dimension", reason: "missing: the dimension of the inputs") }
        if dimension < 1 { throw .key("dimension", reason: "\(dimension); expected 1 or more") }
        let teachers = DataSource.Teacher.allCases.map(\.rawValue).joined(separator: ", ")
        guard let teacher = source.teacher else { throw .key("teacher", reason: "missing: one of \(teachers)") }
        if source.train == nil { throw .key("train", reason: "missing: the number of training samples") }
        (self.dimension, self.teacher) = (dimension, teacher)

        let noise = source.noise ?? 0
        if teacher == .parity {
            guard let sparsity = source.sparsity else {
                throw .key("sparsity", reason: "missing: the number of inputs that count")
            }
            guard (1...dimension).contains(sparsity) else {
                throw .key("sparsity", reason: "\(sparsity); expected 1 to \(dimension) (dimension)")
            }
            guard noise >= 0, noise <= 1 else { throw .key("noise", reason: "\(noise); a probability is from 0 to 1") }
            self.sparsity = sparsity
        } else {
            if source.sparsity != nil { throw .key("sparsity", reason: "applies only to teacher parity") }
            guard noise >= 0, noise.isFinite else { throw .key("noise", reason: "\(noise); expected 0 or more") }
            sparsity = 0
        }
        switch (teacher, source.link) {
        case (.singleIndex, let name?): link = try Self.link(name)
        case (.singleIndex, nil): throw .key("link", reason: "missing: \(Self.links)")
        case (_, .some): throw .key("link", reason: "applies only to teacher single_index")
        case (_, nil): link = { $0 }
        }
    }

    /// Inputs as drawn. Each sample's numbers are contiguous in the stream.
    func inputs() -> (train: Matrix, test: Matrix) {
        func draw(_ count: Int, _ index: Int) -> Matrix {
            var stream = RandomStream(seed: source.seed, .syntheticInputs, index)
            return stream.normals(rows: dimension, columns: count).transposed
        }
        return (draw(source.train!, source.draw == 0 ? 0 : source.draw + 1), draw(source.test ?? 0, 1))
    }

    /// Labels of inputs that are as networks see them.
    func labels(_ inputs: (train: Matrix, test: Matrix)) -> Labels {
        var train = clean(inputs.train)
        var stream = RandomStream(seed: source.seed, .syntheticTeacher, source.draw + 1)
        let noise = source.noise ?? 0
        for row in 0..<train.rows where noise > 0 {
            if teacher == .parity {
                if Double(stream.word() >> 11) * 0x1p-53 < noise { train[row, 0] = -train[row, 0] }
            } else {
                train[row, 0] += noise * stream.normals(1)[0]
            }
        }
        return Labels(train: train, test: clean(inputs.test))
    }

    private func clean(_ x: Matrix) -> Matrix {
        if teacher == .parity {
            return Matrix(rows: x.rows, columns: 1) { row, _ in (0..<sparsity).reduce(1) { x[row, $1] < 0 ? -$0 : $0 } }
        }
        var stream = RandomStream(seed: source.seed, .syntheticTeacher, 0)
        var direction = stream.normals(rows: dimension, columns: 1)
        direction.scale(by: 1 / direction.elements.reduce(0) { $0 + $1 * $1 }.squareRoot())
        return link(x * direction)
    }

    private static let links =
        "he2, he3, he4 or the name of an activation (\(Activation.named.map(\.name).joined(separator: ", ")))"

    private static func link(_ name: String) throws(DataError) -> (Matrix) -> Matrix {
        func polynomial(_ value: @escaping (Double) -> Double) -> (Matrix) -> Matrix {
            { z in Matrix(rows: z.rows, columns: z.columns, elements: z.elements.map(value)) }
        }
        // Probabilists' Hermite polynomials over √k!, so that E g(z)² = 1 for a standard normal z.
        switch name {
        case "he2": return polynomial { ($0 * $0 - 1) / 2.0.squareRoot() }
        case "he3": return polynomial { ($0 * $0 - 3) * $0 / 6.0.squareRoot() }
        case "he4": return polynomial { (($0 * $0 - 6) * $0 * $0 + 3) / 24.0.squareRoot() }
        default:
            guard let activation = Activation(named: name) else {
                throw .key("link", reason: "'\(name)' is unknown; expected \(links)")
            }
            return { activation($0) }
        }
    }

    /// What a reader calls the task.
    static func name(_ source: DataSource) -> String {
        let inputs = "Gaussian inputs in \(source.dimension ?? 0) dimensions"
        return switch source.teacher {
        case .parity: "\(inputs), \(source.sparsity ?? 0)-sparse parity"
        case .singleIndex: "\(inputs), single-index teacher \(source.link ?? "")"
        case .linear, nil: "\(inputs), linear teacher"
        }
    }
}
