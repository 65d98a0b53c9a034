/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "conf/report.h"
#include "conf/setting.h"

static bool
has_outer_blank(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && (s[0] == ' ' || s[n - 1] == ' ');
}

static void
reject(struct loader *l, struct layer *layer, enum cfg_key key, const char *name,
    const char *origin, const char *why)
{
	layer->v[key].bad = true;
	report_add(l->report, CONF_ERROR, origin, "%s %s", name, why);
}

/* Enters a value that has been read, unless the layer knows the key from elsewhere. */
static void
enter(struct loader *l, struct layer *layer, enum cfg_key key, const char *name,
    const struct value *v)
{
	struct value *old = &layer->v[key];

	if (old->origin != NULL && old->from_file == v->from_file) {
		report_add(l->report, CONF_ERROR, v->origin,
		    "%s is set already, at %s: keep one of them", name, old->origin);
		return;
	}
	if (old->origin != NULL)
		report_add(l->report, CONF_WARNING, v->origin,
		    "%s is set as a value and as a file (at %s): the file wins", name,
		    old->origin);
	if (key_rows[key].flags & KEY_SECRET && has_outer_blank(v->u.s))
		report_add(l->report, CONF_WARNING, v->origin,
		    "%s begins or ends with a blank: is it copied whole?", name);
	if (old->origin == NULL || v->from_file)
		*old = *v;
}

void
setting_put(struct loader *l, struct layer *layer, enum cfg_key key, const char *name,
    const config_setting_t *set, const char *origin)
{
	struct value v = { .origin = origin };
	struct err e;

	if (value_read(&v, &key_rows[key], set, l->arena, &e))
		enter(l, layer, key, name, &v);
	else
		reject(l, layer, key, name, origin, e.text);
}

void
setting_put_text(struct loader *l, struct layer *layer, enum cfg_key key,
    const char *name, const char *text, const char *origin)
{
	struct value v = { .origin = origin };
	struct err e;

	if (value_from_text(&v, &key_rows[key], text, l->arena, &e))
		enter(l, layer, key, name, &v);
	else
		reject(l, layer, key, name, origin, e.text);
}

/* The content of a secret's file, NULL when it is unusable. */
static const char *
read_secret(struct loader *l, const char *path, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_SECRET_FILE);
	size_t n;

	if (path[0] != '/')
		return err_set(e, ERR_CONFIG, 0, "must be an absolute path"), NULL;
	if (!file_read(AT_FDCWD, path, &b, e))
		return err_wrap(e, "cannot be read"), NULL;
	n = b.len;
	n -= n > 0 && b.data[n - 1] == '\n';
	n -= n < b.len && n > 0 && b.data[n - 1] == '\r';
	if (n == 0)
		return err_set(e, ERR_CONFIG, 0, "names %s, which is empty", path),
		       NULL;
	if (memchr(b.data, '\0', n) != NULL)
		return err_set(
			   e, ERR_CONFIG, 0, "names %s, which holds a NUL byte", path),
		       NULL;
	return arena_strndup(l->arena, b.data, n);
}

void
setting_put_file(struct loader *l, struct layer *layer, enum cfg_key key,
    const char *name, const char *path, const char *origin)
{
	struct value v = { .from_file = true };
	const char *text;
	struct err e;

	if (path == NULL) {
		reject(l, layer, key, name, origin, "must be a path in double quotes");
		return;
	}
	if (*path == '\0')
		return;
	v.origin = arena_printf(l->arena, "%s, by file", origin);
	text = read_secret(l, path, &e);
	if (text == NULL)
		reject(l, layer, key, name, origin, e.text);
	else if (!value_from_text(&v, &key_rows[key], text, l->arena, &e))
		reject(l, layer, key, name, origin,
		    arena_printf(l->arena, "names %s, whose content %s", path, e.text));
	else {
		v.file = arena_strdup(l->arena, path);
		enter(l, layer, key, name, &v);
	}
}
