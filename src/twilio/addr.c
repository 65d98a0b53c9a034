/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "twilio/addr.h"

/* Appends the address at p without every ":+" and "+"; returns the new end. */
static char *
put_plain(char *p, const char *address)
{
	for (const char *s = address; *s != '\0'; s++) {
		if (*s == '+' || (*s == ':' && s[1] == '+'))
			continue;
		*p++ = *s;
	}
	return p;
}

const char *
twilio_session_id(struct arena *a, const char *to, const char *from)
{
	static const char prefix[] = TWILIO_SESSION_PREFIX;
	char *id = arena_alloc(a, sizeof(prefix) + strlen(to) + 1 + strlen(from));
	char *p = id;

	memcpy(p, prefix, sizeof(prefix) - 1);
	p = put_plain(p + sizeof(prefix) - 1, to);
	*p++ = '-';
	p = put_plain(p, from);
	*p = '\0';
	return id;
}

/* Short codes have up to six digits and no plus (Twilio, "Short codes"). */
enum { SHORT_CODE_DIGITS = 6, PHONE_DIGITS = 15 };

/* "whatsapp34600111222" -> "whatsapp:+34600111222", whose word is *word bytes long. */
static const char *
whole_address(struct arena *a, const char *plain, size_t n, size_t *word)
{
	size_t digits;

	for (*word = 0; *word < n && plain[*word] >= 'a' && plain[*word] <= 'z';)
		++*word;
	digits = n - *word;
	for (size_t i = *word; i < n; i++)
		if (plain[i] < '0' || plain[i] > '9')
			return NULL;
	if (digits < 3 || digits > PHONE_DIGITS)
		return NULL;
	if (*word > 0)
		return arena_printf(
		    a, "%.*s:+%.*s", (int)*word, plain, (int)digits, plain + *word);
	return arena_printf(
	    a, "%s%.*s", digits > SHORT_CODE_DIGITS ? "+" : "", (int)digits, plain);
}

bool
twilio_session_addresses(
    struct arena *a, const char *id, const char **to, const char **from)
{
	static const char prefix[] = TWILIO_SESSION_PREFIX;
	const char *first = id + sizeof(prefix) - 1, *dash, *ours, *user;
	size_t word, same;

	if (strncmp(id, prefix, sizeof(prefix) - 1) != 0)
		return false;
	dash = strchr(first, '-');
	if (dash == NULL)
		return false;
	ours = whole_address(a, first, (size_t)(dash - first), &word);
	user = whole_address(a, dash + 1, strlen(dash + 1), &same);
	if (ours == NULL || user == NULL || word != same ||
	    strncmp(first, dash + 1, word) != 0)
		return false;
	*to = ours;
	*from = user;
	return true;
}

bool
twilio_addr_ok(const char *address)
{
	size_t n = address != NULL ? strlen(address) : 0;

	/* A blank in front is a '+' that was not encoded. */
	if (n == 0 || n > LIMIT_ADDRESS || address[0] == ' ' || address[n - 1] == ' ')
		return false;
	for (const char *s = address; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

bool
twilio_sid_ok(const char *sid)
{
	size_t n = sid != NULL ? strlen(sid) : 0;

	if (n == 0 || n > LIMIT_SID)
		return false;
	for (const char *s = sid; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}
