import CSaddle

extension Double {
    static func take(_ table: PositionTable, _ rows: Int, _ samples: Int, _ x: [Double], into y: inout [Double]) {
        sd_take_positions(
            rows, samples, table.inputs, table.outputs, table.starts, table.positions, table.weights, x, &y)
    }

    static func giveBack(
        _ table: PositionTable, _ rows: Int, _ samples: Int, _ gradient: [Double], keeping: Bool, into y: inout [Double]
    ) {
        sd_return_positions(
            rows, samples, table.inputs, table.outputs, table.starts, table.positions, table.weights, gradient, keeping ? 1 : 0,
            &y)
    }

    static func normalize(_ x: [Double], _ rows: Int, into y: inout [Double], inverse: inout [Double]) -> Int? {
        let flat = sd_normalize(rows, inverse.count, x, &y, &inverse)
        return flat < 0 ? nil : flat
    }

    static func normalizeBack(
        _ value: [Double], inverse: [Double], gradient: [Double], _ rows: Int, keeping: Bool, into y: inout [Double]
    ) {
        sd_normalize_back(rows, inverse.count, value, inverse, gradient, keeping ? 1 : 0, &y)
    }

    static func attend(
        _ shape: HeadShape, query: [Double], key: [Double], value: [Double], shares: inout [Double], into y: inout [Double]
    ) {
        sd_attend(
            shape.components, shape.heads, shape.tokens, shape.samples, shape.isCausal ? 1 : 0, query, key, value, &shares, &y)
    }

    static func attendBack(
        _ shape: HeadShape, query: [Double], key: [Double], value: [Double], shares: [Double], gradient: [Double],
        intoQuery: inout [Double], key intoKey: inout [Double], value intoValue: inout [Double]
    ) {
        sd_attend_back(
            shape.components, shape.heads, shape.tokens, shape.samples, query, key, value, shares, gradient, &intoQuery,
            &intoKey, &intoValue)
    }
}
