/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_MEDIA_URL_H
#define RENDER_MEDIA_URL_H

#include "base/buf.h"

enum media_url {
	MEDIA_URL_OK,
	MEDIA_URL_NONE, /* no address, one within the page, or not of the web */
	MEDIA_URL_INLINE, /* data:, the medium itself */
	MEDIA_URL_LONG /* more than LIMIT_URL when encoded */
};

/*
 * The address of a medium, http or https with a host; "//host/…" is taken for https. Only
 * MEDIA_URL_OK appends: to text what a phone shows, as a link's target; to url the same for
 * machines: ASCII only, percent-encoded where the author was not strict.
 */
enum media_url media_url(const char *src, struct buf *text, struct buf *url);

#endif
