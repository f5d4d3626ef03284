/// The modules that a Swift source imports, in the order of the source, however that is written: several on a line, behind attributes and
/// access levels, of one declaration, across lines, under `#if`. `import` is a reserved word, so that outside of comments and literals
/// each one begins an import.
func imports(of source: String) -> [String] {
    let words = words(ofCode: source)
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor"]
    return words.indices.compactMap { i in
        guard words[i] == "import", i == 0 || words[i - 1] != "." else { return nil }
        var next = i + 1
        // `import struct A.B`, but also a module that is called like a kind, which is not followed by a name.
        if next + 1 < words.count, kinds.contains(words[next]), isName(words[next + 1]) { next += 1 }
        return next < words.count && isName(words[next]) ? words[next] : nil
    }
}

private func isName(_ word: String) -> Bool { word.first.map { $0.isLetter || $0 == "_" } ?? false }

/// Names and single other characters, without blanks, comments and string literals; backticks around a name are left out.
private func words(ofCode source: String) -> [String] {
    var words: [String] = []
    var rest = Substring(source)
    while let first = rest.first {
        if rest.hasPrefix("//") {
            rest = rest.drop { !$0.isNewline }
        } else if rest.hasPrefix("/*") {
            rest = afterComment(rest)
        } else if first == "\"" || first == "#" && rest.drop(while: { $0 == "#" }).first == "\"" {
            rest = afterString(rest)
            words.append("\"")
        } else if first.isLetter || first == "_" {
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            words.append(String(name))
            rest = rest[name.endIndex...]
        } else {
            if !first.isWhitespace && first != "`" { words.append(String(first)) }
            rest.removeFirst()
        }
    }
    return words
}

/// Comments nest.
private func afterComment(_ text: Substring) -> Substring {
    var (rest, depth) = (text, 0)
    repeat {
        if rest.hasPrefix("/*") {
            depth += 1
            rest = rest.dropFirst(2)
        } else if rest.hasPrefix("*/") {
            depth -= 1
            rest = rest.dropFirst(2)
        } else {
            rest = rest.dropFirst()
        }
    } while depth > 0 && !rest.isEmpty
    return rest
}

private func afterString(_ text: Substring) -> Substring {
    let hashes = String(text.prefix { $0 == "#" })
    var rest = text.dropFirst(hashes.count)
    // Three quotes begin lines of text only at the end of a line: #"""# is a quote.
    let isLong = rest.hasPrefix("\"\"\"") && rest.dropFirst(3).first?.isNewline == true
    let quotes = isLong ? "\"\"\"" : "\""
    rest = rest.dropFirst(quotes.count)
    while !rest.isEmpty {
        if rest.hasPrefix(quotes + hashes) { return rest.dropFirst(quotes.count + hashes.count) }
        // An escaped character, which is one with as many signs # in raw strings.
        rest = rest.hasPrefix("\\" + hashes) ? rest.dropFirst(2 + hashes.count) : rest.dropFirst()
    }
    return rest
}
