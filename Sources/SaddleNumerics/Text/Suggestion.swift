/// The number of letters to insert, delete, replace or swap with their neighbour to get from one word to the other
/// (optimal string alignment).
package func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var current = [i + 1]
        for j in 0..<b.count {
            var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[b.count]
}

/// "; did you mean 'tanh'?" if one of the known words is close to the given one, else nothing.
package func suggestion(for word: String, among known: [String]) -> String {
    let lowered = word.lowercased()
    let nearest = known.min { editDistance(lowered, $0.lowercased()) < editDistance(lowered, $1.lowercased()) }
    guard let nearest else { return "" }
    let distance = editDistance(lowered, nearest.lowercased())
    return distance <= max(1, min(3, nearest.count / 3)) ? "; did you mean '\(nearest)'?" : ""
}

/// A text that somebody wrote, as a message repeats it.
package func shortened(_ text: String, to length: Int = 80) -> String {
    text.count <= length ? text : "\(text.prefix(length / 2))…\(text.suffix(length / 4)) (\(text.count) characters)"
}
