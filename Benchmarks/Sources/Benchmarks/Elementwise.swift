import CSaddle
import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Benchmark {
    /// Elementary functions and activations on 4096 numbers in cache, and random numbers, beside the C library.
    static let elementwise = Benchmark(
        name: "elementwise", summary: "elementary functions, activations and random numbers, beside the C library"
    ) { recorder in
        let count = 4096
        var stream = RandomStream(seed: 1, .test)
        let x = stream.normals(count)
        // Positive arguments for the logarithms.
        let positive = x.map { $0 * $0 + 1e-3 }
        try functions(recorder, x, positive)
        for phi in Activation.named { activation(recorder, phi, x) }
        random(recorder, count)
    }

    private typealias Kernel = (UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>) -> Void

    private static func functions(_ recorder: Recorder, _ x: [Double], _ positive: [Double]) throws {
        let functions: [(name: String, kernel: Kernel, library: @convention(c) (Double) -> Double, x: [Double])] = [
            ("tanh", sd_tanh, { tanh($0) }, x), ("erf", sd_erf, { erf($0) }, x), ("exp", sd_exp, { exp($0) }, x),
            ("log", sd_log, { log($0) }, positive), ("log1p", sd_log1p, { log1p($0) }, positive), ("sin", sd_sin, { sin($0) }, x),
            ("cos", sd_cos, { cos($0) }, x), ("sigmoid", sd_sigmoid, { 1 / (1 + exp(-$0)) }, x),
        ]
        var out = [Double](repeating: 0, count: x.count)
        for f in functions {
            f.kernel(f.x, f.x.count, &out)
            for (x, y) in zip(f.x, out) {
                let expected = f.library(x)
                try recorder.check(abs(y - expected) <= 5 * expected.ulp, "\(f.name)(\(x)) = \(y), the C library has \(expected)")
            }
            recorder.measure(f.name, per: "element", work: Double(x.count)) { f.kernel(f.x, f.x.count, &out) }
            recorder.measure("\(f.name), C library", per: "element", work: Double(x.count)) {
                let library = f.library
                out.withUnsafeMutableBufferPointer { out in
                    f.x.withUnsafeBufferPointer { x in for i in x.indices { out[i] = library(x[i]) } }
                }
            }
        }
    }

    private static func activation(_ recorder: Recorder, _ phi: Activation, _ x: [Double]) {
        var (value, slope) = (x, x)
        value.withUnsafeMutableBufferPointer { value in
            slope.withUnsafeMutableBufferPointer { slope in
                x.withUnsafeBufferPointer { x in
                    _ = recorder.measure("\(phi.name) and slope", per: "element", work: Double(x.count)) {
                        phi.apply(to: x, value: value, derivative: slope)
                    }
                }
            }
        }
    }

    private static func random(_ recorder: Recorder, _ count: Int) {
        var normals = [Double](repeating: 0, count: count)
        var words = [UInt64](repeating: 0, count: count)
        recorder.measure("normals", per: "number", work: Double(count)) { sd_normals(1, 2, 0, count, &normals) }
        recorder.measure("random words", per: "word", work: Double(count)) { sd_words(1, 2, 0, count, &words) }
        recorder.measure("one random word", per: "word", work: 1) { sd_words(1, 2, 7, 1, &words) }
    }
}
