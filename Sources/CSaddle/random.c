#include "CSaddle.h"
#include <math.h>

static void philox(uint64_t seed, uint64_t stream, uint64_t block, uint64_t out[2]) {
    uint64_t c0 = block & 0xffffffffu, c1 = block >> 32, c2 = stream & 0xffffffffu, c3 = stream >> 32;
    uint64_t k0 = seed & 0xffffffffu, k1 = seed >> 32;
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
        uint64_t n0 = (p1 >> 32) ^ c1 ^ k0, n2 = (p0 >> 32) ^ c3 ^ k1;
        c1 = p1 & 0xffffffffu; c3 = p0 & 0xffffffffu; c0 = n0; c2 = n2;
        k0 = (k0 + 0x9E3779B9u) & 0xffffffffu; k1 = (k1 + 0xBB67AE85u) & 0xffffffffu;
    }
    out[0] = c0 | c1 << 32;
    out[1] = c2 | c3 << 32;
}

void sd_words(uint64_t seed, uint64_t stream, uint64_t first, size_t count, uint64_t *out) {
    for (size_t i = 0; i < count; i++) {
        uint64_t pair[2];
        philox(seed, stream, (first + i) / 2, pair);
        out[i] = pair[(first + i) % 2];
    }
}

void sd_normals(uint64_t seed, uint64_t stream, uint64_t first, size_t count, double *out) {
    for (size_t i = 0; i < count; i++) {
        uint64_t pair[2];
        philox(seed, stream, (first + i) / 2, pair);
        double u = ((double)(pair[0] >> 11) + 0.5) * 0x1p-53, v = (double)(pair[1] >> 11) * 0x1p-53;
        double r = sqrt(-2 * log(u)), angle = 6.283185307179586477 * v;
        out[i] = (first + i) % 2 ? r * sin(angle) : r * cos(angle);
    }
}
