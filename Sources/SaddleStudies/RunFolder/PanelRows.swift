import SaddleNumerics
import SaddleTheory

/// Rows of equal length as one array in a file, and back.
enum PanelRows {
    static var panels: [(name: String, path: WritableKeyPath<FluctuationPanels, [[Double]]>)] {
        [
            ("solutions", \.solutions), ("halves", \.halves), ("shifts", \.shifts), ("limits", \.limits),
        ]
    }

    static func tensor(_ rows: [[Double]]) -> Tensor {
        Tensor(shape: [rows.count, rows.first?.count ?? 0], elements: rows.flatMap { $0 })
    }

    /// Nil if there is no such array.
    static func rows(_ tensor: Tensor?) -> [[Double]]? {
        guard let tensor, tensor.shape.count == 2 else { return nil }
        let length = tensor.shape[1]
        return (0..<tensor.shape[0]).map { Array(tensor.elements[$0 * length..<($0 + 1) * length]) }
    }
}
