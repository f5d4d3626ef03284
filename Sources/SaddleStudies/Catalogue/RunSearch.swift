import Foundation
import SaddleNumerics

/// The run folders below a folder, each once however many links lead to it, and what tells whether one is the same as before.
struct RunSearch {
    private(set) var found: [(folder: String, stamp: String)] = []
    private var seen: Set<String> = []
    private var links: [(path: String, depth: Int)] = []

    /// Folders within folders: runs/NAME-sweep/points/POINT.
    static let depth = 4
    /// Of files in run folders, which need not be looked into.
    private static let files: Set<String> = ["json", "npz", "npy", "html", "yaml", "csv", "svg", "png", "partial"]

    init(_ root: String) {
        visit(root, Self.depth)
        // Folders by their own names before those that are links to them.
        while !links.isEmpty {
            let (path, depth) = links.removeFirst()
            visit(path, depth)
        }
    }

    private mutating func visit(_ folder: String, _ depth: Int) {
        guard depth >= 0, let names = Directory.names(folder), seen.insert(Directory.realPath(folder)).inserted else { return }
        let manifest = RunFolder(path: folder).manifest
        if let attributes = try? FileManager.default.attributesOfItem(atPath: manifest),
            let changed = attributes[.modificationDate] as? Date, let number = attributes[.systemFileNumber] as? Int
        {
            found.append((folder, "\(changed.timeIntervalSince1970) \(number) \(saddleVersion)"))
        }
        for name in names where !Self.files.contains(name.split(separator: ".").last.map(String.init) ?? "") {
            let path = "\(folder)/\(name)"
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil {
                links.append((path, depth - 1))
            } else {
                visit(path, depth - 1)
            }
        }
    }
}
