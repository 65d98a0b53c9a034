/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "dialog/loop.h"

/* Too long ago; or still to come, by a clock that was set back. */
static bool
is_old(const struct loop *l, int64_t at_s)
{
	return at_s - l->since_s > LIMIT_LOOP_S || l->since_s - at_s > LIMIT_LOOP_S;
}

bool
loop_is(const struct loop *l, const char *said, int64_t at_s)
{
	return l->times >= LIMIT_LOOP_SAME && l->said != NULL &&
	    strcmp(l->said, said) == 0 && !is_old(l, at_s);
}

bool
loop_note(struct loop *l, const char *said, const char *got, int64_t at_s)
{
	bool same;

	if (got == NULL) {
		*l = (struct loop){ 0 };
		return false;
	}
	same = l->said != NULL && l->got != NULL && strcmp(l->said, said) == 0 &&
	    strcmp(l->got, got) == 0 && l->times < LIMIT_LOOP_SAME && !is_old(l, at_s);
	if (!same)
		*l = (struct loop){ said, got, 0, at_s };
	if (++l->times < LIMIT_LOOP_SAME)
		return false;
	l->since_s = at_s;
	return true;
}
