import SaddleModels
import SaddleNumerics

/// All compared numbers of one quantity at one width.
package struct ComparedNumbers: Sendable {
    package let width: Int
    package let quantity: ObservableSlice
    package let statistic: QuantityComparison.Statistic
    package let places: UniquePlaces
    package let columns: NumberColumns

    /// Fewer numbers are not worth a thread.
    private static let serial = 20_000

    init(
        _ quantity: ObservableSlice, _ statistic: QuantityComparison.Statistic, width: Int, _ places: UniquePlaces,
        _ law: some NumberLaw
    ) {
        (self.width, self.quantity, self.statistic, self.places) = (width, quantity, statistic, places)
        var columns = NumberColumns(capacity: places.count)
        if places.count < Self.serial {
            for time in 0..<places.times { places.forEach(at: time) { columns.append(law.number(at: $0)) } }
        } else {
            // A few times at once, so that no second copy of all is made.
            let batch = Threads.count
            for first in Swift.stride(from: 0, to: places.times, by: batch) {
                let parts = Threads.compute(min(batch, places.times - first)) { k in
                    var part = NumberColumns(capacity: places.stride)
                    places.forEach(at: first + k) { part.append(law.number(at: $0)) }
                    return part
                }
                for part in parts { columns.append(part) }
            }
        }
        self.columns = columns
    }

    /// As `comparison.npz` has them; the error is infinite, and z is 0, where nothing is compared.
    package var arrays: [NamedArray] {
        let error = columns.error.indices.map { columns.isCompared[$0] ? columns.error[$0] : .infinity }
        let parts = [
            ("predicted", columns.predicted), ("measured", columns.measured), ("error", error), ("z", columns.score),
        ]
        return parts.map { part, values in
            NamedArray("\(quantity)_\(statistic.rawValue)_\(part)_\(width)", shape: places.shape, values[...])
        }
    }
}
