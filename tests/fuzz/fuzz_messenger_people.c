/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as what Messenger tells of people: what comes out keeps the limits and the
 * promises of the header, its fields are a list that can be sent as a form.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "messenger/nested.h"
#include "messenger/users.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_user(const struct messenger_user *u)
{
	CLEANUP(buf_fini) struct buf form = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(js_putp) js *fields = NULL;
	struct err e;

	need(messenger_id_ok(u->id));
	if (u->phones != NULL) {
		size_t n = strlen(u->phones);

		need(n > 0 && n <= LIMIT_CONV_ID && utf8_valid(u->phones, n));
		need(u->phones[0] != ' ' && u->phones[n - 1] != ' ');
	}
	need(js_parse(u->extra, strlen(u->extra), &fields, &e));
	need(json_object_is_type(fields, json_type_array));
	messenger_nested_form(&form, fields);
	need(strspn(form.data,
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		 "0123456789-._~%=&") == form.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(arena_freep) struct arena *a = NULL;
	struct messenger_users users;
	struct err e;

	if (!js_parse((const char *)data, size, &root, &e))
		return 0;
	a = arena_new();
	if (!messenger_users_read(&users, root, "ann@mail.example", a))
		return 0;
	need(users.n <= LIMIT_PEOPLE);
	for (size_t i = 0; i < users.n; i++)
		check_user(&users.list[i]);
	return 0;
}
