/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H

#include <curl/curl.h>

#include "base/attr.h"
#include "http/http.h"

/*
 * The body of a multipart/form-data request as curl wants it: reads the files while they
 * are sent, and again from their beginning when curl has to send again. Belongs to one try.
 * For this room only.
 */
struct http_form {
	curl_mime *mime; /* NULL: the request has no parts */
	struct http_file *files;
};

/* The parts and their texts are copied; the files stay the caller's and open. */
struct http_form http_form_new(CURL *curl, const struct http_req *q) MUST_CHECK;
void http_form_fini(struct http_form *f); /* after the call */

/* Why a file could not be read; 0 when all went well. */
int http_form_errno(const struct http_form *f, size_t n_parts) MUST_CHECK;

#endif
