import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// N spins that store random patterns by products of P different spins, and its heat bath: spins one after another.
///
///     hᵢ = Σ_μ ξᵢ^μ ê_{P−1}(ξ^μ_jσ_j, j ≠ i),   P(σᵢ = 1) = 1/(1 + e^{−2hᵢ/T}),   E = −(1/P) Σᵢ σᵢhᵢ
///
/// ê_k is the elementary symmetric polynomial over the number of its terms. Patterns are never stored: what a spin knows of them, K bits, is made
/// anew from a stream of random numbers at every visit; kept are the K overlaps Σ_j ξ^μ_jσ_j. The first pattern is all ones, as one may choose
/// by turning spins round.
public struct SpinNetwork: Sendable {
    /// N
    public let size: Int
    /// P
    public let order: Int
    /// K, the first one included.
    public let patterns: Int
    /// T ≥ 0
    public let temperature: Double
    /// σ, ±1 each.
    public private(set) var spins: [Int]
    /// Σ_j ξ^μ_jσ_j, and what a pattern with a bit adds to the field, by that sum, the spin and the bit.
    private var overlaps: [Int32]
    private let contributions: [Double]
    private var bits: [UInt64]
    private let stream: @Sendable (_ spin: Int) -> RandomStream
    private var noise: RandomStream

    /// - Parameters:
    ///   - load: α̃, the mean number of other patterns over binom(N − 1, P − 1); rounded at random, up or down.
    ///   - start: overlap with the first pattern that every spin has independently.
    public init(size: Int, order: Int, load: Double, temperature: Double, start: Double, seed: Int, sample: Int) {
        precondition(
            size >= order && order >= 2 && load >= 0 && temperature >= 0 && abs(start) <= 1, "size \(size), order \(order)")
        (self.size, self.order, self.temperature) = (size, order, temperature)
        let loadKey = Int(bitPattern: UInt(truncatingIfNeeded: load.bitPattern))
        noise = RandomStream(seed: seed, .spinDynamics, size, order, loadKey, sample)
        patterns = 1 + Int((load * Self.capacity(size: size, order: order) + noise.uniform()).rounded(.down))
        stream = { RandomStream(seed: seed, .storedPatterns, size, order, loadKey, sample, $0) }
        contributions = Self.contributions(size: size, order: order)
        var noise = noise
        spins = (0..<size).map { _ in noise.uniform() < (1 + start) / 2 ? 1 : -1 }
        self.noise = noise
        overlaps = [Int32](repeating: 0, count: patterns)
        bits = [UInt64](repeating: 0, count: (patterns + 63) / 64)
        for i in 0..<size {
            readBits(of: i)
            addOverlaps(spins[i])
        }
    }

    /// binom(N − 1, P − 1): how many patterns are the load 1.
    public static func capacity(size: Int, order: Int) -> Double {
        (1..<order).reduce(1) { $0 * Double(size - $1) / Double($1) }
    }

    /// Overlap with the first pattern.
    public var overlap: Double { Double(spins.reduce(0, +)) / Double(size) }

    /// The fields of all spins in the present state.
    public mutating func fields() -> [Double] {
        (0..<size).map { i in
            readBits(of: i)
            return field(of: spins[i])
        }
    }

    /// ξ of every pattern at a spin.
    package mutating func patternSigns(at spin: Int) -> [Int] {
        readBits(of: spin)
        return (0..<patterns).map { bits[$0 / 64] >> UInt64($0 % 64) & 1 == 1 ? 1 : -1 }
    }

    /// One visit to every spin.
    ///
    /// - Returns: how many turned, and the energy per spin: of each spin in its new state.
    public mutating func sweep() -> (flips: Int, energy: Double) {
        var flips = 0, sum = 0.0
        for i in 0..<size {
            readBits(of: i)
            let h = field(of: spins[i]), old = spins[i]
            if temperature > 0 {
                spins[i] = noise.uniform() * (1 + exp(-2 * h / temperature)) < 1 ? 1 : -1
            } else if h != 0 {
                spins[i] = h > 0 ? 1 : -1
            }
            if spins[i] != old {
                flips += 1
                addOverlaps(spins[i] - old)
            }
            sum += Double(spins[i]) * h
        }
        return (flips, -sum / Double(order * size))
    }

    /// ê_{P−1} for N − 1 products with the sum S: (n − k) ê_{k+1} = S ê_k − k ê_{k−1}.
    static func symmetricMean(order: Int, size: Int, sum: Int) -> Double {
        let n = Double(size - 1), s = Double(sum)
        var (before, value) = (0.0, 1.0)
        for k in 0..<order - 1 { (before, value) = (value, (s * value - Double(k) * before) / (n - Double(k))) }
        return value
    }

    /// At 4(S + N) + 2·(σ > 0) + bit: ξê(S − ξσ).
    private static func contributions(size: Int, order: Int) -> [Double] {
        (0..<4 * (2 * size + 1)).map { index in
            let (sum, σ, ξ) = (index / 4 - size, index & 2 == 0 ? -1 : 1, index & 1 == 0 ? -1 : 1)
            let others = sum - ξ * σ
            return abs(others) < size ? Double(ξ) * symmetricMean(order: order, size: size, sum: others) : 0
        }
    }

    private mutating func readBits(of spin: Int) {
        var stream = stream(spin)
        bits.withUnsafeMutableBufferPointer { stream.fillWords($0) }
        bits[0] |= 1
    }

    private mutating func addOverlaps(_ change: Int) {
        let change = Int32(change)
        overlaps.withUnsafeMutableBufferPointer { overlaps in
            for (w, word) in bits.enumerated() {
                var word = word
                for μ in 64 * w..<min(64 * (w + 1), overlaps.count) {
                    overlaps[μ] &+= word & 1 == 1 ? change : -change
                    word >>= 1
                }
            }
        }
    }

    private func field(of spin: Int) -> Double {
        let offset = 4 * size + (spin > 0 ? 2 : 0)
        return contributions.withUnsafeBufferPointer { table in
            overlaps.withUnsafeBufferPointer { overlaps in
                var sum = 0.0
                for (w, word) in bits.enumerated() {
                    var word = word
                    for μ in 64 * w..<min(64 * (w + 1), overlaps.count) {
                        sum += table[4 &* Int(overlaps[μ]) &+ offset &+ Int(word & 1)]
                        word >>= 1
                    }
                }
                return sum
            }
        }
    }
}
