/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "hyperchat/shape.h"
#include "hyperchat/users.h"

static const struct hyperchat_user nobody = {
	.name = "", .nickname = "", .external_id = "", .contact = ""
};

/* providerId: a text or a number; "", 0 and null are none. */
static bool
has_provider(js *user)
{
	return js_str(user, "providerId", "")[0] != '\0' ||
	    (js_get(user, "providerId") != NULL &&
		js_int_loose(user, "providerId", 0) != 0);
}

static void
read_chats(js *user, struct arena *a, struct hyperchat_user *u)
{
	js *list = js_arr(user, "chats");
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	u->n_chats = 0;
	if (n == 0)
		return;
	u->chats = arena_alloc(a, LIMIT_HYPERCHAT_CHATS * sizeof(*u->chats));
	for (size_t i = 0; i < n && u->n_chats < LIMIT_HYPERCHAT_CHATS; i++) {
		js *is = json_object_array_get_idx(list, i);
		const char *id = json_object_get_string(is);

		if (id != NULL && !json_object_is_type(is, json_type_object) &&
		    hyperchat_id_ok(id))
			u->chats[u->n_chats++] = arena_strdup(a, id);
		else if (hyperchat_id(is, "id", a) != NULL)
			u->chats[u->n_chats++] = hyperchat_id(is, "id", a);
	}
}

bool
hyperchat_user_read(js *o, struct arena *a, struct hyperchat_user *out)
{
	struct hyperchat_user u = nobody;

	u.id = hyperchat_id(o, "id", a);
	if (u.id == NULL)
		return false;
	u.name = hyperchat_text(o, "name", LIMIT_LABEL, a);
	u.nickname = hyperchat_text(o, "nickname", LIMIT_LABEL, a);
	u.external_id = hyperchat_text(o, "externalId", LIMIT_CONV_ID, a);
	u.contact = hyperchat_text(o, "contact", LIMIT_LABEL, a);
	u.is_agent = has_provider(o);
	read_chats(o, a, &u);
	*out = u;
	return true;
}

static bool
take_user(const struct hyperchat_request *q, js *root, struct arena *a,
    struct hyperchat_user *out, struct err *e)
{
	if (hyperchat_user_read(js_obj(root, "user"), a, out))
		return true;
	return err_set(e, ERR_UPSTREAM, 0, "%s: no user with an id in it", q->what);
}

static bool
has(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void
put_profile(struct buf *b, const struct hyperchat_profile *p, bool is_new)
{
	buf_chr(b, '{');
	hyperchat_put_text(b, "name", has(p->name) ? p->name : "");
	if (is_new)
		hyperchat_put_text(b, "externalId", p->external_id);
	if (has(p->contact))
		hyperchat_put_text(b, "contact", p->contact);
	if (p->n_extra > 0) {
		buf_str(b, ",\"extraInfo\":{");
		for (size_t i = 0; i < p->n_extra; i++)
			hyperchat_put_text(b, p->extra[i].name, p->extra[i].value);
		buf_chr(b, '}');
	}
	buf_chr(b, '}');
}

static bool
update(const struct hyperchat_call *c, const struct hyperchat_profile *p,
    const char *id, struct hyperchat_user *out, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat user update",
		.method = "PUT",
		.path = hyperchat_path(c->arena, "users/", id, ""),
		.body = &body };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	put_profile(&body, p, false);
	return hyperchat_call_do(c, &q, &r, e) == HYPERCHAT_GOOD &&
	    take_user(&q, r.root, c->arena, out, e);
}

/* The user exists: found, and told what is new. */
static bool
find_and_update(const struct hyperchat_call *c, const struct hyperchat_profile *p,
    struct hyperchat_user *out, struct err *e)
{
	struct hyperchat_user found, updated = { 0 };
	struct err why = { 0 };

	if (!hyperchat_user_find(c, p->external_id, &found, e))
		return false;
	if (found.id == NULL)
		return err_set(e, ERR_UPSTREAM, 0,
		    "hyperchat user: exists, but is not found by its externalId");
	if (!update(c, p, found.id, &updated, &why)) {
		LOG(LOG_WARN, "hyperchat", "user not updated", LS("why", why.text),
		    LH("nothing to do: the chat goes on with what HyperChat knew of "
		       "him"));
		updated = found;
	}
	if (updated.n_chats == 0) {
		updated.chats = found.chats;
		updated.n_chats = found.n_chats;
	}
	*out = updated;
	return true;
}

bool
hyperchat_user_put(const struct hyperchat_call *c, const struct hyperchat_profile *p,
    struct hyperchat_user *out, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat user",
		.path = "users/",
		.body = &body,
		.no_secret = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	put_profile(&body, p, true);
	switch (hyperchat_call_do(c, &q, &r, e)) {
	case HYPERCHAT_GOOD:
		return take_user(&q, r.root, c->arena, out, e);
	case HYPERCHAT_REFUSED:
		return r.code == 409 && find_and_update(c, p, out, e);
	case HYPERCHAT_FAILED:
		break;
	}
	return false;
}

bool
hyperchat_user_find(const struct hyperchat_call *c, const char *external_id,
    struct hyperchat_user *out, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat user search",
		.path =
		    hyperchat_path(c->arena, "users/?externalId=", external_id, "") };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };
	js *list;

	switch (hyperchat_call_do(c, &q, &r, e)) {
	case HYPERCHAT_GOOD:
		break;
	case HYPERCHAT_REFUSED:
		if (r.code != 404)
			return false;
		*out = nobody;
		return true;
	case HYPERCHAT_FAILED:
		return false;
	}
	list = js_arr(r.root, "users");
	*out = nobody;
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		js *o = json_object_array_get_idx(list, i);

		/* A filter that is not known to a server is ignored by it. */
		if (strcmp(js_str(o, "externalId", ""), external_id) == 0 &&
		    hyperchat_user_read(o, c->arena, out))
			break;
	}
	return true;
}

bool
hyperchat_user_get(const struct hyperchat_call *c, const char *id,
    struct hyperchat_user *out, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat user",
		.path = hyperchat_path(c->arena, "users/", id, "") };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	switch (hyperchat_call_do(c, &q, &r, e)) {
	case HYPERCHAT_GOOD:
		return take_user(&q, r.root, c->arena, out, e);
	case HYPERCHAT_REFUSED:
		if (r.code != 404)
			return false;
		*out = nobody;
		return true;
	case HYPERCHAT_FAILED:
		break;
	}
	return false;
}

bool
hyperchat_user_activity(
    const struct hyperchat_call *c, const char *id, const char *type, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat activity",
		.path = hyperchat_path(c->arena, "users/", id, "/activity"),
		.body = &body,
		.any_body = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	buf_chr(&body, '{');
	hyperchat_put_text(&body, "type", type);
	buf_chr(&body, '}');
	return hyperchat_call_do(c, &q, &r, e) == HYPERCHAT_GOOD;
}

const char *
hyperchat_user_shown(const struct hyperchat_user *u)
{
	return u->nickname[0] != '\0' ? u->nickname : u->name;
}
