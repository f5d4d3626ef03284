import SaddleNumerics

/// Training and test curves of one run or of several, losses that fall or accuracies that rise.
public struct TrainingCurves: Sendable {
    /// One run; steps ascend.
    public struct Run: Sendable, Equatable {
        /// What tells the run from others; empty for a single one.
        public let name: String
        /// Recorded steps, and training and test values at them.
        public let steps, train, test: [Double]

        /// Three arrays of one length.
        public init(name: String = "", steps: [Double], train: [Double], test: [Double]) {
            precondition(train.count == steps.count && test.count == steps.count, "curves of unequal length")
            (self.name, self.steps, self.train, self.test) = (name, steps, train, test)
        }
    }

    /// In the order in which the table first has them.
    public let runs: [Run]
    /// Headers of the columns, or "step", "train" and "test".
    public let stepName, trainName, testName: String
    /// What was decided without being told.
    public let remarks: [String]

    /// Curves of one run or more that come from no table.
    public init(
        runs: [Run], stepName: String = "step", trainName: String = "train", testName: String = "test", remarks: [String] = []
    ) {
        precondition(!runs.isEmpty, "no run")
        (self.runs, self.stepName, self.trainName, self.testName) = (runs, stepName, trainName, testName)
        self.remarks = remarks
    }

    /// Names or numbers of columns, as far as they were asked for.
    public struct Columns: Sendable {
        /// Nil: found by the usual names.
        public var step, train, test, run: String?

        /// Columns that are not named are found.
        public init(step: String? = nil, train: String? = nil, test: String? = nil, run: String? = nil) {
            (self.step, self.train, self.test, self.run) = (step, train, test, run)
        }
    }

    /// Records that a run must have.
    public static let fewest = 3

    /// Reads a table with a row for each record.
    ///
    /// Columns that are not named are found by their names (step, epoch, iteration, time; train…; test…, val…) or are the first three of numbers.
    ///
    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Columns) throws {
        let found = try Self.columns(csv, wanted)
        let logged = csv.lines.indices.filter { row in !found.curves.contains { csv.isEmpty(row, $0) } }
        if logged.isEmpty { throw LossFileError.table(csv.file, reason: "no row has a step, a training and a test value") }
        let (rows, remark) = try csv.completeRows(found.curves, among: logged)
        let numbers = try found.curves.map { try csv.numbers($0, rows: rows) }
        var remarks = csv.remarks + found.remarks + (remark.map { [$0] } ?? [])
        if logged.count < csv.lines.count {
            remarks.append("\(csv.lines.count - logged.count) rows of \(csv.file) have an empty cell and are left out")
        }
        for number in numbers { for remark in number.remarks where !remarks.contains(remark) { remarks.append(remark) } }
        let names = rows.map { row in found.run.map { csv.text(row, $0) } ?? "" }
        var order: [String] = []
        for name in names where !order.contains(name) { order.append(name) }
        runs = try order.map { name in
            let places = rows.indices.filter { names[$0] == name }.sorted { numbers[0].values[$0] < numbers[0].values[$1] }
            let steps = places.map { numbers[0].values[$0] }
            if let twice = zip(places, places.dropFirst()).first(where: { numbers[0].values[$0] == numbers[0].values[$1] }) {
                throw csv.malformed(
                    rows[twice.1], found.curves[0],
                    "\(NumberText.exponent(numbers[0].values[twice.1])) for the second time; expected different steps in a run "
                        + "(name the column that tells runs apart)")
            }
            guard steps.count >= Self.fewest else {
                throw LossFileError.table(
                    csv.file,
                    reason:
                        "\(steps.count) record\(steps.count == 1 ? "" : "s")\(name.isEmpty ? "" : " of run \(name)"); expected "
                        + "\(Self.fewest) or more")
            }
            return Run(
                name: name, steps: steps, train: places.map { numbers[1].values[$0] }, test: places.map { numbers[2].values[$0] })
        }
        func title(_ column: Int, _ other: String) -> String {
            csv.header.flatMap { $0[column].isEmpty ? nil : $0[column] } ?? other
        }
        stepName = title(found.curves[0], "step")
        trainName = title(found.curves[1], "train")
        testName = title(found.curves[2], "test")
        self.remarks = remarks
    }

    private static func columns(_ csv: CSV, _ wanted: Columns) throws -> (curves: [Int], run: Int?, remarks: [String]) {
        func named(_ key: String, _ name: String?) throws -> Int? {
            guard let name else { return nil }
            do throws(CSV.NameError) { return try csv.column(name) } catch {
                throw LossFileError.column(
                    key: key,
                    reason: error == .unknown
                        ? "no column \(name.quotedBriefly) in \(csv.file); expected \(csv.columnNames)"
                        : "several columns of \(csv.file) are called \(name.quotedBriefly); expected different names")
            }
        }
        let header = (csv.header ?? []).map { $0.lowercased() }
        func first(_ words: [String]) -> Int? { header.indices.first { i in words.contains { header[i].contains($0) } } }
        let asked = [
            try named("step_column", wanted.step), try named("train_column", wanted.train), try named("test_column", wanted.test),
        ]
        let run = try named("run_column", wanted.run) ?? header.firstIndex { ["run", "seed", "name"].contains($0) }
        let guessed = [first(["step", "epoch", "iter", "time"]), first(["train"]), first(["test", "val", "eval"])]
        var curves = zip(asked, guessed).map { $0 ?? $1 }
        var remarks: [String] = []
        if curves.contains(nil) {
            var numeric = (0..<csv.width).filter { $0 != run && !curves.contains($0) && csv.holdsNumbers($0) }
            for i in curves.indices where curves[i] == nil {
                guard !numeric.isEmpty else {
                    throw LossFileError.table(
                        csv.file, reason: "too few columns of numbers; expected a step, a training and a test value in each row")
                }
                curves[i] = numeric.removeFirst()
            }
        }
        let found = curves.map { $0! }
        if Set(found).count < 3 {
            throw LossFileError.column(
                key: "test_column", reason: "one column is to be two of step, training and test; expected three different ones")
        }
        if csv.width > 3 || asked.contains(nil) && csv.header == nil {
            remarks.append(
                "steps are \(csv.label(found[0])), training \(csv.label(found[1])), test \(csv.label(found[2])) of \(csv.file)")
        }
        return (found, run, remarks)
    }
}
