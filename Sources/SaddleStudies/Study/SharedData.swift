import SaddleModels
import Synchronization

/// Data of several studies, read once for all that name the same.
final class SharedData: Sendable {
    private let loaded = Mutex<[(source: DataSource, loss: Loss, data: LoadedData)]>([])

    func load(_ source: DataSource, loss: Loss) throws -> LoadedData {
        // Whoever comes while they are read waits, since reading twice would take as long.
        try loaded.withLock { loaded in
            if let known = loaded.first(where: { $0.source == source && $0.loss == loss }) { return known.data }
            let data = try source.load(loss: loss)
            loaded.append((source, loss, data))
            return data
        }
    }
}
