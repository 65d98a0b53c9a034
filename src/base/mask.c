/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/mask.h"

/* E.164: up to 15 digits; below 7 it is a short code, which is nobody's own. */
enum { PHONE_LEAST = 7, PHONE_MOST = 15, PHONE_SHOWN = 4 };

/* What stands before a number, and how much of that goes with it. */
static const struct {
	const char *text;
	size_t dropped;
} heralds[] = {
	{ "+", 1 }, { "%2B", 3 }, { "%2b", 3 }, { "whatsapp", 0 }, { "whatsapp:", 0 },
	{ "whatsapp%3A", 0 }, { "twilio-", 0 }, /* the first number of a session's id */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '-' || c == '_';
}

static bool
ends_with(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);

	return n >= len && memcmp(s + n - len, word, len) == 0;
}

/* Whether a number may begin behind the first n bytes; *dropped of them go with it. */
static bool
is_heralded(const char *s, size_t n, size_t *dropped)
{
	for (size_t i = 0; i < NELEMS(heralds); i++)
		if (ends_with(s, n, heralds[i].text)) {
			*dropped = heralds[i].dropped;
			return true;
		}
	return false;
}

/* Two numbers with a hyphen between, as the office keeps them of a person. */
static bool
is_first_of_two(const char *s, size_t n, size_t at, size_t end)
{
	size_t i = end + 1, digits = 0;

	if ((at > 0 && is_word(s[at - 1])) || end == n || s[end] != '-')
		return false;
	if (n - i > 8 && memcmp(s + i, "whatsapp", 8) == 0)
		i += 8;
	while (i + digits < n && is_digit(s[i + digits]))
		digits++;
	return digits >= PHONE_LEAST && digits <= PHONE_MOST &&
	    end - at <= PHONE_MOST && (i + digits == n || !is_word(s[i + digits]));
}

void
mask_phones(struct buf *out, const char *text, size_t len)
{
	size_t done = 0, session_end = 0, dropped, end;

	for (size_t at = 0; at < len; at = end) {
		bool second =
		    session_end > 0 && at == session_end + 1 && text[at - 1] == '-';

		end = at + 1;
		if (!is_digit(text[at]))
			continue;
		while (end < len && is_digit(text[end]))
			end++;
		dropped = 0;
		if (!second && !is_heralded(text, at, &dropped) &&
		    !is_first_of_two(text, len, at, end))
			continue;
		session_end = dropped == 0 && !second ? end : 0;
		if (end - at < PHONE_LEAST || end - at > PHONE_MOST)
			continue;
		buf_add(out, text + done, at - dropped - done);
		buf_chr(out, '*');
		done = end - PHONE_SHOWN;
	}
	buf_add(out, text + done, len - done);
}

void
mask_phone(struct buf *out, const char *text, size_t len)
{
	size_t digits = 0;

	while (digits < len && is_digit(text[digits]))
		digits++;
	if (digits < len || digits < PHONE_LEAST || digits > PHONE_MOST) {
		mask_phones(out, text, len);
		return;
	}
	buf_chr(out, '*');
	buf_add(out, text + len - PHONE_SHOWN, PHONE_SHOWN);
}

static bool
is_mail_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c != '\0' && strchr(".!#$*+-/^_`{|}~'", c) != NULL) ||
	    (unsigned char)c >= 0x80;
}

/* How long the sign at the beginning is; 0: there is none. */
static size_t
at_sign(const char *s, size_t n)
{
	if (n > 0 && s[0] == '@')
		return 1;
	return n > 2 && memcmp(s, "%40", 3) == 0 ? 3 : 0;
}

/* A name of one letter would be told whole; and half a character is none. */
static void
put_name(struct buf *out, const char *name, size_t n)
{
	size_t first = 1;

	while (first < n && ((unsigned char)name[first] & 0xc0) == 0x80)
		first++;
	if (first < n)
		buf_add(out, name, first);
	buf_str(out, "***");
}

void
mask_mails(struct buf *out, const char *text, size_t len)
{
	size_t done = 0, name = 0; /* where what may be a name begins */

	for (size_t i = 0; i < len; i++) {
		size_t sign = at_sign(text + i, len - i);

		if (sign > 0 && i > name && i + sign < len &&
		    is_mail_char(text[i + sign])) {
			buf_add(out, text + done, name - done);
			put_name(out, text + name, i - name);
			done = i;
			i += sign - 1;
			name = i + 1;
		} else if (!is_mail_char(text[i])) {
			name = i + 1;
		}
	}
	buf_add(out, text + done, len - done);
}
