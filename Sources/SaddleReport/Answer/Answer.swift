import SaddleNumerics

/// What a question about a study came to: named quantities, checks of them, and how to look at them.
///
/// Page, terminal, JSON and arrays are views of it; it is stored in the run folder and drawn again from there.
public struct Answer: Sendable {
    /// "predict-spectrum": names the files.
    public package(set) var question = ""
    /// The run folder that it is stored in.
    public package(set) var folder = ""
    /// Of the program that found it.
    package var version = ""
    public var title: String
    public var subtitle: String
    public private(set) var quantities: [Quantity] = []
    /// Of theory beside measurements; nil if nothing was measured.
    public var check: CheckSummary?
    public var warnings: [String]
    package var lead: [View] = []
    package var sections: [ViewSection] = []

    public init(_ title: String, subtitle: String = "", warnings: [String] = []) {
        (self.title, self.subtitle, self.warnings) = (title, subtitle, warnings)
    }

    public var verdict: Verdict? { check?.verdict }
    /// Whether theory and measurements disagree, for which commands end with exit code 3.
    public var disagrees: Bool { verdict == .disagrees }

    /// The quantity of that name.
    public subscript(name: String) -> Quantity? { index[name].map { quantities[$0] } }

    private var index: [String: Int] = [:]

    package mutating func add(_ quantity: Quantity) {
        precondition(index[quantity.name] == nil, "two quantities are called \(quantity.name)")
        index[quantity.name] = quantities.count
        quantities.append(quantity)
    }

    /// A number; nothing is added for nil.
    package mutating func add(
        _ name: String, _ value: Double?, error: Double? = nil, _ title: String, _ symbol: String? = nil, unit: String? = nil,
        form: Quantity.Form = .plain, mayBeInfinite: Bool = false
    ) {
        guard let value else { return }
        add(
            Quantity(
                name: name, title: title, symbol: symbol, unit: unit, form: form, shape: [], along: [], values: [value],
                errors: error.map { [$0] }, mayBeInfinite: mayBeInfinite))
    }

    package mutating func add(_ name: String, _ count: Int?, _ title: String, _ symbol: String? = nil) {
        add(name, count.map(Double.init), title, symbol, form: .count)
    }

    package mutating func add(
        _ name: String, _ estimate: Estimate?, _ title: String, _ symbol: String? = nil, unit: String? = nil
    ) {
        add(name, estimate?.mean, error: estimate?.standardError, title, symbol, unit: unit)
    }

    package mutating func add(_ name: String, _ word: String?, _ title: String) {
        guard let word else { return }
        add(Quantity(name: name, title: title, shape: [], along: [], values: [], words: [word]))
    }

    /// A list, or an array in C order where `shape` says so.
    ///
    /// - Parameters:
    ///   - axes: the quantities along its axes.
    ///   - isPartial: whether NaN means that it is not defined there.
    package mutating func add(
        _ name: String, _ values: [Double], errors: [Double]? = nil, along axes: [String] = [], shape: [Int]? = nil,
        _ title: String, _ symbol: String? = nil, unit: String? = nil, form: Quantity.Form = .plain, isPartial: Bool = false,
        mayBeInfinite: Bool = false
    ) {
        let shape = shape ?? [values.count]
        precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) numbers for \(shape)")
        precondition(
            errors.map { $0.count == values.count } ?? true, "\(name): \(errors!.count) errors of \(values.count) numbers")
        add(
            Quantity(
                name: name, title: title, symbol: symbol, unit: unit, form: form, shape: shape, along: axes, values: values,
                errors: errors, isPartial: isPartial, mayBeInfinite: mayBeInfinite))
    }

    package mutating func add(
        _ name: String, _ estimates: [Estimate], along axes: [String] = [], shape: [Int]? = nil, _ title: String,
        _ symbol: String? = nil, unit: String? = nil
    ) {
        add(
            Quantity(
                name: name, title: title, symbol: symbol, unit: unit, shape: shape ?? [estimates.count], along: axes,
                values: estimates.map(\.mean), errors: estimates.map(\.standardError)))
    }

    package mutating func add(
        _ name: String, _ counts: [Int], along axes: [String] = [], _ title: String, _ symbol: String? = nil
    ) {
        add(
            Quantity(
                name: name, title: title, symbol: symbol, form: .count, shape: [counts.count], along: axes,
                values: counts.map(Double.init)))
    }

    /// Rows and columns of a matrix.
    package mutating func add(
        _ name: String, _ matrix: Matrix, errors: Matrix? = nil, along axes: [String] = [], _ title: String,
        _ symbol: String? = nil, unit: String? = nil, isPartial: Bool = false
    ) {
        add(
            Quantity(
                name: name, title: title, symbol: symbol, unit: unit, shape: [matrix.rows, matrix.columns], along: axes,
                values: matrix.transposed.elements, errors: errors?.transposed.elements, isPartial: isPartial))
    }

    package mutating func add(_ name: String, words: [String], along axes: [String] = [], _ title: String) {
        add(Quantity(name: name, title: title, shape: [words.count], along: axes, values: [], words: words))
    }

    package mutating func section(_ title: String, _ views: [View]) {
        if !views.isEmpty { sections.append(ViewSection(title, views)) }
    }
}
