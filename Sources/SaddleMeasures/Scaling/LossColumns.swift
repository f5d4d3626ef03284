import SaddleNumerics

/// Which columns of a table hold sizes and losses: as asked for, or as exports of training logs and plain tables have them.
struct LossColumns {
    var size: Int
    /// Several where columns are repetitions.
    var losses: [Int]
    var error: Int?
    /// What a reader calls the losses.
    var lossName: String?
    /// Exports of logs: an empty cell is a step at which nothing was logged, and there is a step 0.
    var isLog = false
    /// A sentence on what the table was taken for.
    var remark: String?

    /// Names or numbers of columns, as far as they were asked for.
    struct Wanted {
        var size, loss, error: String?
    }

    init(_ csv: CSV, _ wanted: Wanted) throws {
        if let export = try Self.tensorBoard(csv, wanted) ?? Self.wide(csv, wanted) ?? Self.history(csv, wanted)
            ?? Self.runs(csv, wanted)
        {
            self = export
        } else {
            self = try Self.plain(csv, wanted)
        }
        if let name = wanted.error { error = try Self.column(csv, "error_column", name) }
        let chosen = [size] + losses + (error.map { [$0] } ?? [])
        if Set(chosen).count < chosen.count {
            throw LossFileError.column(
                key: wanted.error != nil && chosen.dropLast().contains(error!) ? "error_column" : "loss_column",
                reason:
                    "\(csv.label(chosen.first { column in chosen.count { $0 == column } > 1 }!)) is to be two of size, loss and error; "
                    + "expected different columns, each \(csv.columnNames)")
        }
    }

    private init(size: Int, losses: [Int]) { (self.size, self.losses) = (size, losses) }

    private static func column(_ csv: CSV, _ key: String, _ name: String) throws -> Int {
        do throws(CSV.NameError) {
            return try csv.column(name)
        } catch {
            switch error {
            case .unknown:
                throw LossFileError.column(
                    key: key, reason: "no column \(name.quotedBriefly) in \(csv.file); expected \(csv.columnNames)")
            case .ambiguous:
                throw LossFileError.column(
                    key: key, reason: "several columns of \(csv.file) are called \(name.quotedBriefly); expected different names")
            }
        }
    }

    private static func columns(_ csv: CSV, named names: [String]) -> [Int] {
        (csv.header ?? []).indices.filter { names.contains(csv.header![$0].lowercased()) }
    }

    /// Size and loss in the first two columns of numbers that are no row numbers.
    private static func plain(_ csv: CSV, _ wanted: Wanted) throws -> LossColumns {
        let hasRowNumbers = csv.firstColumnHasNoName && [0, 1].contains { csv.firstColumnCounts(from: $0) }
        var numeric: [Int] = []
        if wanted.size == nil || wanted.loss == nil {
            // The first two are enough.
            for column in (hasRowNumbers ? 1 : 0)..<csv.width where numeric.count < 2 {
                if csv.holdsNumbers(column) { numeric.append(column) }
            }
        }
        func chosen(_ key: String, _ name: String?, _ place: Int) throws -> Int {
            if let name { return try column(csv, key, name) }
            if numeric.indices.contains(place) { return numeric[place] }
            throw LossFileError.table(
                csv.file,
                reason: "\(numeric.isEmpty ? "no column" : "one column") of numbers; expected a size and a loss in each row")
        }
        var found = LossColumns(
            size: try chosen("size_column", wanted.size, 0), losses: [try chosen("loss_column", wanted.loss, 1)])
        if hasRowNumbers {
            found.remark =
                "column 1 of \(csv.file) has no name and counts \(csv.firstColumnCounts() ? "0, " : "")1, 2, …: row numbers, which are no sizes"
        } else if numeric.count == 2, numeric != [0, 1] {
            found.remark =
                "sizes are \(csv.label(found.size)) of \(csv.file), losses \(csv.label(found.losses[0])): "
                + "other columns before them hold no numbers"
        }
        return found
    }

    // MARK: Exports

    private static func tensorBoard(_ csv: CSV, _ wanted: Wanted) throws -> LossColumns? {
        guard let header = csv.header, Set(header.map { $0.lowercased() }) == ["wall time", "step", "value"], csv.width == 3
        else { return nil }
        var found = LossColumns(
            size: try wanted.size.map { try column(csv, "size_column", $0) }
                ?? columns(csv, named: ["step"])[0],
            losses: [
                try wanted.loss.map { try column(csv, "loss_column", $0) }
                    ?? columns(csv, named: ["value"])[0]
            ])
        found.isLog = true
        found.remark =
            "\(csv.file) is an export of TensorBoard: sizes are \(csv.label(found.size)), losses \(csv.label(found.losses[0]))"
        return found
    }

    /// One column for each run and quantity, `run - loss`, beside `run - loss__MIN` and `run - loss__MAX`.
    private static func wide(_ csv: CSV, _ wanted: Wanted) throws -> LossColumns? {
        let header = csv.header ?? []
        let names = Set(header)
        let runs = header.indices.filter { names.isSuperset(of: ["\(header[$0])__MIN", "\(header[$0])__MAX"]) }
        if runs.isEmpty { return nil }
        func quantity(_ column: Int) -> String {
            header[column].ranges(of: " - ").last.map { String(header[column][$0.upperBound...]) } ?? header[column]
        }
        let export = "\(csv.file) is an export of Weights & Biases"
        let isRun = { (column: Int) in
            header[column].hasSuffix("__MIN") || header[column].hasSuffix("__MAX") || runs.contains(column)
        }
        let size: Int
        if let name = wanted.size {
            size = try column(csv, "size_column", name)
        } else {
            guard let other = header.indices.first(where: { !isRun($0) && csv.holdsNumbers($0) }) else {
                throw LossFileError.column(
                    key: "size_column", reason: "\(export) without a column of steps; expected \(csv.columnNames)")
            }
            size = other
        }
        let quantities = runs.map(quantity).filter { !$0.hasPrefix("_") }
        let different = Array(Set(quantities)).sorted()
        var losses: [Int]
        if let name = wanted.loss {
            losses = runs.filter { quantity($0) == name }
            if losses.isEmpty { losses = [try column(csv, "loss_column", name)] }
        } else {
            guard different.count == 1 else {
                throw LossFileError.column(
                    key: "loss_column",
                    reason: "\(export) with \(different.isEmpty ? "no loss" : "several quantities"); expected "
                        + (different.isEmpty ? csv.columnNames : "one of \(different.brief(12))"))
            }
            losses = runs.filter { quantity($0) == different[0] }
        }
        var found = LossColumns(size: size, losses: losses)
        found.isLog = true
        found.lossName = losses.count > 1 ? quantity(losses[0]) : header[losses[0]]
        found.remark =
            "\(export): sizes are \(csv.label(size)), losses "
            + (losses.count > 1
                ? "those of \(losses.count) runs (\(quantity(losses[0]).quotedBriefly)), taken for repetitions"
                : csv.label(losses[0]))
            + "; the columns __MIN and __MAX are not used"
        return found
    }

    /// One row for each step, with the columns `_step` and `_runtime` or `_timestamp`.
    private static func history(_ csv: CSV, _ wanted: Wanted) throws -> LossColumns? {
        let header = csv.header ?? []
        guard let step = header.firstIndex(of: "_step"), header.contains("_runtime") || header.contains("_timestamp") else {
            return nil
        }
        let size = try wanted.size.map { try column(csv, "size_column", $0) } ?? step
        let loss = try loss(csv, wanted, besides: size) { !$0.isEmpty && !$0.hasPrefix("_") && $0 != "Unnamed: 0" }
        var found = LossColumns(size: size, losses: [loss])
        found.isLog = true
        found.remark =
            "\(csv.file) is an export of Weights & Biases: sizes are \(csv.label(size)), losses \(csv.label(loss))"
        return found
    }

    /// One row for each run: its name, its state, its settings and results.
    private static func runs(_ csv: CSV, _ wanted: Wanted) throws -> LossColumns? {
        let own = [
            "name", "state", "notes", "user", "tags", "created", "runtime", "sweep", "id", "group", "job type", "updated",
            "end time",
            "hostname", "description", "commit", "github", "gpu count", "gpu type", "start time",
        ]
        let header = csv.header ?? []
        let marks = columns(csv, named: ["state", "created", "runtime", "user", "tags", "notes", "sweep"])
        guard header.contains("Name"), marks.count >= 2 else { return nil }
        let loss = try loss(csv, wanted, besides: nil) { !own.contains($0.lowercased()) && !$0.isEmpty }
        let size: Int
        if let name = wanted.size {
            size = try column(csv, "size_column", name)
        } else {
            let candidates = header.indices.filter {
                $0 != loss && !own.contains(header[$0].lowercased()) && csv.holdsNumbers($0)
            }
            guard candidates.count == 1 else {
                throw LossFileError.column(
                    key: "size_column",
                    reason:
                        "\(csv.file) is an export of Weights & Biases with \(candidates.isEmpty ? "no" : "several") columns that may be the "
                        + "size; expected \(candidates.isEmpty ? csv.columnNames : "one of " + candidates.map { header[$0] }.brief(12))"
                )
            }
            size = candidates[0]
        }
        var found = LossColumns(size: size, losses: [loss])
        found.remark =
            "\(csv.file) is an export of runs by Weights & Biases: sizes are \(csv.label(size)), losses \(csv.label(loss))"
        return found
    }

    /// The one column of numbers that may be a loss, or the one that is called so.
    private static func loss(
        _ csv: CSV, _ wanted: Wanted, besides size: Int?, _ accepts: (String) -> Bool
    ) throws -> Int {
        if let name = wanted.loss { return try column(csv, "loss_column", name) }
        let header = csv.header ?? []
        let candidates = header.indices.filter { $0 != size && accepts(header[$0]) && csv.holdsNumbers($0) }
        let named = candidates.filter { header[$0].lowercased().hasSuffix("loss") }
        if let only = named.count == 1 ? named.first : candidates.count == 1 && size != nil ? candidates.first : nil {
            return only
        }
        throw LossFileError.column(
            key: "loss_column",
            reason:
                "\(csv.file) is an export of Weights & Biases with \(candidates.isEmpty ? "no" : "several") columns that may be the loss; "
                + "expected \(candidates.isEmpty ? csv.columnNames : "one of " + candidates.map { header[$0] }.brief(12))")
    }
}
