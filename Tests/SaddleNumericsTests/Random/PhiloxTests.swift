// The random words and normals of CSaddle. Shows that the words are Philox's, that the normals are what Box and Muller
// make of them, and that number i depends on nothing but seed, stream and i. Catches a wrong round constant, a chunk that
// starts at the wrong block, or a path (few numbers, many numbers) with other bits than the rest.
import CSaddle
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func words(seed: UInt64, stream: UInt64, first: UInt64, _ count: Int) -> [UInt64] {
    [UInt64](unsafeUninitializedCapacity: count) { out, filled in
        sd_words(seed, stream, first, count, out.baseAddress!)
        filled = count
    }
}

func normals(seed: UInt64, stream: UInt64, first: UInt64, _ count: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { out, filled in
        sd_normals(seed, stream, first, count, out.baseAddress!)
        filled = count
    }
}

@Suite struct PhiloxTests {
    /// The known-answer vectors published with Random123 (file kat_vectors, philox4x32 10).
    @Test func knownAnswers() {
        typealias Vector = (counter: [UInt64], key: [UInt64], words: [UInt64])
        let vectors: [Vector] = [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ]
        for (counter, key, expected) in vectors {
            var pair: [UInt64] = [0, 0]
            sd_philox(key[0] | key[1] << 32, counter[2] | counter[3] << 32, counter[0] | counter[1] << 32, &pair)
            #expect(pair == [expected[0] | expected[1] << 32, expected[2] | expected[3] << 32])
        }
    }

    @Test func wordsAreTheBlocksInOrder() {
        let (seed, stream) = (UInt64(0x1234_5678_9abc_def0), UInt64(0xfedc_ba98_7654_3210))
        // Across the carry into the upper half of the counter too.
        let starts: [UInt64] = [0, 0xffff_ffd7]
        for start in starts {
            var expected: [UInt64] = []
            for block in start..<start + 300 {
                var pair: [UInt64] = [0, 0]
                sd_philox(seed, stream, block, &pair)
                expected += pair
            }
            #expect(words(seed: seed, stream: stream, first: 2 * start, 600) == expected)
        }
    }

    @Test func normalsAreBoxMullerOfTheWords() {
        let count = 10_000
        let w = words(seed: 3, stream: 4, first: 0, count), z = normals(seed: 3, stream: 4, first: 0, count)
        for i in stride(from: 0, to: count, by: 2) {
            // The middles of 2⁵² equal parts of [0, 1].
            let u = (Double(w[i] >> 12) + 0.5) * 0x1p-52, v = (Double(w[i + 1] >> 12) + 0.5) * 0x1p-52
            let r: Double = (-2 * log(u)).squareRoot(), angle = 2 * Double.pi * v
            // The angle itself is rounded, by up to 2ε.
            let tolerance = 4 * r * Double.ulpOfOne
            #expect(abs(z[i] - r * cos(angle)) <= tolerance)
            #expect(abs(z[i + 1] - r * sin(angle)) <= tolerance)
        }
    }

    /// The uniform number is never 0, where the logarithm is infinite, nor 1.
    @Test func extremeWordsGiveFiniteNormals() {
        let largest = (106 * log(2.0)).squareRoot()  // u = 2⁻⁵³
        let (quarter, end) = (UInt64(1) << 62, UInt64.max)
        let radii: [UInt64] = [0, 0xfff, 0x1000, end / 2, end - 0x1000, end]
        let angles: [UInt64] = [0, quarter / 2, quarter - 1, quarter, 2 * quarter - 1, 2 * quarter, 3 * quarter, end]
        for radius in radii {
            for angle in angles {
                var z: [Double] = [0, 0]
                sd_normals_from_words([radius, angle], &z)
                let r = (z[0] * z[0] + z[1] * z[1]).squareRoot()
                #expect(r > 0, "\(z)")
                #expect(r <= largest + 1e-14, "\(z)")
                if radius <= 0xfff { #expect(abs(r - largest) <= 1e-14) }
            }
        }
    }

    /// Every count and offset, few and many, odd and even.
    @Test func numberDependsOnItsIndexOnly() {
        let allWords = words(seed: 9, stream: 1, first: 0, 1200), allNormals = normals(seed: 9, stream: 1, first: 0, 1200)
        for first in 0..<150 {
            for count in [1, 2, 3, 4, 5, 63, 64, 127, 128, 129, 255, 256, 257, 400 + first] {
                #expect(words(seed: 9, stream: 1, first: UInt64(first), count)[...] == allWords[first..<first + count])
                #expect(normals(seed: 9, stream: 1, first: UInt64(first), count)[...] == allNormals[first..<first + count])
            }
        }
    }

    /// These numbers came out of builds for SSE2, AVX2 and AVX-512 alike.
    @Test func bitsAreTheSameOnEveryMachine() {
        let hash = normals(seed: 5, stream: 7, first: 0, 20_000).reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ $1.bitPattern) &* 0x100_0000_01b3
        }
        #expect(hash == 10_148_799_662_429_190_341)
    }
}
