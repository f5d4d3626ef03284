#include "CDigits.h"

// C23's #embed puts the file itself into the program: nothing to find at run time, no generated source to keep in step.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char digits[] = {
#embed "digits.csv.gz"
};

const unsigned char *sd_digits(size_t *count) {
    *count = sizeof digits;
    return digits;
}
