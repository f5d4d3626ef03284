/// The backward sweeps of the adjoint in parts that are done, and kept, one by one: few scalars of one replica each.
///
/// Scalars of a pass share its forward sweep; each carries derivatives with respect to all bases, so that memory limits their number.
struct ScalarPasses: Sendable {
    struct Pass: Sendable {
        let replica: Int
        let scalars: [ScalarObservable]
        /// Whether it is done again at a smaller tolerance.
        var isRefined: Bool { replica == 0 }
    }

    private static let size = 8

    let scalars: [ScalarObservable]
    let replicas: Int

    init(_ scalars: [ScalarObservable], replicas: Int) {
        self.scalars = scalars
        self.replicas = replicas
    }

    private var perReplica: Int { (scalars.count + Self.size - 1) / Self.size }

    var count: Int { replicas * perReplica }

    /// All passes of a replica, then those of the next.
    subscript(index: Int) -> Pass {
        let (replica, place) = index.quotientAndRemainder(dividingBy: perReplica)
        let first = place * Self.size
        return Pass(replica: replica, scalars: Array(scalars[first..<min(first + Self.size, scalars.count)]))
    }

    /// How many passes so many results come from.
    func passes(of results: Int) -> Int {
        if scalars.isEmpty { return 0 }
        let (replicas, rest) = results.quotientAndRemainder(dividingBy: scalars.count)
        return replicas * perReplica + rest / Self.size
    }
}
