/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FCGI_H
#define WEB_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct FCGX_Stream;
struct web;

/*
 * The FastCGI front: a fixed number of threads, each of which takes one request from accept
 * to finish. Made, stopped and freed by the main thread.
 */
struct fcgi_pool;

/*
 * Starts n threads on the listening socket (non-blocking, borrowed). The caller has blocked
 * the signals it waits for before, so that the threads never see them.
 */
struct fcgi_pool *fcgi_start(
    const struct web *web, int listen_fd, size_t n, struct err *e) MUST_CHECK;

/*
 * No further request is taken; those at hand go on. to_end: who stands in the socket's line
 * is served first, which ends only where nobody can join it any more (listener_hide()).
 */
void fcgi_stop(struct fcgi_pool *p, bool to_end);

/*
 * Waits until all threads have ended, at most drain_ms. Returns how many are still at work:
 * only when that is 0 may fcgi_free() be called and what they use be freed.
 */
size_t fcgi_drain(struct fcgi_pool *p, int64_t drain_ms);
void fcgi_free(struct fcgi_pool *p);

/*
 * Body bytes as soon as there are any: at most max; 0 at the end; -1 when the peer stalled
 * or left. For this room and its tests. Borrows the stream of an accepted request.
 */
ssize_t fcgi_read_some(struct FCGX_Stream *in, void *out, size_t max) MUST_CHECK;

#endif
