import SaddleModels
import SaddleNumerics
import SaddleTheory
import SaddleReport

extension Study {
    /// The same error with what most likely drove the number beyond double precision.
    func explained(_ error: any Error) -> any Error {
        if case MeanFieldError.diverged(let step, _) = error, let cause = extremeData {
            var found = NotFinite(quantity: "an output at step \(step)", value: "beyond all bounds")
            found.cause = cause
            return found
        }
        guard var error = error as? NotFinite, error.cause == nil else { return error }
        error.cause =
            extremeData ?? "the settings lead beyond the range of double precision; expected settings closer to 1 in their units"
        return error
    }

    private var extremeData: String? {
        let data = try? loadData().dataset
        let named = [
            ("training labels", data?.trainLabels), ("test labels", data?.testLabels), ("training inputs", data?.trainInputs),
            ("test inputs", data?.testInputs),
        ]
        for (name, values) in named {
            let largest = values?.elements.reduce(0) { max($0, abs($1)) } ?? 0
            // Errors of the variance of a loss are of the eighth power.
            if largest > 1e38 {
                return
                    "\(name) reach \(NumberText.short(largest)), and powers of them leave the range of double precision; "
                    + "scale them to about 1"
            }
        }
        return nil
    }
}
