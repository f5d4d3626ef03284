import Foundation
import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Synchronization

/// Some of the networks of an ensemble, or some parts of the theory: a shard of a study. Its file is in `parts` of the run folder.
struct StudyPart: Codable, Equatable, Sendable {
    /// Of an ensemble; nil for theory.
    var width: Int?
    /// How parts of the theory are computed: sites, width of narrow networks, width of those for the limit.
    var ways: [Int] = []
    var first, count: Int

    var range: Range<Int> { first..<first + count }
    var file: String {
        ((width.map { ["ensemble", "\($0)"] } ?? ["theory"]) + (ways + [first, count]).map { "\($0)" }).joined(separator: "-")
            + ".npz"
    }
    var name: String {
        let numbers = count == 1 ? " \(first)" : "s \(first) to \(first + count - 1)"
        return width.map { "network\(numbers) of width \(NumberText.count($0))" } ?? "part\(numbers) of the theory"
    }

    /// From ``file``.
    init?(file: String) {
        guard file.hasSuffix(".npz") else { return nil }
        let words = file.dropLast(4).split(separator: "-"), numbers = words.dropFirst().compactMap { Int($0) }
        if words.first == "ensemble", words.count == 4, numbers.count == 3 {
            self.init(width: numbers[0], first: numbers[1], count: numbers[2])
        } else if words.first == "theory", words.count == 6, numbers.count == 5 {
            self.init(ways: Array(numbers[..<3]), first: numbers[3], count: numbers[4])
        } else {
            return nil
        }
    }

    init(width: Int? = nil, ways: [Int] = [], first: Int, count: Int) {
        (self.width, self.ways, self.first, self.count) = (width, ways, first, count)
    }

    /// So many pieces of a stage that all of them together are neither few nor many.
    static let most = 64

    static func split(_ range: Range<Int>, width: Int? = nil, ways: [Int] = [], isLarge: Bool = false) -> [StudyPart] {
        let size = isLarge ? 1 : max((range.count + most - 1) / most, 1)
        return stride(from: range.lowerBound, to: range.upperBound, by: size).map {
            StudyPart(width: width, ways: ways, first: $0, count: min(size, range.upperBound - $0))
        }
    }
}

/// Thrown where the theory turns out to need more parts, or others, than were expected.
struct PartsWanted: Error, CustomStringConvertible {
    let index: Int
    let ways: MeanFieldWays
    var description: String { "the theory needs more parts than are there; 'saddle run' computes them" }
}

/// The parts in a run folder that others have computed.
final class StudyParts: Sendable {
    private struct Content {
        var rows: [[[Double]]]
        var first: Int
    }

    private let directory: String
    private let digests: StudyDigests
    private let files: Mutex<[StudyPart]>
    private let kept = Mutex<(contents: [String: Content], order: [String], seconds: Double)>(([:], [], 0))

    init(_ folder: RunFolder, _ digests: StudyDigests) {
        (directory, self.digests) = (folder.parts, digests)
        files = Mutex((Directory.names(folder.parts) ?? []).compactMap(StudyPart.init))
    }

    /// Seconds that the parts took that were read.
    var seconds: Double { kept.withLock { $0.seconds } }

    func network(_ index: Int, width: Int) -> [Double]? {
        files.withLock { $0.first { $0.width == width && $0.range.contains(index) } }.flatMap { row(index, of: $0)?.first }
    }

    func theory(_ index: Int, _ ways: MeanFieldWays) -> MeanFieldPart? {
        let wanted = ways.numbers
        return files.withLock { $0.first { $0.ways == wanted && $0.range.contains(index) } }.flatMap { row(index, of: $0) }
    }

    /// Whether a part was asked of others, though it may have led to an error there.
    func covers(_ index: Int, _ ways: MeanFieldWays) -> Bool {
        files.withLock { $0.contains { $0.ways == ways.numbers && $0.range.contains(index) } }
    }

    private func row(_ index: Int, of part: StudyPart) -> [[Double]]? {
        kept.withLock { kept in
            if kept.contents[part.file] == nil {
                guard let (rows, seconds) = Self.read(part, directory, digests) else { return nil }
                kept.contents[part.file] = Content(rows: rows, first: part.first)
                kept.seconds += seconds
                kept.order.append(part.file)
                // Asked for in order, by several threads.
                if kept.order.count > 2 * Threads.count + 2 { kept.contents[kept.order.removeFirst()] = nil }
            }
            guard let content = kept.contents[part.file], index - content.first < content.rows.count else { return nil }
            return content.rows[index - content.first]
        }
    }

    /// Rows of each network or part, as far as they go; nil if the file is missing, damaged, or of another study.
    static func read(_ part: StudyPart, _ directory: String, _ digests: StudyDigests) -> (rows: [[[Double]]], seconds: Double)? {
        let digest = part.width.map(digests.ensemble) ?? digests.theory
        guard let (arrays, seconds) = try? CheckpointArrays.read("\(directory)/\(part.file)", digest: digest),
            let counts = arrays["rows"]?.elements
        else { return nil }
        var rows: [[[Double]]] = []
        for (i, count) in counts.enumerated() {
            let own = (0..<Int(count)).compactMap { arrays["\(i)_\($0)"]?.elements }
            if own.count != Int(count) { return nil }
            rows.append(own)
        }
        return (rows, seconds)
    }

    static func write(_ rows: [[[Double]]], _ part: StudyPart, _ directory: String, _ digests: StudyDigests, seconds: Double)
        throws
    {
        let digest = part.width.map(digests.ensemble) ?? digests.theory
        let arrays = rows.enumerated().flatMap { i, own in own.enumerated().map { ResultFile.vector("\(i)_\($0)", $1) } }
        try CheckpointArrays.write(
            [ResultFile.vector("rows", rows.map(\.count))] + arrays, digest, seconds, to: "\(directory)/\(part.file)")
    }
}

extension MeanFieldWays {
    var numbers: [Int] { [sites, networkWidth, limitWidth] }
    init?(_ numbers: [Int]) {
        guard numbers.count == 3 else { return nil }
        self.init(sites: numbers[0], networkWidth: numbers[1], limitWidth: numbers[2])
    }
}
