import SaddleNumerics

/// `comparison.json`, the verdicts and what leads to them, and `comparison.npz`, the numbers.
///
/// For every quantity `x` (an observable, or one place of it), its mean and its variance, and every width N: `x_mean_predicted_N` (mean + bias/N of
/// the theory), `x_mean_measured_N`, `x_mean_error_N` (standard error of the difference), `x_mean_z_N` (the difference as a standard normal value);
/// likewise `x_variance_…_N`, of N times the variance. The axes are those of the observable; of a symmetric kernel only the pairs i ≤ j are listed,
/// row by row. The error is infinite, and z is 0, where nothing is compared: no spread on either side, no error bar known, or numbers that have
/// converged to nothing.
package enum ComparisonFile {
    package static let names = ["comparison.json", "comparison.npz"]

    /// Compares, and writes both files; the numbers one quantity after the other, so that they are never in memory together.
    package static func make(
        in folder: String, _ compare: ((ComparedNumbers) throws(FileError) -> Void) throws(FileError) -> Comparison
    ) throws -> Comparison {
        var comparison: Comparison?
        try NPZ.write(to: "\(folder)/\(names[1])") { writer throws(FileError) in
            comparison = try compare { numbers throws(FileError) in
                for array in numbers.arrays { try writer.append(array) }
            }
        }
        guard let comparison else { preconditionFailure("written without a comparison") }
        try AtomicFile.write(JSON.encode(comparison, indented: true), to: "\(folder)/\(names[0])")
        return comparison
    }

    package static func read(_ folder: String) throws -> Comparison {
        let path = "\(folder)/\(names[0])"
        do {
            return try JSON.decode(Comparison.self, from: WholeFile.read(path))
        } catch is DecodingError {
            throw FileError.malformed(file: path, reason: "not a comparison of saddle")
        }
    }
}
