import CSQLite
import SaddleNumerics

/// An SQLite database in a file: statements with parameters, and rows.
final class Database {
    enum Value: Equatable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    struct Failure: Error, CustomStringConvertible {
        let path, reason: String
        var description: String { "\(path): \(reason)" }
    }

    private let handle: OpaquePointer
    private let path: String

    /// Opens the database, or makes it. Several programs may use it at once: who writes waits for others for up to five seconds.
    init(_ path: String) throws {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close(handle)
            throw Failure(path: path, reason: String(cString: sqlite3_errstr(code)))
        }
        (self.handle, self.path) = (handle, path)
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close(handle) }

    /// Runs one statement and returns its rows.
    @discardableResult func run(_ statement: String, _ values: [Value] = []) throws -> [[Value]] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw failure }
        defer { sqlite3_finalize(prepared) }
        for (i, value) in values.enumerated() {
            let place = Int32(i + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(prepared, place)
                case .integer(let number): sqlite3_bind_int64(prepared, place, number)
                case .real(let number): sqlite3_bind_double(prepared, place, number)
                case .text(let text): sqlite3_bind_text(prepared, place, text, -1, saddle_sqlite_transient())
                }
            if code != SQLITE_OK { throw failure }
        }
        var rows: [[Value]] = []
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: rows.append((0..<sqlite3_column_count(prepared)).map { Self.column(prepared, $0) })
            case SQLITE_DONE: return rows
            default: throw failure
            }
        }
    }

    /// All of the work or none of it.
    func transaction(_ body: () throws -> Void) throws {
        try run("BEGIN IMMEDIATE")
        do { try body() } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
        try run("COMMIT")
    }

    private var failure: Failure { Failure(path: path, reason: String(cString: sqlite3_errmsg(handle))) }

    private static func column(_ statement: OpaquePointer?, _ i: Int32) -> Value {
        switch sqlite3_column_type(statement, i) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, i))
        case SQLITE_FLOAT: .real(sqlite3_column_double(statement, i))
        case SQLITE_TEXT: .text(String(cString: sqlite3_column_text(statement, i)))
        default: .null
        }
    }
}
