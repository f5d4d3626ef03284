// The bundled handwritten digits, as the bytes of a gzip-compressed CSV file. Origin and licence: see README.md beside digits.c.
#ifndef CDIGITS_H
#define CDIGITS_H
#include <stddef.h>

extern const unsigned char *sd_digits(size_t *count);

#endif
