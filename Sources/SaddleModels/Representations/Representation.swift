import SaddleNumerics

/// What some thing makes of samples: data themselves, or a layer of a network at a step of its training; what every measure reads.
public struct Representation: Sendable {
    /// What a reader calls it: "digits", "layer2 of acts.npz", "layer 2 at step 100".
    public var name: String
    /// n × D: one sample a row.
    public var points: Matrix
    /// Axes of one sample, [8, 8] for images of one colour.
    public var axes: [Int]
    /// Of a network: 0 are its inputs, 1 is its first hidden layer.
    public var layer: Int?
    /// Of its training.
    public var step: Int?
    /// Of the samples, in the order of the rows.
    public var labels: SampleLabels

    /// Points with what is known about them.
    ///
    /// - Parameters:
    ///   - axes: nil: [D].
    public init(
        name: String, points: Matrix, axes: [Int]? = nil, layer: Int? = nil, step: Int? = nil, labels: SampleLabels = .none
    ) {
        precondition(labels.count.map { $0 == points.rows } ?? true, "\(labels.count ?? 0) labels for \(points.rows) samples")
        (self.name, self.points, self.axes) = (name, points, axes ?? [points.columns])
        (self.layer, self.step, self.labels) = (layer, step, labels)
    }

    /// n and D.
    public var count: Int { points.rows }
    /// D, numbers of a point.
    public var dimension: Int { points.columns }

    /// The given samples, with their labels.
    public func selecting(_ rows: [Int]) -> Representation {
        Representation(
            name: name, points: points.selectingRows(rows), axes: axes, layer: layer, step: step, labels: labels.selecting(rows))
    }
}

/// What samples are labelled with.
public enum SampleLabels: Sendable {
    /// Samples without labels.
    case none
    /// The class of each sample, an index into `names`.
    case classes([Int], names: [String])
    /// One sample a row.
    case targets(Matrix)

    /// Nil without labels.
    public var count: Int? {
        switch self {
        case .none: nil
        case .classes(let classes, _): classes.count
        case .targets(let matrix): matrix.rows
        }
    }

    /// Classes and their names, if these are classes.
    public var classes: (of: [Int], names: [String])? {
        if case .classes(let classes, let names) = self { (classes, names) } else { nil }
    }

    /// The labels of these samples, in the order of `rows`, which count from 0.
    public func selecting(_ rows: [Int]) -> SampleLabels {
        switch self {
        case .none: .none
        case .classes(let classes, let names): .classes(rows.map { classes[$0] }, names: names)
        case .targets(let matrix): .targets(matrix.selectingRows(rows))
        }
    }
}

/// Representations of the same samples, or of several sets, with what a user should know about them.
public struct LoadedRepresentations: Sendable {
    /// In the order in which they were asked for.
    public var all: [Representation]
    /// Sentences on what is unusual but not wrong.
    public var warnings: [String]

    /// Representations, and sentences on what is unusual about them.
    public init(_ all: [Representation], warnings: [String] = []) { (self.all, self.warnings) = (all, warnings) }
}
