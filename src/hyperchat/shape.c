/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "hyperchat/shape.h"

/* Moments beyond it are given in ms: it is the year 5138 in s, and 1973 in ms. */
#define MS_FROM INT64_C(100000000000)

bool
hyperchat_id_ok(const char *id)
{
	size_t n = strlen(id);

	if (n == 0 || n > LIMIT_HYPERCHAT_ID || strcmp(id, ".") == 0 ||
	    strcmp(id, "..") == 0)
		return false;
	for (; *id != '\0'; id++)
		if (*id < 0x21 || *id > 0x7e)
			return false;
	return true;
}

const char *
hyperchat_id(js *o, const char *path, struct arena *a)
{
	js *v = js_get(o, path);
	const char *text;

	if (!json_object_is_type(v, json_type_string) &&
	    !json_object_is_type(v, json_type_int))
		return NULL;
	text = json_object_get_string(v);
	return hyperchat_id_ok(text) ? arena_strdup(a, text) : NULL;
}

bool
hyperchat_truth(js *o, const char *path)
{
	return strcmp(js_str(o, path, ""), "true") == 0 ||
	    js_int_loose(o, path, 0) == 1;
}

int64_t
hyperchat_moment_ms(js *o, const char *path)
{
	js *v = js_get(o, path);
	double d =
	    json_object_is_type(v, json_type_double) ? json_object_get_double(v) : 0;
	int64_t t = js_int_loose(o, path, 0);

	/* Seconds with a fraction. */
	if (d > 0 && d < (double)MS_FROM)
		return (int64_t)(d * 1000);
	if (t <= 0 || t > MS_FROM * 1000)
		return 0;
	return t >= MS_FROM ? t : t * 1000;
}

const char *
hyperchat_text(js *o, const char *path, size_t max, struct arena *a)
{
	const char *s = js_str(o, path, "");
	size_t n = strlen(s);

	if (n > max) {
		/* Back to where a character begins: the text is well-formed UTF-8. */
		for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
			n--;
	}
	return arena_strndup(a, s, n);
}
