// Saddle for other languages: a job is started, waited for, read and released. The Python package stands on this.
//
// Ownership. Every saddle_job is released by saddle_release, every text that is not const is freed by saddle_free; const texts, and the
// numbers of arrays, belong to the job (or, where there is none, to the library) and live as long as it. Memory of the caller, files
// and texts, is read during the call that it is handed to, and never afterwards.
//
// Threads. All functions may be called from any thread, several jobs may run at once, and one job may be watched from several threads.
// A job computes on threads of its own; no function calls back. The number of threads is that of the job started last.
//
// Texts are UTF-8 and end with a zero byte; requests, events and outcomes are JSON.
#ifndef SADDLE_H
#define SADDLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct saddle_job saddle_job;

/// A file in memory, under a path of its own by which the request names it. Its content is head and then body.
typedef struct {
    const char *path;
    const void *head;
    size_t head_length;
    const void *body;
    size_t body_length;
} saddle_file;

/// An array of float64 in C order. Errors of NAME are called NAME_error.
typedef struct {
    const char *name;
    int64_t rank;
    const int64_t *shape;
    const double *values;
} saddle_array;

/// "0.1.0"
const char *saddle_version(void);

/// Starts what the request says. A request that cannot be read has an outcome like any other.
saddle_job *saddle_start(const char *request, const saddle_file *files, size_t count);

/// Waits until the job is over, at most so long. Returns whether it is.
int32_t saddle_wait(saddle_job *job, double seconds);

/// The next thing to tell the user: {"kind": "started|finished|warning|notice", "text": …, "seconds": …}; NULL if there is none now.
char *saddle_event(saddle_job *job);

/// How much of the stage is done, from 0 to 1.
double saddle_progress(saddle_job *job);

/// Asks the job to stop. What it has is kept in its run folder, and the outcome is an error of the kind "interrupted".
void saddle_stop(saddle_job *job);

/// What came out: {"answer": …} or {"summary": …}, with {"text": …, "folder": …}; {} where arrays alone are asked for; or {"error": {"kind": "input|failure|interrupted",
/// "message": …}}. NULL while the job is not over.
const char *saddle_outcome(saddle_job *job);

/// The arrays of the answer.
size_t saddle_array_count(saddle_job *job);
saddle_array saddle_array_at(saddle_job *job, size_t index);

/// The page of the answer, HTML in one file; NULL without an answer.
char *saddle_page(saddle_job *job);

/// Frees a job that is over; one that is not is stopped, and freed when it has ended.
void saddle_release(saddle_job *job);

void saddle_free(char *text);

#endif
