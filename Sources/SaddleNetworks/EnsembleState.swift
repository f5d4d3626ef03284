import SaddleModels
import SaddleNumerics

/// The networks of an ensemble that are trained: moments of every observable, and a panel of single numbers of each network.
///
/// Written to a file and read again, it continues with bit-identical results.
public struct EnsembleState: Sendable, Equatable {
    /// Of every recorded number, in the order of ``ObservableLayout``.
    public private(set) var moments: StreamingMoments
    /// One row a network (``ObservablePanel``).
    public private(set) var panel: [[Double]]

    /// No networks yet.
    public init(_ layout: ObservableLayout) { self.init(moments: StreamingMoments(dimension: layout.count), panel: []) }

    /// A state that was kept elsewhere.
    ///
    /// - Precondition: the panel has a row for each network of the moments.
    public init(moments: StreamingMoments, panel: [[Double]]) {
        precondition(moments.count == panel.count, "moments of \(moments.count) networks, a panel of \(panel.count)")
        self.moments = moments
        self.panel = panel
    }

    /// Networks so far.
    public var count: Int { moments.count }

    mutating func add(_ values: [Double], _ panel: ObservablePanel) {
        moments.add(values)
        self.panel.append(panel.values(of: values))
    }
}
