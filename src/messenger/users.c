/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "messenger/nested.h"
#include "messenger/users.h"

bool
messenger_address_ok(const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' ||
	    strlen(address) > LIMIT_LABEL)
		return false;
	for (; *address != '\0'; address++)
		if ((unsigned char)*address <= ' ' || *address == 0x7f)
			return false;
	return true;
}

/* Without the blanks at both ends; NULL when nothing is left, or too much. */
static const char *
trim(const char *text, struct arena *a)
{
	static const char blanks[] = " \t\r\n";
	size_t n;

	text += strspn(text, blanks);
	n = strlen(text);
	while (n > 0 && strchr(blanks, text[n - 1]) != NULL)
		n--;
	return n > 0 && n <= LIMIT_CONV_ID ? arena_strndup(a, text, n) : NULL;
}

static bool
is_phones(js *field)
{
	return json_object_is_type(field, json_type_object) &&
	    js_int_loose(field, "id", 0) == MESSENGER_FIELD_PHONES;
}

/* The extra fields as a list of its own; PHP makes an object of one with gaps. */
static js *
fields_of(js *user)
{
	js *list = js_arr(user, "extra"), *object = js_obj(user, "extra");
	js *out = json_object_new_array();
	size_t n = list != NULL ? json_object_array_length(list) : 0;
	struct json_object_iterator it, end;

	for (size_t i = 0; i < n; i++)
		json_object_array_add(
		    out, json_object_get(json_object_array_get_idx(list, i)));
	if (object == NULL)
		return out;
	it = json_object_iter_begin(object);
	end = json_object_iter_end(object);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		json_object_array_add(
		    out, json_object_get(json_object_iter_peek_value(&it)));
	return out;
}

static struct messenger_user
read_user(js *is, struct arena *a)
{
	CLEANUP(js_putp) js *fields = fields_of(is);
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_UPSTREAM_BYTES);
	struct messenger_user u = { .id = messenger_id(is, "id", a) };

	if (u.id == NULL)
		u.id = messenger_id(is, "uuid", a);
	for (size_t i = 0; i < json_object_array_length(fields); i++) {
		js *field = json_object_array_get_idx(fields, i);

		if (u.phones == NULL && is_phones(field))
			u.phones = trim(js_str(field, "content", ""), a);
	}
	js_write(&text, fields);
	u.extra = arena_strdup(a, text.data);
	return u;
}

bool
messenger_users_read(
    struct messenger_users *out, js *root, const char *address, struct arena *a)
{
	struct messenger_user *all;
	js *list;
	size_t n = 0;

	if (!messenger_list(root, &list))
		return false;
	all = arena_alloc(a, LIMIT_PEOPLE * sizeof(*all));
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		js *is = json_object_array_get_idx(list, i);

		if (n == LIMIT_PEOPLE)
			break;
		if (strcasecmp(js_str(is, "address", ""), address) != 0)
			continue;
		all[n] = read_user(is, a);
		n += all[n].id != NULL;
	}
	*out = (struct messenger_users){ all, n };
	return true;
}

bool
messenger_users_find(struct messenger_call *c, const char *address,
    struct messenger_users *out, struct err *e)
{
	const struct messenger_request q = { .what = "messenger users",
		.path = messenger_path(c->arena, "/v1/users?address=", address, "") };
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	enum messenger_verdict v = messenger_call_do(c, &q, &r, e);

	if (v == MESSENGER_REFUSED && r.status == 404) {
		*out = (struct messenger_users){ NULL, 0 };
		return true;
	}
	if (v != MESSENGER_GOOD)
		return false;
	if (messenger_users_read(out, r.root, address, c->arena))
		return true;
	return err_set(e, ERR_UPSTREAM, r.status, "%s: no list in it", q.what);
}

/* {"extra":[…]} with the phones in their field; the caller's. */
static js *
with_phones(const struct messenger_user *user, const char *phones)
{
	js *root = json_object_new_object(), *fields = NULL, *field = NULL;
	struct err e;

	if (!js_parse(user->extra, strlen(user->extra), &fields, &e) ||
	    !json_object_is_type(fields, json_type_array)) {
		js_putp(&fields);
		fields = json_object_new_array();
	}
	json_object_object_add(root, "extra", fields);
	for (size_t i = 0; field == NULL && i < json_object_array_length(fields); i++)
		if (is_phones(json_object_array_get_idx(fields, i)))
			field = json_object_array_get_idx(fields, i);
	if (field == NULL) {
		field = json_object_new_object();
		json_object_object_add(
		    field, "id", json_object_new_int(MESSENGER_FIELD_PHONES));
		json_object_array_add(fields, field);
	}
	json_object_object_add(field, "content", json_object_new_string(phones));
	return root;
}

bool
messenger_user_keep(struct messenger_call *c, const struct messenger_user *user,
    const char *phones, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(js_putp) js *root = with_phones(user, phones);
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	struct messenger_request q = { .what = "messenger phones",
		.method = "PUT",
		.path = messenger_path(c->arena, "/v1/users/", user->id, ""),
		.body = &body,
		.any_body = true };

	js_write(&body, root);
	if (messenger_call_do(c, &q, &r, e) == MESSENGER_GOOD)
		return true;
	if (r.status != 400 && r.status != 415)
		return false;
	LOG(LOG_INFO, "messenger", "phones not taken as JSON, sending a form",
	    LI("status", r.status));
	buf_reset(&body);
	messenger_nested_form(&body, root);
	q.form = true;
	return messenger_call_do(c, &q, &r, e) == MESSENGER_GOOD;
}

bool
messenger_user_make(struct messenger_call *c, const char *name, const char *address,
    const char **id, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	const struct messenger_request q = { .what = "messenger new user",
		.path = "/v1/users",
		.body = &body,
		.once = true };

	js_put_text(&body, "{\"name\":", name);
	js_put_text(&body, ",\"address\":", address);
	buf_chr(&body, '}');
	if (messenger_call_do(c, &q, &r, e) != MESSENGER_GOOD)
		return false;
	*id = messenger_id(r.root, "uuid", c->arena);
	if (*id == NULL)
		*id = messenger_id(r.root, "id", c->arena);
	if (*id != NULL)
		return true;
	return err_set(e, ERR_UPSTREAM, r.status, "%s: no id in it", q.what);
}
