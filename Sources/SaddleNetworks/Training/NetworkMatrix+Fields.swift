import SaddleModels

// What fields of several positions, normalisation and attention ask beside products and activations.
extension NetworkMatrix {
    /// `self ← scale · other`
    mutating func set(_ other: NetworkMatrix, scale: Double) {
        require(other.rows, other.columns)
        Number.set(&elements, other.elements, scale: scale)
    }

    /// Positions of `source`, sample by sample. `self` may be read with K of them in a column.
    mutating func take(_ table: PositionTable, of source: NetworkMatrix, _ samples: Int) {
        precondition(
            source.columns == samples * table.inputs && elements.count == source.rows * samples * table.outputs,
            "\(table.outputs) of \(table.inputs) positions: \(rows)×\(columns) of \(source.rows)×\(source.columns)")
        Number.take(table, source.rows, samples, source.elements, into: &elements)
    }

    /// The transposed map, from the gradient of what ``take(_:of:_:)`` made to that of what it took.
    mutating func giveBack(_ table: PositionTable, _ gradient: NetworkMatrix, _ samples: Int, keeping: Bool) {
        precondition(
            columns == samples * table.inputs && gradient.elements.count == rows * samples * table.outputs,
            "\(table.outputs) of \(table.inputs) positions: \(gradient.rows)×\(gradient.columns) of \(rows)×\(columns)")
        Number.giveBack(table, rows, samples, gradient.elements, keeping: keeping, into: &elements)
    }

    /// `self ← (x − mean)/s`, `inverse ← 1/s`, column by column; returns the first column without variation, which becomes 0.
    mutating func setNormalized(_ x: NetworkMatrix, inverse: inout NetworkMatrix) -> Int? {
        require(x.rows, x.columns)
        inverse.require(1, columns)
        return Number.normalize(x.elements, rows, into: &elements, inverse: &inverse.elements)
    }

    mutating func addNormalizationGradient(
        _ value: NetworkMatrix, inverse: NetworkMatrix, gradient: NetworkMatrix, keeping: Bool
    ) {
        value.require(rows, columns)
        gradient.require(rows, columns)
        inverse.require(1, columns)
        Number.normalizeBack(
            value.elements, inverse: inverse.elements, gradient: gradient.elements, rows, keeping: keeping, into: &elements)
    }

    /// `self ← Σ_t softmax_t(q·k/√d_k) v_t` in each head.
    mutating func attend(
        _ shape: HeadShape, query: NetworkMatrix, key: NetworkMatrix, value: NetworkMatrix, shares: inout NetworkMatrix
    ) {
        require(shape.components * shape.heads, shape.tokens * shape.samples)
        require(query.rows, query.columns)
        require(key.rows, key.columns)
        require(value.rows, value.columns)
        shares.require(shape.tokens * shape.tokens, shape.heads * shape.samples)
        Number.attend(
            shape, query: query.elements, key: key.elements, value: value.elements, shares: &shares.elements, into: &elements)
    }

    static func attendBack(
        _ shape: HeadShape, query: NetworkMatrix, key: NetworkMatrix, value: NetworkMatrix, shares: NetworkMatrix,
        gradient: NetworkMatrix, intoQuery: inout NetworkMatrix, key intoKey: inout NetworkMatrix,
        value intoValue: inout NetworkMatrix
    ) {
        intoQuery.require(gradient.rows, gradient.columns)
        intoKey.require(gradient.rows, gradient.columns)
        intoValue.require(gradient.rows, gradient.columns)
        Number.attendBack(
            shape, query: query.elements, key: key.elements, value: value.elements, shares: shares.elements,
            gradient: gradient.elements, intoQuery: &intoQuery.elements, key: &intoKey.elements, value: &intoValue.elements)
    }

    /// The same numbers with every `count` neighbouring columns as one.
    func joiningColumns(_ count: Int) -> NetworkMatrix {
        if count == 1 { return self }
        var result = self
        result.reshape(rows: rows * count, columns: columns / count)
        return result
    }

    /// The same numbers with every column as `count`.
    func splittingColumns(_ count: Int) -> NetworkMatrix {
        var result = self
        result.reshape(rows: rows / count, columns: columns * count)
        return result
    }

    /// Changes the matrix while every `count` neighbouring columns are one.
    mutating func withJoinedColumns(_ count: Int, _ body: (inout NetworkMatrix) -> Void) {
        if count == 1 { return body(&self) }
        let shape = (rows, columns)
        reshape(rows: rows * count, columns: columns / count)
        body(&self)
        reshape(rows: shape.0, columns: shape.1)
    }

    /// Every group of `size` columns `times` times.
    func repeatingColumns(_ size: Int, _ times: Int) -> NetworkMatrix {
        var result = NetworkMatrix(rows: rows, columns: columns * times)
        let length = rows * size
        for group in 0..<columns / max(size, 1) {
            for copy in 0..<times {
                let start = (group * times + copy) * length
                result.elements.replaceSubrange(
                    start..<start + length, with: elements[group * length..<(group + 1) * length])
            }
        }
        return result
    }
}
