/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/js.h"
#include "conf/conf_inner.h"
#include "conf/explain.h"
#include "conf/notation.h"

#define VARIABLE_BYTES 160

static bool
find(const char *name, enum cfg_key *key, struct err *e)
{
	char near[128];

	*key = key_find(name);
	if (*key != CFG_KEYS)
		return true;
	*key = key_find_secret_file(name);
	if (*key != CFG_KEYS)
		return err_set(e, ERR_INPUT, 0,
		    "%s names the file of a secret, its key is %s", name,
		    key_rows[*key].key);
	if (key_is_group(name))
		return err_set(e, ERR_INPUT, 0,
		    "%s is a group of keys, not one: botlinectl config dump shows all",
		    name);
	if (key_nearest(name, near, sizeof(near)))
		return err_set(
		    e, ERR_INPUT, 0, "no such key: %s (did you mean %s?)", name, near);
	return err_set(e, ERR_INPUT, 0, "no such key: %s", name);
}

bool
conf_get(const struct conf *c, enum conf_env env, const char *name, bool show_secrets,
    struct buf *out, struct err *e)
{
	enum cfg_key key;

	if (!find(name, &key, e))
		return false;
	notation_put_bare(out, &key_rows[key], &c->cfg[env].v[key], show_secrets);
	return true;
}

static const char *
when_read(const struct key_row *row)
{
	if (row->flags & KEY_NOEFFECT)
		return "never: it is accepted for the sake of the PHP template and has "
		       "no effect";
	if (row->flags & KEY_LATER)
		return "never yet: what it turns is not built";
	if (row->flags & KEY_START)
		return "at start only, one value for all environments";
	if (row->flags & KEY_PROCESS)
		return "at start and reload, one value for all environments";
	return "by each request, and each environment may have its own";
}

/* One place that may say something. */
struct place {
	const char *name;
	const struct value *v;
};

enum { PLACES = 4 };

static void
find_places(const struct conf *c, enum conf_env env, enum cfg_key key,
    struct place places[PLACES])
{
	places[0] = (struct place){ "conf/custom", &c->custom->v[key] };
	places[1] = (struct place){ "environment's folder", &c->folders[env]->v[key] };
	places[2] = (struct place){ "variable", &c->variables->v[key] };
	places[3] = (struct place){ "in force", &c->cfg[env].v[key] };
}

static bool
is_said(const struct value *v)
{
	return v->origin != NULL || v->bad;
}

/* Whether this place's value is the one in force. */
static bool
counts(const struct place *p, const struct value *effective)
{
	return p->v->origin != NULL && effective->origin != NULL && !p->v->bad &&
	    strcmp(p->v->origin, effective->origin) == 0;
}

static void
put_range(struct buf *out, const struct key_row *row)
{
	if (row->type == KEY_INT)
		buf_printf(
		    out, "from %" PRId64 " to %" PRId64, row->lowest, row->highest);
	else if (row->words != NULL)
		buf_printf(out, "one of: %s", row->words);
}

static void
put_line(struct buf *out, const char *name, const char *text)
{
	if (*text != '\0')
		buf_printf(out, "  %-10s %s\n", name, text);
}

static void
put_names(struct buf *out, enum cfg_key key)
{
	const char *other;

	for (size_t i = 0; (other = key_alias(key, i)) != NULL; i++)
		put_line(out, i == 0 ? "also" : "", other);
}

static void
put_variable(struct buf *out, const struct key_row *row)
{
	char variable[VARIABLE_BYTES];

	if (!key_variable(row->key, variable, sizeof(variable)))
		return;
	put_line(out, "variable", variable);
	if (row->flags & KEY_SECRET)
		buf_printf(out, "  %-10s %s_file = \"/path\", or %s_FILE\n", "by file",
		    strrchr(row->key, '.') + 1, variable);
}

static void
text_places(struct buf *out, const struct conf *c, const struct explain_opts *o,
    enum cfg_key key)
{
	const struct key_row *row = &key_rows[key];
	const struct value *effective = &c->cfg[o->env].v[key];
	struct place places[PLACES];
	bool any = false;

	find_places(c, o->env, key, places);
	for (size_t i = 0; i + 1 < PLACES; i++) {
		const struct value *v = places[i].v;

		if (!is_said(v))
			continue;
		any = true;
		buf_printf(out, "  %-10s ",
		    counts(&places[i], effective) ? "counts"
			: v->bad                  ? "unusable"
						  : "covered");
		if (!v->bad) {
			notation_put(out, row, v, o->show_secrets);
			buf_str(out, "  ");
		}
		buf_printf(
		    out, "(%s)\n", v->origin != NULL ? v->origin : places[i].name);
	}
	if (!any)
		put_line(out, "set", "nowhere: the default is in force");
	buf_printf(out, "  %-10s ", "in force");
	notation_put(out, row, effective, o->show_secrets);
	buf_printf(out, "  in %s\n", conf_env_name(o->env));
}

static void
explain_text(struct buf *out, const struct conf *c, const struct explain_opts *o,
    enum cfg_key key)
{
	const struct key_row *row = &key_rows[key];
	CLEANUP(buf_fini) struct buf range = BUF_INIT(1024);

	put_range(&range, row);
	buf_printf(out, "%s\n", row->key);
	put_line(out, "is", row->help);
	put_line(out, "type", key_type_name(row->type));
	put_line(out, "range", range.data);
	put_line(out, "default", *row->dflt != '\0' ? row->dflt : "empty");
	if (row->flags & KEY_SECRET)
		put_line(out, "secret", "shown with --show-secrets only");
	put_line(out, "read", when_read(row));
	put_names(out, key);
	put_variable(out, row);
	text_places(out, c, o, key);
}

static void
json_value(struct buf *out, const struct key_row *row, const struct value *v, bool show)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 16);

	notation_put(&text, row, v, show);
	js_put_text(out, ",\"value\":", text.data);
}

static void
json_places(struct buf *out, const struct conf *c, const struct explain_opts *o,
    enum cfg_key key)
{
	const struct value *effective = &c->cfg[o->env].v[key];
	struct place places[PLACES];
	bool any = false;

	find_places(c, o->env, key, places);
	buf_str(out, ",\"set\":[");
	for (size_t i = 0; i + 1 < PLACES; i++) {
		const struct value *v = places[i].v;

		if (!is_said(v))
			continue;
		js_put_text(out, any ? ",{\"where\":" : "{\"where\":",
		    v->origin != NULL ? v->origin : places[i].name);
		buf_printf(out, ",\"usable\":%s,\"counts\":%s",
		    v->bad ? "false" : "true",
		    counts(&places[i], effective) ? "true" : "false");
		if (!v->bad)
			json_value(out, &key_rows[key], v, o->show_secrets);
		buf_chr(out, '}');
		any = true;
	}
	buf_chr(out, ']');
}

static void
explain_json(struct buf *out, const struct conf *c, const struct explain_opts *o,
    enum cfg_key key)
{
	const struct key_row *row = &key_rows[key];
	CLEANUP(buf_fini) struct buf range = BUF_INIT(1024);
	char variable[VARIABLE_BYTES];
	const char *other;

	put_range(&range, row);
	js_put_text(out, "{\"key\":", row->key);
	js_put_text(out, ",\"meaning\":", row->help);
	js_put_text(out, ",\"type\":", key_type_name(row->type));
	js_put_text(out, ",\"range\":", range.data);
	js_put_text(out, ",\"default\":", row->dflt);
	buf_printf(out, ",\"secret\":%s", row->flags & KEY_SECRET ? "true" : "false");
	js_put_text(out, ",\"read\":", when_read(row));
	buf_str(out, ",\"aliases\":[");
	for (size_t i = 0; (other = key_alias(key, i)) != NULL; i++)
		js_put_text(out, i > 0 ? "," : "", other);
	buf_chr(out, ']');
	if (key_variable(row->key, variable, sizeof(variable)))
		js_put_text(out, ",\"variable\":", variable);
	json_places(out, c, o, key);
	js_put_text(out, ",\"environment\":", conf_env_name(o->env));
	json_value(out, row, &c->cfg[o->env].v[key], o->show_secrets);
	js_put_text(out, ",\"origin\":", c->cfg[o->env].v[key].origin);
	buf_str(out, "}\n");
}

bool
conf_explain(const struct conf *c, const struct explain_opts *o, const char *name,
    struct buf *out, struct err *e)
{
	enum cfg_key key;

	if (!find(name, &key, e))
		return false;
	if (o->json)
		explain_json(out, c, o, key);
	else
		explain_text(out, c, o, key);
	return true;
}
