import Foundation

/// The public declarations of all modules, as the compiler tells them.
///
/// Documentation comments are written for readers of the sources. For the site, links to declarations of other modules get the name of the module, those
/// to declarations that are not public become code, and links to pages become links of DocC.
final class SymbolGraphs {
    private var graphs: [(name: String, json: [String: Any])] = []
    /// Paths of declarations by module, without what tells overloads apart.
    private var paths: [String: Set<String>] = [:]
    private(set) var publicCount = 0
    /// Declarations without documentation, `file:line: path`.
    private(set) var undocumented: [String] = []

    init(folder: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter {
            $0.lastPathComponent.hasSuffix(".symbols.json")
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            guard let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] else {
                throw SiteError("\(file.path) is no symbol graph")
            }
            graphs.append((file.lastPathComponent, json))
            for symbol in Self.symbols(json) { paths[Self.module(file), default: []].insert(Self.path(symbol)) }
        }
        if graphs.isEmpty { throw SiteError("\(folder.path) has no symbol graphs") }
        count()
    }

    func write(to folder: URL) throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var mistakes: [String] = []
        for graph in graphs {
            let module = Self.module(URL(filePath: graph.name))
            var json = graph.json
            json["symbols"] = Self.symbols(json).map { symbol -> [String: Any] in
                var symbol = symbol
                mistakes += Self.misnamedParameters(symbol)
                // DocC asks for words on all parameters or on none; here those have words that need them. Names are checked above.
                symbol["functionSignature"] = nil
                guard var comment = symbol["docComment"] as? [String: Any], let lines = comment["lines"] as? [[String: Any]]
                else {
                    return symbol
                }
                comment["lines"] = lines.map { line -> [String: Any] in
                    var line = line
                    line["text"] = linked(line["text"] as? String ?? "", in: Self.path(symbol), of: module)
                    return line
                }
                symbol["docComment"] = comment
                return symbol
            }
            try JSONSerialization.data(withJSONObject: json).write(to: folder.appending(path: graph.name))
        }
        if !mistakes.isEmpty { throw SiteError("documented parameters that are none:\n" + mistakes.joined(separator: "\n")) }
    }

    /// Conformances and declarations that the compiler makes are documented where they come from.
    private func count() {
        var seen: Set<String> = []
        for graph in graphs {
            var inherited: Set<String> = []
            for relation in graph.json["relationships"] as? [[String: Any]] ?? []
            where relation["sourceOrigin"] != nil || relation["kind"] as? String == "overrides" {
                inherited.insert(relation["source"] as? String ?? "")
            }
            for symbol in Self.symbols(graph.json) {
                guard let name = (symbol["identifier"] as? [String: Any])?["precise"] as? String,
                    !name.contains("::SYNTHESIZED::"),
                    let place = symbol["location"] as? [String: Any], let file = place["uri"] as? String,
                    seen.insert(name).inserted
                else { continue }
                publicCount += 1
                if symbol["docComment"] != nil || inherited.contains(name) { continue }
                let line = ((place["position"] as? [String: Any])?["line"] as? Int ?? 0) + 1
                undocumented.append("\(URL(string: file)?.path ?? file):\(line): \(Self.path(symbol).replacing("/", with: "."))")
            }
        }
        undocumented.sort { $0.localizedStandardCompare($1) == .orderedAscending }
    }

    private func linked(_ text: String, in place: String, of module: String) -> String {
        let text = text.replacing(/``([^`]+)``/) { match in
            let link = Self.plain(String(match.1)), first = String(link.split(separator: "/").first ?? "")
            var scopes = place.split(separator: "/").map(String.init)
            let own = paths[module] ?? []
            while true {
                if own.contains((scopes + [link]).joined(separator: "/")) { return "``\(match.1)``" }
                if scopes.isEmpty { break }
                scopes.removeLast()
            }
            if let other = paths.keys.sorted().first(where: {
                $0 != module && paths[$0]!.contains(first) && paths[$0]!.contains(link)
            }) {
                return "``/\(other)/\(match.1)``"
            }
            return "`\(match.1.replacing("/", with: "."))`"
        }
        return Catalogue.linked(text).replacing(/<doc:([A-Z][A-Za-z]*)>/) { "<doc:/Saddle/\($0.1)>" }
    }

    /// `name(a:b:)-2abc` as `name(a:b:)`.
    private static func plain(_ link: String) -> String {
        link.split(separator: "/").map { $0.replacing(/-[a-z0-9.]+$/, with: "") }.joined(separator: "/")
    }

    private static func misnamedParameters(_ symbol: [String: Any]) -> [String] {
        guard let signature = symbol["functionSignature"] as? [String: Any],
            let comment = symbol["docComment"] as? [String: Any], let lines = comment["lines"] as? [[String: Any]]
        else { return [] }
        let known = Set(
            (signature["parameters"] as? [[String: Any]] ?? []).flatMap { [$0["name"], $0["internalName"]] }.compactMap {
                $0 as? String
            })
        var isList = false, found: [String] = []
        for line in lines {
            let text = line["text"] as? String ?? ""
            if text.hasPrefix("- Parameters:") { isList = true } else if text.hasPrefix("- ") { isList = false }
            if isList, let name = text.firstMatch(of: /^ +- ([A-Za-z0-9_, ]+):/)?.1, text.prefix(while: { $0 == " " }).count < 4 {
                found += name.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            } else if let name = text.firstMatch(of: /^- Parameter ([A-Za-z0-9_]+):/)?.1 {
                found.append(String(name))
            }
        }
        return found.filter { !known.contains($0) }.map {
            "\(path(symbol)): \($0); known: \(known.sorted().joined(separator: ", "))"
        }
    }

    private static func symbols(_ json: [String: Any]) -> [[String: Any]] { json["symbols"] as? [[String: Any]] ?? [] }

    private static func path(_ symbol: [String: Any]) -> String {
        (symbol["pathComponents"] as? [String] ?? []).joined(separator: "/")
    }

    /// "SaddleTheory" of "SaddleTheory@SaddleModels.symbols.json".
    private static func module(_ file: URL) -> String {
        String(file.lastPathComponent.prefix { $0 != "." && $0 != "@" })
    }
}
