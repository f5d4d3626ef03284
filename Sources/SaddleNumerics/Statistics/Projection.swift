/// Parts of vectors that an orthonormal basis does not span, by modified Gram–Schmidt: twice, to the last digit.
package enum Projection {
    package static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    package static func rest(_ vector: [Double], beside basis: [[Double]]) -> [Double] { parts(vector, beside: basis).rest }

    /// Also what lies along each vector of the basis.
    static func parts(_ vector: [Double], beside basis: [[Double]]) -> (along: [Double], rest: [Double]) {
        var rest = vector, along = [Double](repeating: 0, count: basis.count)
        for _ in 0..<2 {
            for (k, direction) in basis.enumerated() {
                let overlap = dot(rest, direction)
                along[k] += overlap
                for i in rest.indices { rest[i] -= overlap * direction[i] }
            }
        }
        return (along, rest)
    }

    /// The unit vector of what a basis does not span; nil if that is nothing but rounding.
    package static func direction(_ vector: [Double], beside basis: [[Double]]) -> [Double]? {
        let rest = rest(vector, beside: basis)
        let (size, whole) = (dot(rest, rest).squareRoot(), dot(vector, vector).squareRoot())
        return size > 1e-9 * whole ? rest.map { $0 / size } : nil
    }
}
