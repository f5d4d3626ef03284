// Assembles the catalogue of the documentation site. Called by scripts/site.sh, which compiles it.
//
//   site catalogue ROOT PROGRAM SYMBOL_GRAPHS CATALOGUE   pages, examples and symbol graphs, ready for docc
//   site undocumented ROOT SYMBOL_GRAPHS                  public declarations without documentation
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())

do {
    switch (arguments.first, arguments.count) {
    case ("catalogue", 5):
        let root = URL(filePath: arguments[1]), catalogue = URL(filePath: arguments[4])
        try? FileManager.default.removeItem(at: catalogue)
        try FileManager.default.createDirectory(at: catalogue, withIntermediateDirectories: true)
        let graphs = try SymbolGraphs(folder: URL(filePath: arguments[3]))
        try graphs.write(to: catalogue.deletingLastPathComponent().appending(path: "symbols"))
        let examples = try Examples(root: root, program: arguments[2], resources: catalogue.appending(path: "Resources"))
        try Catalogue(root: root, program: arguments[2], examples: examples).write(to: catalogue)
        let missing = graphs.undocumented.count
        if missing > 0 {
            print("\(missing) of \(graphs.publicCount) public declarations are undocumented: scripts/undocumented.sh")
        }
    case ("undocumented", 3):
        let graphs = try SymbolGraphs(folder: URL(filePath: arguments[2])), root = URL(filePath: arguments[1]).path + "/"
        for line in graphs.undocumented { print(line.replacing(root, with: "")) }
        FileHandle.standardError.write(
            Data("\(graphs.undocumented.count) of \(graphs.publicCount) public declarations are undocumented.\n".utf8))
        exit(graphs.undocumented.isEmpty ? 0 : 1)
    default:
        throw SiteError("expected catalogue ROOT PROGRAM SYMBOL_GRAPHS CATALOGUE, or undocumented ROOT SYMBOL_GRAPHS")
    }
} catch {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
    exit(1)
}
