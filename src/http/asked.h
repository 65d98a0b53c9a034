/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_ASKED_H
#define HTTP_ASKED_H

#include <curl/curl.h>

#include "base/attr.h"

struct http_form;
struct http_req;

/* What is asked for, in curl's words. For this room only. The lists are the caller's. */
struct curl_slist *asked_headers(const struct http_req *q) MUST_CHECK;

/* For any host and port of a URL; NULL: as the URL says. */
struct curl_slist *asked_connect_to(const struct http_req *q) MUST_CHECK;

/* Method and body; the form outlives the call. */
void asked_method(CURL *c, const struct http_req *q, const struct http_form *form);

#endif
