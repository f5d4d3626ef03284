#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RadialCoulombGas {
    /// The radii of one configuration at β = 2, drawn independently (Kostlan 1992), the innermost in the mean first.
    public func radii(_ stream: inout RandomStream) -> [Double] {
        precondition(beta == 2, "radii are independent at β = 2 only, not at \(beta)")
        return (1...charges).map { radius(of: stream.gamma(shape: 2 * Double($0) / trapPower)) }
    }

    /// The gas itself, for any β and trap: Metropolis's moves of single charges.
    public struct Chain: Sendable {
        /// Charges, trap and β.
        public let gas: RadialCoulombGas
        /// Places of the charges.
        public private(set) var x, y: [Double]
        /// Moves that were accepted, of those tried.
        public private(set) var accepted = 0
        /// Moves that were tried, one for each charge and sweep.
        public private(set) var tried = 0
        private var stream: RandomStream
        private let step: Double

        /// Starts with charges spread over the disc on a spiral.
        ///
        /// - Parameter step: the deviation of a move, in units of the distance 1/√N of neighbours.
        public init(_ gas: RadialCoulombGas, step: Double = 0.7, stream: RandomStream) {
            self.gas = gas
            self.stream = stream
            let n = Double(gas.charges)
            self.step = step / (n * max(gas.beta / 2, 1)).squareRoot()
            let golden = Double.pi * (3 - 5.0.squareRoot())
            let places = (0..<gas.charges).map { k -> (Double, Double) in
                let (r, φ) = (pow((Double(k) + 0.5) / n, 1 / gas.trapPower), golden * Double(k))
                return (r * cos(φ), r * sin(φ))
            }
            (x, y) = (places.map(\.0), places.map(\.1))
        }

        /// Distances of the charges from the centre, in their order.
        public var radii: [Double] { zip(x, y).map { ($0 * $0 + $1 * $1).squareRoot() } }

        /// Tries to move every charge once: O(N²).
        public mutating func sweep() {
            let (n, β, p) = (gas.charges, gas.beta, gas.trapPower)
            let moves = stream.normals(2 * n)
            func trap(_ x: Double, _ y: Double) -> Double { pow(x * x + y * y, p / 2) * Double(n) / p }
            for i in 0..<n {
                let (newX, newY) = (x[i] + step * moves[2 * i], y[i] + step * moves[2 * i + 1])
                let pairs = logDistances(from: i, newX, newY)
                let gain = β * (pairs - trap(newX, newY) + trap(x[i], y[i]))
                tried += 1
                if gain >= 0 || log(stream.uniform()) < gain {
                    (x[i], y[i]) = (newX, newY)
                    accepted += 1
                }
            }
        }

        /// Σ_j log(|z′ − z_j|/|z_i − z_j|), with one logarithm for every eight pairs.
        private func logDistances(from i: Int, _ newX: Double, _ newY: Double) -> Double {
            let (oldX, oldY) = (x[i], y[i])
            return x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    var sum = 0.0
                    var j = 0
                    while j < x.count {
                        var (above, below) = (1.0, 1.0)
                        for k in j..<min(j + 8, x.count) where k != i {
                            let (a, b, c, d) = (newX - x[k], newY - y[k], oldX - x[k], oldY - y[k])
                            above *= a * a + b * b
                            below *= c * c + d * d
                        }
                        sum += log(above / below)
                        j += 8
                    }
                    return sum / 2
                }
            }
        }
    }
}
