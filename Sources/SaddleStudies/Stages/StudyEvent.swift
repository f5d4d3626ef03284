/// What a running study tells whoever watches it.
public enum StudyEvent: Sendable {
    /// A stage begins; `stage` is a phrase such as "training 100 networks of width 64".
    case started(stage: String)
    /// How much of the stage is done, from 0 to 1; work of earlier runs counts.
    case progress(Double)
    /// The stage is done: computed now in so many seconds, or taken from an earlier run.
    case finished(stage: String, seconds: Double, reused: Bool)
    case warning(String)
    /// Something to know that is nothing to mind, such as how long it will take.
    case notice(String)
}

/// Called with every event, from any thread.
public typealias StudyObserver = @Sendable (StudyEvent) -> Void
