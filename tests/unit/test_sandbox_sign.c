/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox signs as Twilio does. For requests that must be refused it is shown that
 * Twilio would have signed otherwise, whichever form of the URL it takes.
 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>
#include <json-c/json.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "sandbox/twilio_sign.h"
#include "support/leaks.h"

TestSuite(sandbox_sign, .fini = no_leaks);

#define VECTORS TOP_SRCDIR "/tests/vectors/twilio-signature-vectors.json"
enum { N_VECTORS = 127, PARAMS_MAX = 200 };

/* Empty when the vector has no such member. */
static const char *
text(struct json_object *v, const char *key)
{
	struct json_object *o = json_object_object_get(v, key);

	return o != NULL ? json_object_get_string(o) : "";
}

static void
sign(struct json_object *v, const char *url, char out[TWILIO_SIGNATURE_SIZE])
{
	struct json_object *list = json_object_object_get(v, "params");
	struct twilio_param params[PARAMS_MAX];
	size_t n = json_object_array_length(list);

	cr_assert_leq(n, PARAMS_MAX, "%s", text(v, "id"));
	for (size_t i = 0; i < n; i++) {
		struct json_object *pair = json_object_array_get_idx(list, i);
		struct json_object *name = json_object_array_get_idx(pair, 0);
		struct json_object *value = json_object_array_get_idx(pair, 1);

		params[i] = (struct twilio_param){ json_object_get_string(name),
			json_object_get_string(value),
			(size_t)json_object_get_string_len(name),
			(size_t)json_object_get_string_len(value) };
	}
	twilio_sign(text(v, "token"), url, params, n, out);
}

static bool
signs_as(struct json_object *v, const char *url)
{
	char made[TWILIO_SIGNATURE_SIZE];

	sign(v, url, made);
	return strcmp(made, text(v, "signature")) == 0;
}

/* The URL with a port taken out, or its scheme's own put in. */
static const char *
port_toggled(struct arena *a, const char *url)
{
	const char *host = strstr(url, "//");
	const char *path, *colon, *at;

	if (host == NULL)
		return url;
	host += 2;
	path = host + strcspn(host, "/?#");
	for (at = path; at > host && at[-1] != '@'; at--)
		;
	colon = memchr(at, ':', (size_t)(path - at));
	if (at[0] == '[') {
		const char *end = strchr(at, ']');

		colon = end != NULL && end[1] == ':' ? end + 1 : NULL;
	}
	if (colon != NULL)
		return arena_printf(a, "%.*s%s", (int)(colon - url), url, path);
	return arena_printf(a, "%.*s:%s%s", (int)(path - url), url,
	    url[4] == 's' || url[4] == 'S' ? "443" : "80", path);
}

/* Whether the body is the one whose hash the URL carries; so for forms and queries. */
static bool
body_matches(struct json_object *v)
{
	struct json_object *body = json_object_object_get(v, "body");
	const char *hash = strstr(text(v, "url"), "bodySHA256=");
	char hex[SHA256_HEX_SIZE];

	if (strcmp(text(v, "kind"), "body") != 0)
		return true;
	if (hash == NULL)
		return false;
	hash += strlen("bodySHA256=");
	sha256_hex(json_object_get_string(body),
	    (size_t)json_object_get_string_len(body), hex);
	return strcspn(hash, "&") == strlen(hex) &&
	    strncmp(hash, hex, strlen(hex)) == 0;
}

static void
check(struct json_object *v)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *url = text(v, "url"), *id = text(v, "id"), *desc = text(v, "desc");

	if (json_object_get_boolean(json_object_object_get(v, "valid"))) {
		cr_expect(signs_as(v, text(v, "signed_url")), "%s: %s", id, desc);
		cr_expect(body_matches(v), "%s, body: %s", id, desc);
		return;
	}
	cr_expect(!body_matches(v) ||
		(!signs_as(v, url) && !signs_as(v, port_toggled(a, url))),
	    "%s: %s", id, desc);
}

Test(sandbox_sign, vectors)
{
	struct json_object *root = json_object_from_file(VECTORS), *list;
	size_t n;

	cr_assert_not_null(root, VECTORS);
	list = json_object_object_get(root, "vectors");
	n = json_object_array_length(list);
	cr_assert_eq(n, N_VECTORS);
	for (size_t i = 0; i < n; i++)
		check(json_object_array_get_idx(list, i));
	json_object_put(root);
}

Test(sandbox_sign, fragment_is_left_out)
{
	char with[TWILIO_SIGNATURE_SIZE], without[TWILIO_SIGNATURE_SIZE];

	twilio_sign("token", "https://bot.example/t?a=1#rc=2", NULL, 0, with);
	twilio_sign("token", "https://bot.example/t?a=1", NULL, 0, without);
	cr_expect_str_eq(with, without);
}
