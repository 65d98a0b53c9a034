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
	static const char prefix[] = "twilio-";
	char *id = arena_alloc(a, sizeof(prefix) + strlen(to) + 1 + strlen(from));
	char *p = id;

	memcpy(p, prefix, sizeof(prefix) - 1);
	p = put_plain(p + sizeof(prefix) - 1, to);
	*p++ = '-';
	p = put_plain(p, from);
	*p = '\0';
	return id;
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
