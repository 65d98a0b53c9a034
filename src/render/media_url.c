/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/limits.h"
#include "render/link.h"
#include "render/media_url.h"

/* Where the host begins; NULL: there is none, or it is not of the web. */
static const char *
host_of(const char *url)
{
	static const char *const begins[] = { "https://", "http://", "//" };

	for (size_t i = 0; i < NELEMS(begins); i++) {
		const char *host = url + strlen(begins[i]);

		if (strncasecmp(url, begins[i], strlen(begins[i])) == 0)
			return strcspn(host, "/?#\\:@") > 0 ? host : NULL;
	}
	return NULL;
}

/* The percent signs of the author stay: what he encoded is encoded. */
static void
write_encoded(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		bool plain = *s > ' ' && *s < 0x7f && strchr("\"<>\\^`{|}", *s) == NULL;

		if (plain)
			buf_chr(out, *s);
		else
			buf_printf(out, "%%%02X", (unsigned char)*s);
	}
}

enum media_url
media_url(const char *src, struct buf *text, struct buf *url)
{
	/* A blank becomes three bytes. */
	CLEANUP(buf_fini) struct buf target = BUF_INIT(3 * strlen(src) + 1);
	CLEANUP(buf_fini) struct buf encoded = BUF_INIT(LIMIT_URL);
	const char *begin = src, *scheme;

	while (*begin != '\0' && (unsigned char)*begin <= ' ')
		begin++;
	if (strncasecmp(begin, "data:", 5) == 0)
		return MEDIA_URL_INLINE;
	if (link_target(src, &target) != LINK_URL || host_of(target.data) == NULL)
		return MEDIA_URL_NONE;
	scheme = target.data[0] == '/' ? "https:" : "";
	buf_str(&encoded, scheme);
	write_encoded(&encoded, target.data);
	if (!buf_ok(&encoded))
		return MEDIA_URL_LONG;
	buf_printf(text, "%s%s", scheme, target.data);
	buf_add(url, encoded.data, encoded.len);
	return MEDIA_URL_OK;
}
