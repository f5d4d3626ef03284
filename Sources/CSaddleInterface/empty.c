#include "saddle.h"
