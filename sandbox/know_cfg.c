/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "sandbox/know_cfg.h"

bool
kcfg_bad(struct kcfg *c, const config_setting_t *at, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(512);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return err_set(c->e, ERR_CONFIG, 0, "line %u: %s",
	    at != NULL ? config_setting_source_line(at) : 1, b.data);
}

bool
kcfg_only(struct kcfg *c, config_setting_t *group, const char *names)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *m = config_setting_get_elem(group, (unsigned int)i);
		const char *name = config_setting_name(m);
		const char *hit = strstr(names, name);
		size_t n = strlen(name);

		/* `names` is " a b c ": the hit must be a whole word of it. */
		while (hit != NULL && (hit[-1] != ' ' || hit[n] != ' '))
			hit = strstr(hit + 1, name);
		if (hit == NULL)
			return kcfg_bad(c, m,
			    "\"%.40s\" is not known here; known are%s", name, names);
	}
	return true;
}

bool
kcfg_group(struct kcfg *c, const config_setting_t *s, const char *what)
{
	if (config_setting_is_group(s))
		return true;
	return kcfg_bad(c, s, "%s must be a group { … }", what);
}

/* A string setting's text into *out. */
static bool
get_text(struct kcfg *c, const config_setting_t *s, const char **out)
{
	const char *text;

	if (config_setting_type(s) != CONFIG_TYPE_STRING)
		return kcfg_bad(c, s, "must be a string");
	text = config_setting_get_string(s);
	if (!utf8_valid(text, strlen(text)))
		return kcfg_bad(c, s, "is not UTF-8");
	*out = arena_strdup(c->a, text);
	return true;
}

bool
kcfg_text(
    struct kcfg *c, const config_setting_t *group, const char *name, const char **out)
{
	const config_setting_t *s = config_setting_get_member(group, name);

	return s == NULL || get_text(c, s, out);
}

bool
kcfg_need_text(
    struct kcfg *c, const config_setting_t *group, const char *name, const char **out)
{
	*out = NULL;
	if (!kcfg_text(c, group, name, out))
		return false;
	if (*out == NULL || **out == '\0')
		return kcfg_bad(c, group, "%s is missing", name);
	return true;
}

bool
kcfg_texts(struct kcfg *c, const config_setting_t *group, const char *name,
    const char *const **out, size_t *n)
{
	const config_setting_t *s = config_setting_get_member(group, name);
	bool one = s != NULL && config_setting_type(s) == CONFIG_TYPE_STRING;
	const char **list;

	*out = NULL;
	*n = 0;
	if (s == NULL)
		return true;
	if (!one && !config_setting_is_list(s) && !config_setting_is_array(s))
		return kcfg_bad(c, s, "%s must be a string or a list of strings", name);
	*n = one ? 1 : (size_t)config_setting_length(s);
	if (*n > KCFG_TEXTS)
		return kcfg_bad(c, s, "%s has more than %d texts", name, KCFG_TEXTS);
	*out = list = arena_alloc(c->a, (*n + 1) * sizeof(*list));
	for (size_t i = 0; i < *n; i++)
		if (!get_text(c, one ? s : config_setting_get_elem(s, (unsigned int)i),
			&list[i]))
			return false;
	return true;
}

bool
kcfg_bool(struct kcfg *c, const config_setting_t *group, const char *name, bool *out)
{
	const config_setting_t *s = config_setting_get_member(group, name);

	if (s == NULL)
		return true;
	if (config_setting_type(s) != CONFIG_TYPE_BOOL)
		return kcfg_bad(c, s, "%s must be true or false", name);
	*out = config_setting_get_bool(s) != 0;
	return true;
}

bool
kcfg_need_text_or_int(struct kcfg *c, const config_setting_t *group, const char *name,
    const char **out, bool *is_number)
{
	const config_setting_t *s = config_setting_get_member(group, name);

	*is_number = s != NULL && config_setting_type(s) == CONFIG_TYPE_INT;
	if (!*is_number)
		return kcfg_need_text(c, group, name, out);
	*out = arena_printf(c->a, "%d", config_setting_get_int(s));
	return true;
}

bool
kcfg_part(struct kcfg *c, const config_setting_t *group, const char *name,
    config_setting_t **out)
{
	*out = config_setting_get_member(group, name);
	return *out == NULL || kcfg_group(c, *out, name);
}

bool
kcfg_int(struct kcfg *c, const config_setting_t *group, const char *name, int max,
    int64_t *out)
{
	const config_setting_t *s = config_setting_get_member(group, name);
	int n;

	if (s == NULL)
		return true;
	n = config_setting_get_int(s);
	if (config_setting_type(s) != CONFIG_TYPE_INT || n < 0 || n > max)
		return kcfg_bad(c, s, "%s must be a number from 0 to %d", name, max);
	*out = n;
	return true;
}

bool
kcfg_list(struct kcfg *c, const config_setting_t *group, const char *name, size_t max,
    config_setting_t **out, size_t *n)
{
	*out = config_setting_get_member(group, name);
	*n = 0;
	if (*out == NULL)
		return true;
	if (!config_setting_is_list(*out))
		return kcfg_bad(c, *out, "%s must be a list ( { … }, { … } )", name);
	*n = (size_t)config_setting_length(*out);
	if (*n > max)
		return kcfg_bad(c, *out, "%s has more than %zu entries", name, max);
	for (size_t i = 0; i < *n; i++)
		if (!kcfg_group(
			c, config_setting_get_elem(*out, (unsigned int)i), name))
			return false;
	return true;
}
