import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// A Gaussian process of vector fields: against the textbook formulas with dense inverses, exact interpolation without noise, and the coverage of its
// intervals on fields that it made itself and on a rotation of the sphere.

private let points = ExamplePoints.sphere(300)

private func modes(_ count: Int) throws -> (values: [Double], fields: Matrix) {
    let graph = try NeighbourGraph(NearestNeighbours(points, count: 15), weights: .selfTuned)
    return try ConnectionLaplacian(graph.densityCorrected(), TangentFrames(points, graph: graph, dimension: 2)).modes(count)
}

@Test func posteriorIsThatOfTheTextbook() throws {
    let (values, fields) = try modes(40)
    let process = VectorFieldProcess(values: values, fields: fields, dimension: 2, smoothness: 1.5)
    let parameters = VectorFieldProcess.Hyperparameters(lengthScale: 0.8, variance: 1.7, noise: 0.05)
    let observed = Array(stride(from: 0, to: 300, by: 7))
    var stream = RandomStream(seed: 9, .test)
    let y = stream.normals(rows: 2, columns: observed.count)
    let found = try process.posterior(observed, y, parameters)
    // s = (2ν/ℓ² + λ)^{−ν − 1}, scaled to the sum 2a; K = ΦSΦᵀ.
    let raw = values.map { pow(3 / 0.64 + $0, -2.5) }, total = raw.reduce(0, +)
    var scaled = fields
    scaled.scaleColumns(by: raw.map { 2 * 1.7 * $0 / total })
    let kernel = scaled * fields.ᵀ
    let rows = observed.flatMap { [2 * $0, 2 * $0 + 1] }
    var inner = kernel.selectingRows(rows).selectingColumns(rows)
    for i in 0..<inner.rows { inner[i, i] += 0.05 }
    let (eigenvalues, vectors) = try inner.symmetricEigen()
    var inverse = vectors
    inverse.scaleColumns(by: eigenvalues.map { 1 / $0 })
    inverse = inverse * vectors.ᵀ
    let cross = kernel.selectingColumns(rows)
    let mean = cross * (inverse * Matrix(rows: rows.count, columns: 1, elements: y.elements))
    let reduction = cross * inverse
    for row in stride(from: 0, to: 600, by: 11) {
        expectClose(found.mean.elements[row], mean.elements[row], within: 1e-8)
        let variance = kernel[row, row] - (0..<rows.count).reduce(0) { $0 + reduction[row, $1] * cross[row, $1] }
        expectClose(found.variance.elements[row], variance, within: 1e-8)
    }
    // The mean variance of a coordinate is a.
    expectClose((0..<600).reduce(0) { $0 + kernel[$1, $1] } / 600, 1.7, within: 0.02)
}

@Test func withoutNoiseWhatWasObservedIsInterpolated() throws {
    let (values, fields) = try modes(120)
    let process = VectorFieldProcess(values: values, fields: fields, dimension: 2, smoothness: 1.5)
    let observed = Array(stride(from: 0, to: 300, by: 10))
    var stream = RandomStream(seed: 10, .test)
    let y = stream.normals(rows: 2, columns: observed.count)
    let exact = try process.posterior(observed, y, .init(lengthScale: 0.5, variance: 1, noise: 0))
    for (c, i) in observed.enumerated() {
        for k in 0..<2 {
            expectClose(exact.mean[k, i], y[k, c], within: 1e-6)
            expectClose(exact.variance[k, i], 0, within: 1e-8)
        }
    }
    #expect(exact.variance[0, 5] > 0.01)
    // With noise it is not.
    let noisy = try process.posterior(observed, y, .init(lengthScale: 0.5, variance: 1, noise: 0.5))
    #expect(observed.enumerated().contains { abs(noisy.mean[0, $1] - y[0, $0]) > 0.1 })
}

@Test func fittedProcessesFindWhatMadeTheField() throws {
    let (values, fields) = try modes(100)
    let process = VectorFieldProcess(values: values, fields: fields, dimension: 2, smoothness: 1.5)
    var stream = RandomStream(seed: 11, .test)
    var weights = stream.normals(rows: 100, columns: 1)
    weights.scaleRows(by: process.spectrum(lengthScale: 0.7).map { (2 * $0).squareRoot() })
    var y = Matrix(rows: 2, columns: 300, elements: (fields * weights).elements)
    let noise = stream.normals(600)
    for i in 0..<600 { y.elements[i] += 0.2 * noise[i] }
    let (found, _) = try process.fitted(Array(0..<300), y)
    // 600 numbers know the noise to some per cent, and the few modes that matter the rest to tens of per cent.
    expectClose(found.noise, 0.04, within: 0.012)
    #expect(found.variance > 0.8 && found.variance < 5)
    #expect(found.lengthScale > 0.35 && found.lengthScale < 1.4)
    #expect(throws: VectorFieldError.zeroField) { try process.fitted([0, 1], Matrix(rows: 2, columns: 2)) }
}

@Test(arguments: FieldReconstruction.Task.allCases)
func rotationOfASphereIsContinued(_ task: FieldReconstruction.Task) throws {
    var stream = RandomStream(seed: 12, .test)
    let noise = stream.normals(rows: 300, columns: 3)
    let field = Matrix(rows: 300, columns: 3) { i, c in
        (c == 0 ? -points[i, 1] : c == 1 ? points[i, 0] : 0) + 0.1 * noise[i, c]
    }
    var settings = FieldReconstruction.Settings()
    (settings.dimension, settings.task, settings.heldOut) = (2, task, task == .inpainting ? 0.1 : 0.5)
    let found = try FieldReconstruction(points, vectors: field, settings)
    #expect(found.heldOut.count == (task == .inpainting ? 30 : 150) && found.coordinates == 2 * found.heldOut.count)
    // A rotation is one of the six lowest eigenfields: what is left is the noise, 0.01 in each coordinate of a field of mean square 2/3.
    #expect(found.error < 0.06)
    if task == .superresolution { #expect(found.error < 0.7 * found.nearestError) }
    // Nine tenths, within six standard errors.
    let error = (0.09 / Double(found.coordinates)).squareRoot()
    expectClose(found.coverage, 0.9, within: 6 * error)
    expectClose(found.parameters.noise, 0.01, within: 0.004)
    // Negative control: intervals half as wide hold 59 %.
    let half = Double(found.scores.count { abs($0) <= 1.6449 / 2 }) / Double(found.scores.count)
    withKnownIssue(isIntermittent: task == .inpainting) { expectClose(half, 0.9, within: 6 * error) }
}

@Test func fieldsThatAreNoneAreRefused() throws {
    var settings = FieldReconstruction.Settings()
    settings.dimension = 2
    #expect(throws: VectorFieldError.zeroField) {
        try FieldReconstruction(points, vectors: Matrix(rows: 300, columns: 3), settings)
    }
    settings.heldOut = 0
    #expect(throws: VectorFieldError.tooFewObserved(observed: 300, of: 300)) {
        try FieldReconstruction(points, vectors: points, settings)
    }
    var bad = points
    bad[7, 1] = .nan
    #expect(throws: VectorFieldError.self) { try FieldReconstruction(points, vectors: bad, settings) }
}
