import CSaddle

extension Float {
    static func take(_ table: PositionTable, _ rows: Int, _ samples: Int, _ x: [Float], into y: inout [Float]) {
        sd_single_take_positions(
            rows, samples, table.inputs, table.outputs, table.starts, table.positions, table.singleWeights, x, &y)
    }

    static func giveBack(
        _ table: PositionTable, _ rows: Int, _ samples: Int, _ gradient: [Float], keeping: Bool, into y: inout [Float]
    ) {
        sd_single_return_positions(
            rows, samples, table.inputs, table.outputs, table.starts, table.positions, table.singleWeights, gradient,
            keeping ? 1 : 0, &y)
    }

    static func normalize(_ x: [Float], _ rows: Int, into y: inout [Float], inverse: inout [Float]) -> Int? {
        let flat = sd_single_normalize(rows, inverse.count, x, &y, &inverse)
        return flat < 0 ? nil : flat
    }

    static func normalizeBack(
        _ value: [Float], inverse: [Float], gradient: [Float], _ rows: Int, keeping: Bool, into y: inout [Float]
    ) {
        sd_single_normalize_back(rows, inverse.count, value, inverse, gradient, keeping ? 1 : 0, &y)
    }

    static func attend(
        _ shape: HeadShape, query: [Float], key: [Float], value: [Float], shares: inout [Float], into y: inout [Float]
    ) {
        sd_single_attend(
            shape.components, shape.heads, shape.tokens, shape.samples, shape.isCausal ? 1 : 0, query, key, value, &shares, &y)
    }

    static func attendBack(
        _ shape: HeadShape, query: [Float], key: [Float], value: [Float], shares: [Float], gradient: [Float],
        intoQuery: inout [Float], key intoKey: inout [Float], value intoValue: inout [Float]
    ) {
        sd_single_attend_back(
            shape.components, shape.heads, shape.tokens, shape.samples, query, key, value, shares, gradient, &intoQuery,
            &intoKey, &intoValue)
    }
}
