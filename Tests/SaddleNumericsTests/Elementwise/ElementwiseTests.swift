// The vector kernels of CSaddle. Shows that every function is accurate to a few units in the last place for every double,
// also at the ends of its range, and that the bits do not depend on the instruction set, on the position in the buffer or
// on whether the output overwrites the input. A wrong coefficient, a lost rounding term or a fused multiply-add would show.
import CSaddle
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

typealias Elementwise = @Sendable (UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>) -> Void

func evaluate(_ function: Elementwise, _ x: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { out, count in
        function(x, x.count, out.baseAddress!)
        count = x.count
    }
}

/// Distance of `a` from the reference in units of the last place of the reference; 0 if both are NaN.
func unitsInLastPlace(_ a: Double, from reference: Double) -> Double {
    if a == reference || (a.isNaN && reference.isNaN) { return 0 }
    guard a.isFinite, reference.isFinite else { return .infinity }
    return abs(a - reference) / reference.ulp
}

struct ElementaryFunction: Sendable, CustomTestStringConvertible {
    let name: String
    let kernel: Elementwise
    let table: [ElementwiseReference.Row]
    /// The largest error found by a search over 10⁸ arguments, rounded up, in units of the last place.
    let bound: Double
    let isOdd: Bool
    var testDescription: String { name }

    static let all: [ElementaryFunction] = [
        .init(name: "tanh", kernel: sd_tanh, table: ElementwiseReference.tanh, bound: 2.6, isOdd: true),
        .init(name: "erf", kernel: sd_erf, table: ElementwiseReference.erf, bound: 3.4, isOdd: true),
        .init(name: "exp", kernel: sd_exp, table: ElementwiseReference.exp, bound: 1.1, isOdd: false),
        .init(name: "log", kernel: sd_log, table: ElementwiseReference.log, bound: 0.9, isOdd: false),
        .init(name: "log1p", kernel: sd_log1p, table: ElementwiseReference.log1p, bound: 1.5, isOdd: false),
        .init(name: "sin", kernel: sd_sin, table: ElementwiseReference.sin, bound: 2.5, isOdd: true),
        .init(name: "cos", kernel: sd_cos, table: ElementwiseReference.cos, bound: 2.5, isOdd: false),
        .init(name: "sigmoid", kernel: sd_sigmoid, table: ElementwiseReference.sigmoid, bound: 2.4, isOdd: false),
    ]
}

/// Arguments of every size and sign, and uniform ones where the functions vary.
func sampleArguments(_ count: Int, stream: UInt64) -> [Double] {
    var words = [UInt64](repeating: 0, count: 2 * count)
    sd_words(20, stream, 0, words.count, &words)
    return (0..<count).map { i in
        let fraction = Double(words[2 * i + 1] >> 11) * 0x1p-53
        return switch i % 4 {
        case 0: Double(bitPattern: words[2 * i])
        case 1: 6 * fraction - 3
        case 2: 1500 * fraction - 750
        default:
            Double(
                sign: words[2 * i] & 1 == 0 ? .plus : .minus, exponent: -50 + Int(words[2 * i] >> 58), significand: 1 + fraction)
        }
    }
}

@Suite struct ElementwiseTests {
    @Test(arguments: ElementaryFunction.all)
    func agreesWithTable(_ f: ElementaryFunction) {
        let values = evaluate(f.kernel, f.table.map(\.x))
        for (row, value) in zip(f.table, values) {
            let error = unitsInLastPlace(value, from: row.value)
            // Half a unit more, since the table is rounded.
            #expect(error <= f.bound + 0.5, "\(f.name)(\(row.x)) = \(value), not \(row.value): \(error) ulp")
        }
        if f.isOdd {
            #expect(evaluate(f.kernel, f.table.map { -$0.x }) == values.map { -$0 })
        }
    }

    #if arch(x86_64) && os(Linux)
        @Test(arguments: ElementaryFunction.all)
        func agreesWithLongDouble(_ f: ElementaryFunction) {
            let oracle: (Float80) -> Float80 =
                switch f.name {
                case "tanh": { Glibc.tanh($0) }
                case "erf": { Glibc.erf($0) }
                case "exp": { Glibc.exp($0) }
                case "log": { Glibc.log($0) }
                case "log1p": { Glibc.log1p($0) }
                case "sin": { Glibc.sin($0) }
                case "cos": { Glibc.cos($0) }
                default: { 1 / (1 + Glibc.exp(-$0)) }
                }
            let x = sampleArguments(100_000, stream: 1)
            var (worst, place) = (0.0, 0.0)
            for (x, value) in zip(x, evaluate(f.kernel, x)) {
                let exact = oracle(Float80(x))
                let rounded = Double(exact)
                var error = unitsInLastPlace(value, from: rounded)
                if error < 100, rounded.isFinite, value.isFinite {
                    error = Double(abs(Float80(value) - exact) / Float80(rounded.ulp))
                }
                if error > worst { (worst, place) = (error, x) }
            }
            #expect(worst <= f.bound, "\(f.name)(\(place)) is off by \(worst) ulp")
        }
    #endif

    @Test func specialArguments() {
        let x: [Double] = [.nan, .infinity, -.infinity, 0, -0.0, -1, -2, 1e300, -1e300]
        let infinity = Double.infinity, nan = Double.nan
        let expected: [(Elementwise, [Double])] = [
            (sd_tanh, [nan, 1, -1, 0, -0.0, -0x1.85efab514f394p-1, -0x1.ed9505e1bc3d4p-1, 1, -1]),
            (sd_erf, [nan, 1, -1, 0, -0.0, -0x1.af767a741088bp-1, -0x1.fd9ae142795e3p-1, 1, -1]),
            (sd_exp, [nan, infinity, 0, 1, 1, 0x1.78b56362cef38p-2, 0x1.152aaa3bf81ccp-3, infinity, 0]),
            (sd_log, [nan, infinity, nan, -infinity, -infinity, nan, nan, 0x1.5963447f87fb5p+9, nan]),
            (sd_log1p, [nan, infinity, nan, 0, -0.0, -infinity, nan, 0x1.5963447f87fb5p+9, nan]),
            (sd_sigmoid, [nan, 1, 0, 0.5, 0.5, 0x1.136561454ba86p-2, 0x1.e84152bac31afp-4, 1, 0]),
            (sd_sin, [nan, nan, nan, 0, -0.0]),
            (sd_cos, [nan, nan, nan, 1, 1]),
        ]
        for (kernel, expected) in expected {
            for ((x, value), expected) in zip(zip(x, evaluate(kernel, x)), expected) {
                #expect(unitsInLastPlace(value, from: expected) <= 4, "f(\(x)) = \(value), not \(expected)")
                #expect(value.isNaN || value.sign == expected.sign, "sign of f(\(x)) = \(value)")
            }
        }
    }

    /// Also inside one block with ordinary arguments, which stay as they were.
    @Test func largeAnglesAreThoseOfLibm() {
        let x = (0..<200).map { $0 % 7 == 3 ? Double($0) * 1e7 : Double($0) }
        let plain = (0..<200).map(Double.init)
        for (kernel, library) in [(sd_sin, sin), (sd_cos, cos)] as [(Elementwise, (Double) -> Double)] {
            let (mixed, ordinary) = (evaluate(kernel, x), evaluate(kernel, plain))
            for i in x.indices { #expect(mixed[i] == (x[i] > 0x1p20 ? library(x[i]) : ordinary[i])) }
        }
    }

    /// Buffers of every length up to three blocks, in place and not, give what single numbers give.
    @Test(arguments: ElementaryFunction.all)
    func lengthAndPlaceDoNotMatter(_ f: ElementaryFunction) {
        let x = sampleArguments(200, stream: 2)
        let single = x.map { evaluate(f.kernel, [$0])[0].bitPattern }
        for length in 0...x.count {
            var buffer = Array(x[..<length]) + [7]
            buffer.withUnsafeMutableBufferPointer { f.kernel($0.baseAddress!, length, $0.baseAddress!) }
            #expect(buffer[..<length].map(\.bitPattern).elementsEqual(single[..<length]), "\(f.name), length \(length)")
            #expect(buffer[length] == 7)
        }
    }

    /// The numbers below came out of builds for SSE2, AVX2 and AVX-512 alike; another one means that some machine or compiler
    /// does not round as IEEE 754 says, or contracts. (Angles stay small, since libm's bits do vary.)
    @Test func bitsAreTheSameOnEveryMachine() {
        let x = sampleArguments(20_000, stream: 3).map { abs($0) > 0x1p20 ? 0.001 * $0.significand : $0 }
        let hashes = ElementaryFunction.all.map { f in
            evaluate(f.kernel, x).reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
                ($0 ^ ($1.isNaN ? 0 : $1.bitPattern)) &* 0x100_0000_01b3
            }
        }
        #expect(hashes == Self.hashes, "\(hashes)")
    }

    static let hashes: [UInt64] = [
        5_296_110_019_483_055_533, 13_387_525_298_193_966_228, 11_433_102_850_184_048_649, 1_952_225_879_839_028_714,
        18_136_557_491_621_245_142, 16_090_821_037_781_523_360, 2_498_125_996_748_890_312, 2_879_290_075_029_217_594,
    ]
}
