import SaddleNumerics

extension DataSource {
    /// The description with the files of a folder in its place, and what was decided about them.
    ///
    /// A folder holds files of CIFAR-10 or IDX; those with `test` or `t10k` in their names are the test samples, unless
    /// `testSource` names others. Files of other kinds, as both data sets come with, are passed over; so are labels, found by name.
    func unfolded(relativeTo directory: String) throws -> (source: DataSource, remarks: [String]) {
        var (result, remarks) = (self, [String]())
        for isTest in [false, true] {
            guard let folder = isTest ? testSource : source, DataFormat(fileName: folder) == nil,
                let names = Directory.names(folder.hasPrefix("/") ? folder : "\(directory)/\(folder)")
            else { continue }
            let key = isTest ? "test_source" : "source"
            let files = names.filter { name in
                switch DataFormat(fileName: name) {
                case .cifar?: true
                case .idx?: !name.contains("idx1") && !name.contains("labels")
                default: false
                }
            }
            let testFiles = files.filter { $0.contains("test") || $0.contains("t10k") }
            let chosen = isTest && !testFiles.isEmpty ? testFiles : files.filter { !testFiles.contains($0) }
            guard !chosen.isEmpty else {
                throw DataError.key(
                    key,
                    reason:
                        "the folder '\(folder)' has no CIFAR-10 (.bin) or IDX files\(isTest ? "" : " for training"); it holds "
                        + (names.isEmpty ? "nothing" : names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")))
            }
            let paths = chosen.map { "\(folder)/\($0)" }
            if isTest {
                (result.testSource, result.moreTestSources) = (paths[0], Array(paths.dropFirst()))
            } else {
                (result.source, result.moreSources) = (paths[0], Array(paths.dropFirst()) + moreSources)
                if testSource == nil, !testFiles.isEmpty {
                    result.testSource = "\(folder)/\(testFiles[0])"
                    result.moreTestSources = testFiles.dropFirst().map { "\(folder)/\($0)" }
                }
            }
            let tests =
                isTest || testSource != nil || testFiles.isEmpty ? "" : "; for testing \(testFiles.joined(separator: ", "))"
            remarks.append(
                "\(folder): \(isTest ? "test" : "training") samples are those of \(chosen.joined(separator: ", "))" + tests)
        }
        return (result, remarks)
    }

    /// Makes sure that the standard input is what it was, where a description says what that is.
    func checkDigest() throws {
        guard let digest else { return }
        guard source == Self.standardInput else {
            throw DataError.key("digest", reason: "applies only to source '-', the standard input")
        }
        let found = try Self.fingerprint()
        if found != digest {
            throw DataError.key(
                "digest", reason: "the standard input is \(found), not \(digest), the data that this study was made with")
        }
    }

    /// Length and CRC-32 of the standard input, by which a change shows.
    package static func fingerprint() throws(FileError) -> String {
        let bytes = try WholeFile.read(WholeFile.standardInput)
        let digits = String(WholeFile.checksum(bytes), radix: 16)
        return "\(bytes.count) bytes, CRC-32 \(String(repeating: "0", count: 8 - digits.count))\(digits)"
    }
}
