/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answer's HTML, in each style, and as a label. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "fuzz/fuzz.h"
#include "render/html.h"
#include "support/split_check.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const struct buf *b, size_t source)
{
	must(buf_ok(b));
	must(b->len <= 8 * source + 64);
	must(utf8_valid(b->data, b->len));
	must(strlen(b->data) == b->len);
	must(strstr(b->data, "\n\n\n") == NULL);
	must(strstr(b->data, " \n") == NULL && strstr(b->data, "\n ") == NULL);
	must(strstr(b->data, "  ") == NULL);
	if (b->len > 0) {
		must(b->data[0] != ' ' && b->data[0] != '\n');
		must(b->data[b->len - 1] != ' ' && b->data[b->len - 1] != '\n');
	}
	for (size_t pos = 0; pos < b->len;) {
		uint32_t c = utf8_next(b->data, b->len, &pos);

		must(c == '\n' || (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0)));
		must(c == ' ' || c == '\n' || !utf8_is_blank(c));
	}
}

/* Fit for a TwiML document and for whoever fetches it. */
static void
check_media(const struct render_media *m)
{
	must(m->n <= LIMIT_ANSWER_MEDIA);
	for (size_t i = 0; i < m->n; i++) {
		size_t len = strlen(m->urls[i]);

		must(len > strlen("http://") && len <= LIMIT_URL);
		must(strncasecmp(m->urls[i], "http://", 7) == 0 ||
		    strncasecmp(m->urls[i], "https://", 8) == 0);
		for (size_t k = 0; k < len; k++)
			must(m->urls[i][k] > ' ' && m->urls[i][k] < 0x7f);
		for (size_t k = 0; k < i; k++)
			must(strcmp(m->urls[i], m->urls[k]) != 0);
	}
}

/* Emphasis that is cut, or is not: with room for all it is as if it had been written. */
static void
check_marks(const char *html, size_t size, const char *written)
{
	static const struct render_whole how = { .style = RENDER_WHATSAPP,
		.raw_marks = true };
	const struct channel tiny = { .name = "tiny", .max_units = 30 };
	const struct channel wide = { .name = "wide", .max_units = SIZE_MAX / 2 };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf raw = BUF_INIT(8 * LIMIT_HTML);
	const char *const *parts;
	size_t n;

	render_whole(&raw, html, size, &how);
	parts = channel_split(&tiny, a, raw.data, &n);
	must(split_marks_wrong(&tiny, raw.data, parts, n) == NULL);
	parts = channel_split(&wide, a, raw.data, &n);
	must(n == (raw.len > 0));
	must(n == 0 || strcmp(parts[0], written) == 0);
}

static void
check_on(const char *address, const char *html, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8 * LIMIT_HTML);
	const struct channel *c = channel_of(address);
	struct render_media media = { .arena = a, .shows = c->shows };
	const struct render_whole how = { .style = c->style,
		.italic = true,
		.url = "https://a.example",
		.media = &media };

	render_html(&b, html, size, c->style, &media);
	check(&b, size);
	check_media(&media);
	buf_reset(&b);
	render_whole(&b, html, size, &how);
	check(&b, size);
	must(b.len > 0);
	check_media(&media);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8 * LIMIT_HTML);
	const char *html = (const char *)data;

	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	render_html(&b, html, size, RENDER_PLAIN, NULL);
	check(&b, size);
	buf_reset(&b);
	render_html(&b, html, size, RENDER_WHATSAPP, NULL);
	check(&b, size);
	check_marks(html, size, b.data);
	buf_reset(&b);
	render_label(&b, html, size);
	check(&b, size);
	must(memchr(b.data, '\n', b.len) == NULL);
	check_on("+1", html, size);
	check_on("whatsapp:+1", html, size);
	return 0;
}
