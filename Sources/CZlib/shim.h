#include <zlib.h>

// A macro in zlib.h, which Swift cannot import.
static inline int saddle_inflateInit2(z_stream *stream, int windowBits) { return inflateInit2(stream, windowBits); }
