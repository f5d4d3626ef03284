/// The elements of arrays from `start` on, for functions in C that work on a part of them.
func withElements<Result>(
    from start: Int, _ a: [Double], _ body: (UnsafePointer<Double>) -> Result
) -> Result {
    precondition(start >= 0 && start < a.count, "element \(start) of \(a.count)")
    return a.withUnsafeBufferPointer { a in body(a.baseAddress! + start) }
}

func withElements<Result>(
    from start: Int, _ a: [Double], _ b: [Double],
    _ body: (UnsafePointer<Double>, UnsafePointer<Double>) -> Result
) -> Result {
    withElements(from: start, a) { a in withElements(from: start, b) { b in body(a, b) } }
}

func withElements<Result>(
    from start: Int, _ a: [Double], _ b: [Double], _ c: [Double],
    _ body: (UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>) -> Result
) -> Result {
    withElements(from: start, a, b) { a, b in withElements(from: start, c) { c in body(a, b, c) } }
}
