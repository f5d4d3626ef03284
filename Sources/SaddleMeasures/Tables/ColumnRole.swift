import SaddleNumerics

/// What a column of a measured table holds, found by the names that columns usually have.
public enum ColumnRole: String, Sendable, CaseIterable {
    case modelSize = "size"
    case dataSize = "data"
    case compute, loss, step, seed
    case learningRate = "learning_rate"
    case schedule

    /// In lower case, without blanks and marks between words.
    private var names: [String] {
        switch self {
        case .modelSize:
            [
                "n", "params", "parameters", "modelsize", "nparams", "numparams", "nparameters", "nonembeddingparams",
                "nonembeddingparameters", "modelparams", "size", "width", "dmodel", "hiddensize",
            ]
        case .dataSize:
            [
                "d", "tokens", "trainingtokens", "ntokens", "traintokens", "numtokens", "datasetsize", "data", "datasize",
                "samples",
                "trainsamples", "nsamples",
            ]
        case .compute: ["c", "flops", "flop", "compute", "trainingflop", "trainingflops", "trainflops", "pflops"]
        case .loss: ["loss", "finalloss", "valloss", "testloss", "evalloss", "trainloss", "validationloss", "l"]
        case .step: ["step", "steps", "iteration", "iter", "trainstep", "globalstep", "trainerglobalstep", "update"]
        case .seed: ["seed", "run", "trial", "replicate", "repetition", "member"]
        case .learningRate: ["learningrate", "lr", "eta", "trainlr", "trainlearningrate"]
        case .schedule: ["schedule", "lrschedule", "scheduler", "run", "name"]
        }
    }

    /// The column that a table calls so; of several the first of the usual names.
    ///
    /// - Parameter taken: columns that are something else.
    public func column(of csv: CSV, besides taken: [Int] = []) -> Int? {
        let header = (csv.header ?? []).map(Self.plain)
        for name in names {
            if let column = header.indices.first(where: { header[$0] == name && !taken.contains($0) }) { return column }
        }
        return nil
    }

    static func plain(_ name: String) -> String { String(name.lowercased().filter { $0.isLetter || $0.isNumber }) }
}

extension CSV {
    /// The column that a setting names.
    ///
    /// - Throws: ``LossFileError/column(key:reason:)``
    func asked(_ key: String, _ name: String) throws(LossFileError) -> Int {
        do throws(CSV.NameError) { return try column(name) } catch {
            throw .column(
                key: key,
                reason: error == .unknown
                    ? "no column \(name.quotedBriefly) in \(file); expected \(columnNames)"
                    : "several columns of \(file) are called \(name.quotedBriefly); expected different names")
        }
    }

    /// The column that a setting names, or the one that is called so.
    func asked(_ key: String, _ name: String?, or role: ColumnRole, besides taken: [Int] = []) throws(LossFileError) -> Int? {
        if let name { return try asked(key, name) }
        return role.column(of: self, besides: taken)
    }
}
