// Philox 4×32-10 (Salmon, Moraes, Dror, Shaw 2011), a random function of a counter and a key: number i of a stream can be
// had without the numbers before it. The key is the seed, the counter the pair (block, stream); a block is two 64-bit words.
#include "CSaddle.h"
#include "vector.h"

typedef struct { uint64_t low, high; } word_pair;

// 64-bit lanes that hold 32-bit values, so that the compiler uses the vector multiply 32 × 32 → 64.
CORE word_pair philox(uint64_t seed, uint64_t stream, uint64_t block) {
    const uint64_t mask = 0xffffffffu;
    uint64_t c0 = block & mask, c1 = block >> 32, c2 = stream & mask, c3 = stream >> 32;
    uint64_t k0 = seed & mask, k1 = seed >> 32;
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        uint64_t n0 = (p1 >> 32) ^ c1 ^ k0, n2 = (p0 >> 32) ^ c3 ^ k1;
        c1 = p1 & mask;
        c3 = p0 & mask;
        c0 = n0;
        c2 = n2;
        k0 = (k0 + 0x9E3779B9u) & mask;
        k1 = (k1 + 0xBB67AE85u) & mask;
    }
    return (word_pair){c0 | c1 << 32, c2 | c3 << 32};
}

/// The middle of one of 2⁵² equal parts of [0, 1], chosen by the upper bits: never 0 or 1, and exact.
CORE double uniform(uint64_t word) { return from_bits(word >> 12 | 0x3ff0000000000000u) - (1 - 0x1p-53); }

/// Box and Muller: two independent standard normals, at most 8.6 in size.
CORE circular normal_pair(word_pair words) {
    double radius = __builtin_elementwise_sqrt(-2 * log_normal(uniform(words.low)));
    double turn = 4 * uniform(words.high), shifted = turn + ROUND;  // the angle in units of π/2
    circular direction = sincos_reduced((turn - (shifted - ROUND)) * 0x1.921fb54442d18p+0, bits(shifted));
    return (circular){radius * direction.sin, radius * direction.cos};
}

void sd_philox(uint64_t seed, uint64_t stream, uint64_t block, uint64_t words[2]) {
    word_pair pair = philox(seed, stream, block);
    words[0] = pair.low;
    words[1] = pair.high;
}

void sd_normals_from_words(const uint64_t words[2], double normals[2]) {
    circular pair = normal_pair((word_pair){words[0], words[1]});
    normals[0] = pair.cos;
    normals[1] = pair.sin;
}

static void one_normal_pair(uint64_t seed, uint64_t stream, uint64_t block, double normals[2]) {
    uint64_t words[2];
    sd_philox(seed, stream, block, words);
    sd_normals_from_words(words, normals);
}

// 2·BLOCK numbers at once.
CLONES static void many_words(uint64_t seed, uint64_t stream, uint64_t block, uint64_t *out) {
    EACH(i) {
        word_pair pair = philox(seed, stream, block + (uint64_t)i);
        out[2 * i] = pair.low;
        out[2 * i + 1] = pair.high;
    }
}

CLONES static void many_normals(uint64_t seed, uint64_t stream, uint64_t block, double *out) {
    word_pair words[BLOCK];
    EACH(i) words[i] = philox(seed, stream, block + (uint64_t)i);
    EACH(i) {
        circular pair = normal_pair(words[i]);
        out[2 * i] = pair.cos;
        out[2 * i + 1] = pair.sin;
    }
}

// A few numbers come one pair at a time; many come in chunks, straight into the output or, at both ends of the range,
// cut out of a chunk of their own. The two ways give the same bits.
#define FILL(name, number, one_pair, many) \
    void name(uint64_t seed, uint64_t stream, uint64_t first, size_t count, number *out) { \
        number chunk[2 * BLOCK]; \
        while (count > 0) { \
            size_t skipped = first % 2, taken; \
            if (count <= 4) { \
                one_pair(seed, stream, first / 2, chunk); \
                *out = chunk[skipped]; \
                taken = 1; \
            } else if (skipped || count < 2 * BLOCK) { \
                many(seed, stream, first / 2, chunk); \
                taken = 2 * BLOCK - skipped < count ? 2 * BLOCK - skipped : count; \
                memcpy(out, chunk + skipped, taken * sizeof(number)); \
            } else { \
                many(seed, stream, first / 2, out); \
                taken = 2 * BLOCK; \
            } \
            first += taken; \
            out += taken; \
            count -= taken; \
        } \
    }

FILL(sd_words, uint64_t, sd_philox, many_words)
FILL(sd_normals, double, one_normal_pair, many_normals)
