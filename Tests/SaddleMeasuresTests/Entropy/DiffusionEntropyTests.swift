import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Entropy in bits: closed forms (one place 0, c clusters log₂ c, n far points log₂ n), and numpy 2.4.6 on twelve points,
//     w = |eigvalsh(G/√(deg degᵀ))|ᵗ, −Σ p log₂ p
// A missing power, a natural logarithm or another normalisation of the kernel would each be seen.

private let twelve = ExamplePoints.twelve
private let classes = [0, 0, 1, 1, 2, 2, 2, 0, 1, 1, 0, 2]

/// n points in a row, each `distance` apart; `copies` of each, `spread` apart.
private func clusters(_ n: Int, copies: Int, distance: Double, spread: Double) -> Matrix {
    var stream = RandomStream(seed: 4, .test)
    let noise = stream.normals(rows: n * copies, columns: 2)
    return Matrix(rows: n * copies, columns: 2) { i, c in (c == 0 ? distance * Double(i / copies) : 0) + spread * noise[i, c] }
}

@Test func entropyOfClustersCountsThem() throws {
    expectClose(try DiffusionEntropy.bits(Matrix(rows: 30, columns: 4, repeating: 3), bandwidth: 10), 0, within: 1e-12)
    for time in [1.0, 3, 8] {
        let four = clusters(4, copies: 16, distance: 1000, spread: 1e-3)
        expectClose(try DiffusionEntropy.bits(four, bandwidth: 10, time: time), 2, within: 1e-5)
        let far = clusters(64, copies: 1, distance: 1000, spread: 0)
        expectClose(try DiffusionEntropy.bits(far, bandwidth: 10, time: time), 6, within: 1e-12)
    }
    // Where clusters are as wide as the bandwidth there is more to tell apart.
    #expect(try DiffusionEntropy.bits(clusters(4, copies: 16, distance: 1000, spread: 10), bandwidth: 10) > 2.5)
}

@Test func entropyOfTwelvePointsIsThatOfNumpy() throws {
    let expected: [(Double, Double, Double)] = [
        (0.5, 1, 3.184701018115343), (0.5, 2, 2.738961868994627), (0.5, 5, 1.9250277630895813), (1, 1, 2.2669321034259644),
        (1, 2, 1.373734173420708), (1, 5, 0.6568621042686745),
    ]
    for (bandwidth, time, bits) in expected {
        expectClose(try DiffusionEntropy.bits(twelve, bandwidth: bandwidth, time: time), bits, within: 1e-12)
    }
    let sweep = try EntropySweep(twelve, bandwidths: [0.5, 1], times: [1, 2, 5])
    for (k, row) in expected.enumerated() { expectClose(sweep.bits[k / 3, k % 3], row.2, within: 1e-12) }
}

@Test func binnedEntropyIsThatOfNumpy() {
    // Four bins, np.minimum(((X − lo)/(hi − lo)·4).astype(int), 3), counts of rows.
    let binned = BinnedEntropy(twelve, bins: 4, classes: classes)
    #expect(binned.cells == 10)
    expectClose(binned.bits, 3.2516291673878226, within: 1e-13)
    expectClose(binned.information!, 1.2516291673878226, within: 1e-13)
    // A coordinate that does not vary tells nothing.
    let flat = Matrix(rows: 6, columns: 2, elements: [0, 0, 0, 1, 1, 1, 7, 7, 7, 7, 7, 7])
    #expect(BinnedEntropy(flat, bins: 10) == BinnedEntropy(flat.leading(rows: 6, columns: 1), bins: 10))
    expectClose(BinnedEntropy(flat, bins: 10).bits, 1, within: 1e-15)
}

@Test func informationOfAConstantLabelIsZeroAndOfClustersTheirNumber() throws {
    let four = clusters(4, copies: 16, distance: 1000, spread: 1e-3), settings = EntropyMeasurement.Settings()
    for points in [four, twelve] {
        let zero = try EntropyMeasurement.information(points, [Array(0..<points.rows)], bandwidth: 1, settings, draw: 0)
        #expect(zero == 0)
    }
    // Each class one cluster: S(A|b) = 0, and a draw of 16 of 64 nearly always has all four, though not equally many.
    let known = try EntropyMeasurement(four, classes: (0..<64).map { $0 / 16 }, settings)
    #expect(known.information!.mean > 1.7 && known.information!.mean <= 2)
    #expect(known.information!.standardError < 0.1 && known.information!.count == 5)
    // Classes that have nothing to do with the points: as good as a draw, whose error it must not exceed.
    let unrelated = try EntropyMeasurement(four, classes: (0..<64).map { $0 % 4 }, settings)
    #expect(abs(unrelated.information!.mean) < 0.3)
    #expect(try EntropyMeasurement(four, classes: [Int](repeating: 1, count: 64), settings).information == nil)
}

@Test func subsamplesEstimateWithTheirError() throws {
    var stream = RandomStream(seed: 6, .test)
    let points = stream.normals(rows: 600, columns: 3)
    var settings = EntropyMeasurement.Settings()
    (settings.bandwidth, settings.samples, settings.draws) = (0.5, 200, 8)
    let some = try EntropyMeasurement(points, settings)
    #expect(some.size == 200 && some.entropy.count == 8 && some.entropy.standardError > 0)
    // Entropies of 200 points each by other draws.
    settings.seed = 77
    let others = try EntropyMeasurement(points, settings)
    let error =
        (some.entropy.standardError * some.entropy.standardError + others.entropy.standardError * others.entropy.standardError)
        .squareRoot()
    expectClose(some.entropy.mean, others.entropy.mean, within: 6 * error)
    // Of more points there is more to tell apart: the number of points is part of what is reported.
    settings.samples = 600
    let all = try EntropyMeasurement(points, settings)
    #expect(all.entropy.standardError == 0 && all.entropy.mean > some.entropy.mean + 10 * error)
    settings.isRelative = true
    #expect(throws: EntropyError.noDistance) { try EntropyMeasurement(Matrix(rows: 5, columns: 2, repeating: 1), settings) }
    #expect(throws: EntropyError.tooFewPoints(1)) { try EntropyMeasurement(Matrix(rows: 1, columns: 2), settings) }
}
