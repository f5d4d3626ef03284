import SaddleMeasures
import SaddleModels
import SaddleNumerics

extension Study {
    /// Does a measurement; what the samples do not allow is named with them, as a fault of the input.
    func measuring<Result>(_ one: Representation, _ section: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            switch error {
            case is GeometryError, is TooFewPoints, is EntropyError, is VectorFieldError, is FunctionSpaceError:
                throw problem(section, "\(one.name): \(error)")
            default: throw error
            }
        }
    }
}
