/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answer's HTML, in each style, and as a label. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "render/html.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8 * LIMIT_HTML);
	const char *html = (const char *)data;

	render_init();
	render_html(&b, html, size, RENDER_PLAIN, NULL);
	check(&b, size);
	buf_reset(&b);
	render_html(&b, html, size, RENDER_WHATSAPP, NULL);
	check(&b, size);
	buf_reset(&b);
	render_label(&b, html, size);
	check(&b, size);
	must(memchr(b.data, '\n', b.len) == NULL);
	return 0;
}
