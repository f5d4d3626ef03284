#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Experiment {
    /// At most so many of ascending steps, evenly spaced in the list, the ends among them; of a count of 1 the last.
    package static func few(_ steps: [Int], _ count: Int) -> [Int] {
        if steps.count <= count { return steps }
        return count < 2 ? steps.suffix(1) : (0..<count).map { steps[$0 * (steps.count - 1) / (count - 1)] }
    }

    /// 0, then so many steps up to the last one that neighbours have about the same ratio; all steps if they are not more.
    package static func logSpacedSteps(_ count: Int, upTo last: Int) -> [Int] {
        if last + 1 <= count { return Array(0...last) }
        if count == 1 { return [last] }
        var steps = [0]
        while steps.count < count {
            let remaining = count - steps.count
            // From here on at the ratio that ends at `last`; early on, whole numbers force larger ratios.
            let here = Double(max(steps.last!, 1))
            let next = steps.last! == 0 && remaining > 1 ? 1 : here * pow(Double(last) / here, 1 / Double(remaining))
            steps.append(min(max(Int(next.rounded()), steps.last! + 1), last - remaining + 1))
        }
        return steps
    }
}
