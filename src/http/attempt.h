/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_ATTEMPT_H
#define HTTP_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/attr.h"
#include "base/err.h"
#include "http/http.h"

/* One try of a call: what curl's callbacks fill. For this room only. */
struct attempt {
	struct http_resp resp; /* the caller's, http_resp_fini() */
	CURL *curl;
	const int *into_fd; /* where the body of a 2xx goes; NULL: to resp.body */
	size_t max; /* bytes of that body */
	int64_t ms; /* time it was given */
	bool too_big;
	http_address_fn *address_ok; /* NULL: any address will do */
	bool address_refused, address_tried; /* what it said */
	int file_errno; /* why the file took no more; 0: it did */
};

/*
 * Empties what an earlier try has left in the file, and hands the callbacks to curl.
 * ERR_IO when the file cannot be emptied.
 */
bool attempt_begin(
    struct attempt *t, CURL *curl, const struct http_req *q, struct err *e) MUST_CHECK;

#endif
