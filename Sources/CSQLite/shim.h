#include <sqlite3.h>

// A macro with a cast, which Swift cannot import: SQLite copies what it is given.
static inline sqlite3_destructor_type saddle_sqlite_transient(void) { return SQLITE_TRANSIENT; }
