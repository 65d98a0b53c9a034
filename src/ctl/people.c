/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/people.h"
#include "ctl/screen.h"
#include "http/url.h"
#include "twilio/addr.h"

/* A number, or a sender that is a name; botline takes more than a person should type. */
static bool
is_address(const char *text)
{
	const char *number = text + strlen(channel_of(text)->prefix);

	if (!twilio_addr_ok(text) || *number == '\0')
		return false;
	return *number != '+' ||
	    (number[1] != '\0' && number[1 + strspn(number + 1, "0123456789")] == '\0');
}

int
people_pair(const struct opts *o, const char *user, const char *ours)
{
	if (!is_address(user))
		return opts_wrong(o,
		    "no address; +34600111222 and whatsapp:+34600111222 are some",
		    user);
	if (!is_address(ours))
		return opts_wrong(o,
		    "no address; +34600111222 and whatsapp:+34600111222 are some",
		    ours);
	if (channel_of(user) != channel_of(ours))
		return opts_wrong(o,
		    "one is of WhatsApp, the other is not: whatsapp: stands before both "
		    "or neither",
		    ours);
	return EXIT_SUCCESS;
}

static bool
is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
	    c == 0x7f;
}

int
people_text(const char *word, struct buf *out)
{
	int status = EXIT_SUCCESS;

	if (strcmp(word, "-") == 0) {
		status = screen_read(word, out);
		if (out->len > 0 && out->data[out->len - 1] == '\n')
			buf_truncate(out, out->len - 1);
	} else {
		buf_str(out, word);
	}
	if (status != EXIT_SUCCESS)
		return status;
	if (!buf_ok(out))
		return ctl_fail(EX_DATAERR, "the text is too long");
	if (!utf8_valid(out->data, out->len))
		return ctl_fail(EX_DATAERR, "the text is not UTF-8");
	for (size_t i = 0; i < out->len; i++)
		if (is_control(out->data[i]))
			return ctl_fail(EX_DATAERR, "the text has control characters");
	return EXIT_SUCCESS;
}

bool
people_media_ok(const char *url)
{
	struct http_url parsed;
	struct err e;

	for (const char *p = url; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	return strlen(url) <= LIMIT_URL && http_url_parse(url, true, &parsed, &e);
}
