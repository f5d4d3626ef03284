/// Reports how far a long calculation is: `completed` of `total` units of work. Called from any thread.
public typealias ProgressHandler = @Sendable (_ completed: Double, _ total: Double) -> Void
