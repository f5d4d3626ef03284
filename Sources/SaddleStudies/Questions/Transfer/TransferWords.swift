import SaddleMeasures

/// What is tuned, in words: a learning rate is "rate", any other key has its own name.
struct TransferWords {
    /// "rate", "richness"
    let one: String
    /// "rates", "values of richness"
    let many: String

    init(_ name: String) {
        let isRate = ColumnRole.rate.names.contains { name == $0 || name.hasSuffix("_\($0)") } || name == "learning rate"
        let plain = name.replacing("_", with: " ")
        (one, many) = isRate ? ("rate", "rates") : (plain, "values of \(plain)")
    }

    var capitalised: String { many.prefix(1).uppercased() + many.dropFirst() }

    func text(_ place: RateCurve.Place) -> String {
        switch place {
        case .inside, .nextToDivergence: place.rawValue
        case .lowestRate: "lowest \(one)"
        case .highestRate: "highest \(one)"
        case .tooFewRates: "too few \(many)"
        }
    }
}

extension TransferTable {
    var words: TransferWords { TransferWords(rateName) }
}
