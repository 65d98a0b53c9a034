/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_COUNTED_H
#define HTTP_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

/* Numbers of calls (base/metrics.h). `what` is http_req's: its first word is the upstream. */

/* One try has ended. sent: some of it may have reached the server. */
void counted_try(const char *what, CURLcode rc, long status, bool sent, int64_t ms);
void counted_retry(const char *what);

/* So many connections were opened for what went out last on the handle. */
void counted_connections(const char *what, CURL *curl);

#endif
