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

enum { SHORT_CODE = 8 }; /* digits at most */

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

/* Digits alone are a short code; ones of a phone's length are a number without its plus. */
static bool
lacks_plus(const char *text)
{
	const char *number = text + strlen(channel_of(text)->prefix);
	size_t digits = strspn(number, "0123456789");

	return digits > SHORT_CODE && number[digits] == '\0';
}

static int
check_address(const struct opts *o, const char *text)
{
	if (!is_address(text))
		return opts_wrong(o,
		    "no address; +34600111222 and whatsapp:+34600111222 are some",
		    text);
	if (lacks_plus(text))
		return opts_wrong(
		    o, "the + before the country's code is missing", text);
	return EXIT_SUCCESS;
}

int
people_pair(const struct opts *o, const char *user, const char *ours)
{
	int status = check_address(o, user);

	if (status == EXIT_SUCCESS)
		status = check_address(o, ours);
	if (status == EXIT_SUCCESS && channel_of(user) != channel_of(ours))
		return opts_wrong(o,
		    "one is of WhatsApp, the other is not: whatsapp: stands before both "
		    "or neither",
		    ours);
	return status;
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
