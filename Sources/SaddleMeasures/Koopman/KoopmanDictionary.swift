import Numerics
import SaddleNumerics

/// Functions of a state in whose span a Koopman operator is sought.
public enum KoopmanDictionary: Sendable, Equatable {
    /// The coordinates: plain dynamic mode decomposition.
    case linear
    /// The coordinates and a constant.
    case affine
    /// Products of coordinates with these exponents.
    case monomials([[Int]])
    /// All products up to this degree, the constant among them.
    case polynomials(degree: Int)
    /// A constant, the coordinates, and sines and cosines of each with periods of its range and a half over 1, 2, … `order`.
    case fourier(order: Int)
    /// A constant, the coordinates, and cos(w·x/s + b) with w normal and b uniform, s the deviation of each coordinate.
    case random(count: Int, scale: Double, seed: Int)

    /// Whether noise of all its functions is alike, as a threshold for singular values asks for.
    public var isLinear: Bool { self == .linear }

    /// How many functions of so many coordinates; nil if they are beyond counting.
    public func count(of dimension: Int) -> Int? {
        switch self {
        case .linear: return dimension
        case .affine: return dimension + 1
        case .monomials(let exponents): return exponents.count
        case .polynomials(let degree):
            // C(D + degree, degree)
            var total = 1.0
            for k in 1...max(degree, 1) where k <= degree { total = total * Double(dimension + k) / Double(k) }
            return total < 1e9 ? Int(total.rounded()) : nil
        case .fourier(let order): return 1 + dimension * (1 + 2 * order)
        case .random(let count, _, _): return 1 + dimension + count
        }
    }

    /// The functions, made for the range and deviation of the given states.
    public func functions(for states: Matrix) -> KoopmanFunctions { KoopmanFunctions(self, states) }
}

/// Functions of a state, ready to be evaluated.
public struct KoopmanFunctions: Sendable {
    /// Which functions these are.
    public let dictionary: KoopmanDictionary
    private let exponents: [[Int]]
    private let low, range, deviation: [Double]
    private let directions: Matrix
    private let phases: [Double]

    fileprivate init(_ dictionary: KoopmanDictionary, _ states: Matrix) {
        self.dictionary = dictionary
        let (n, d) = (states.rows, states.columns)
        var (low, range, deviation): ([Double], [Double], [Double]) = ([], [], [])
        for j in 0..<d {
            let column = states.elements[j * n..<(j + 1) * n], least = column.min() ?? 0, most = column.max() ?? 0
            let mean = column.reduce(0, +) / Double(max(n, 1))
            let square = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(n, 1))
            low.append(least)
            // A coordinate that does not vary has no range of its own.
            range.append(most > least ? 1.5 * (most - least) : 1)
            deviation.append(square > 0 ? square.squareRoot() : 1)
        }
        (self.low, self.range, self.deviation) = (low, range, deviation)
        switch dictionary {
        case .linear, .affine, .fourier: exponents = []
        case .monomials(let given): exponents = given
        case .polynomials(let degree): exponents = Self.exponents(dimension: d, degree: degree)
        case .random: exponents = []
        }
        if case .random(let count, let scale, let seed) = dictionary {
            var stream = RandomStream(seed: seed, .koopmanFeatures)
            var directions = stream.normals(rows: d, columns: count)
            directions.scaleRows(by: deviation.map { scale / $0 })
            self.directions = directions
            phases = (0..<count).map { _ in 2 * .pi * stream.uniform() }
        } else {
            (directions, phases) = (Matrix(rows: d, columns: 0), [])
        }
    }

    /// Of all degrees up to `degree`, by degree.
    private static func exponents(dimension: Int, degree: Int) -> [[Int]] {
        var all = [[Int](repeating: 0, count: dimension)], last = all
        for _ in 0..<degree {
            // Raise only coordinates from the last raised one on: every product once.
            last = last.flatMap { powers in
                ((powers.lastIndex { $0 > 0 } ?? 0)..<dimension).map { j in
                    var next = powers
                    next[j] += 1
                    return next
                }
            }
            all += last
        }
        return all
    }

    /// One state a row; one function a column.
    public func values(_ x: Matrix) -> Matrix {
        let n = x.rows
        let constant = Matrix(rows: n, columns: 1, repeating: 1)
        switch dictionary {
        case .linear: return x
        case .affine: return joined(constant, x)
        case .monomials, .polynomials:
            return Matrix(rows: n, columns: exponents.count) { i, k in
                var product = 1.0
                for (j, power) in exponents[k].enumerated() { for _ in 0..<power { product *= x[i, j] } }
                return product
            }
        case .fourier(let order):
            let waves = Matrix(rows: n, columns: 2 * order * x.columns) { i, k in
                let (j, wave) = (k / (2 * order), k % (2 * order))
                let angle = 2 * .pi * Double(wave / 2 + 1) * (x[i, j] - low[j]) / range[j]
                return wave % 2 == 0 ? .cos(angle) : .sin(angle)
            }
            return joined(joined(constant, x), waves)
        case .random:
            var waves = x * directions
            for k in phases.indices { for i in 0..<n { waves[i, k] = .cos(waves[i, k] + phases[k]) } }
            return joined(joined(constant, x), waves)
        }
    }

    private func joined(_ a: Matrix, _ b: Matrix) -> Matrix {
        var all = a
        all.appendColumns(of: b)
        return all
    }
}
