/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "dialog/said.h"

/*
 * What the code point becomes: itself, '\n' for every line end, 0 when it is dropped.
 */
static uint32_t
kept(uint32_t c, char following)
{
	if (c == '\r')
		return following == '\n' ? 0 : '\n';
	if (c == '\n' || c == '\t')
		return c;
	return c < 0x20 || c == 0x7f ? 0 : c;
}

static char *
clean(struct arena *a, const char *text, size_t max)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(max);
	size_t n = strlen(text), pos = 0, end = 0;

	while (pos < n && buf_ok(&out)) {
		uint32_t c = utf8_next(text, n, &pos);

		c = kept(c, text[pos]); /* at the end: the NUL */
		if (c == 0 || (out.len == 0 && utf8_is_blank(c)))
			continue;
		utf8_put(&out, c);
		if (buf_ok(&out) && !utf8_is_blank(c))
			end = out.len;
	}
	if (!buf_ok(&out))
		LOG(LOG_INFO, "dialog", "message cut", LI("bytes", n), LI("kept", max));
	return arena_strndup(a, out.data, utf8_shows(out.data, end) ? end : 0);
}

char *
said_clean(struct arena *a, const char *text)
{
	return clean(a, text, LIMIT_USER_TEXT);
}

char *
said_whole(struct arena *a, const char *text)
{
	return clean(a, text, LIMIT_HTML);
}

/* Between two letters, so that folding leaves its punctuation. */
const char *
said_key(struct arena *a, const char *text)
{
	const char *framed = arena_printf(a, "x%sx", text);

	return fold_text(a, framed, strlen(framed));
}

bool
said_is(struct arena *a, const char *said, const char *word)
{
	return *word != '\0' && strcmp(said_key(a, word), said_key(a, said)) == 0;
}
