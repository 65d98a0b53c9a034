/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sandbox/inbenta_echo.h"

enum { ECHO_BYTES = 64 * 1024 };

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (size_t pos = 0, len = strlen(s); pos < len; n++)
		utf8_next(s, len, &pos);
	return n;
}

/* What was said becomes HTML, as all the bot says. */
static void
begin(struct buf *out, const char *text)
{
	buf_str(out, "You said: ");
	buf_xml(out, text, strlen(text));
}

static void
say_one(const struct saying *s, const char *text, long i, long n)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(ECHO_BYTES);

	begin(&html, text);
	if (n > 1)
		buf_printf(&html, " (%ld of %ld)", i, n);
	answers_say(s, html.data, NULL);
}

/* " 0001 0002 …" as far as there is room, then full stops. */
static void
say_long(const struct saying *s, const char *text)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(ECHO_BYTES);
	size_t n = strlen("You said: ") + characters(text);

	begin(&html, text);
	for (int i = 1; n + 5 <= ECHO_LONG; i++, n += 5)
		buf_printf(&html, " %04d", i);
	for (; n < ECHO_LONG; n++)
		buf_chr(&html, '.');
	answers_say(s, html.data, NULL);
}

bool
answers_echo(const struct saying *s, const char *text)
{
	static const char word[] = "echo", longer[] = "long ";
	char *end;
	long n = 1;

	if (strncmp(text, word, strlen(word)) != 0)
		return false;
	text += strlen(word);
	if (strncmp(text, longer, strlen(longer)) == 0) {
		say_long(s, text + strlen(longer));
		return true;
	}
	if (*text >= '1' && *text <= '9') {
		n = strtol(text, &end, 10);
		text = end;
	}
	if (*text != ' ' || n > ECHO_ANSWERS)
		return false;
	for (long i = 1; i <= n; i++)
		say_one(s, text + 1, i, n);
	return true;
}
