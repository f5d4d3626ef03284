/// Parts of vectors that an orthonormal basis does not span: what a law leaves of losses, and of one more term.
enum Projection {
    static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    static func rest(_ vector: [Double], beside basis: [[Double]]) -> [Double] {
        var rest = vector
        // Twice, to the last digit.
        for direction in basis + basis {
            let overlap = dot(rest, direction)
            for i in rest.indices { rest[i] -= overlap * direction[i] }
        }
        return rest
    }

    /// The unit vector of what a basis does not span; nil if that is nothing but rounding.
    static func direction(_ vector: [Double], beside basis: [[Double]]) -> [Double]? {
        let rest = rest(vector, beside: basis)
        let (size, whole) = (dot(rest, rest).squareRoot(), dot(vector, vector).squareRoot())
        return size > 1e-9 * whole ? rest.map { $0 / size } : nil
    }
}
