/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/js.h"
#include "base/limits.h"
#include "store/stopped.h"
#include "store/kv.h"

#define STOP_PREFIX "optout/"

/* An id is longer than a name may be, and holds two addresses. */
struct stop_name {
	char text[sizeof(STOP_PREFIX) + SHA256_HEX_SIZE];
};

static struct stop_name
name_of_hashed(const char *hex)
{
	struct stop_name name;

	snprintf(name.text, sizeof(name.text), STOP_PREFIX "%s", hex);
	return name;
}

static struct stop_name
name_of(const char *conv_id)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(conv_id, strlen(conv_id), hex);
	return name_of_hashed(hex);
}

bool
stop_set(struct state *st, const char *conv_id, const char *why, int64_t now_s,
    struct err *e)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(conv_id, strlen(conv_id), hex);
	return stop_set_hashed(st, hex, why, now_s, e);
}

bool
stop_set_hashed(
    struct state *st, const char *hex, const char *why, int64_t now_s, struct err *e)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(LIMIT_KV_VALUE);

	if (st == NULL)
		return true;
	js_put_text(&value, "{\"why\":", why);
	buf_printf(&value, ",\"at_s\":%lld}", (long long)now_s);
	if (!buf_ok(&value))
		return err_set(e, ERR_TOO_BIG, 0, "reason of a stop: too long");
	return kv_put_new(st, name_of_hashed(hex).text, value.data, value.len, e) !=
	    KV_FAILED;
}

bool
stop_is(struct state *st, const char *conv_id, bool *is, struct err *e)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(LIMIT_KV_VALUE);

	*is = false;
	if (st == NULL)
		return true;
	switch (kv_get(st, name_of(conv_id).text, &value, e)) {
	case KV_OK:
	case KV_THERE:
		*is = true;
		return true;
	case KV_NONE:
		return true;
	case KV_FAILED:
		break;
	}
	return false;
}

bool
stop_clear(struct state *st, const char *conv_id, bool *was, struct err *e)
{
	bool is;

	/* Most have not stopped: a question does not wait for the disk. */
	if (!stop_is(st, conv_id, &is, e))
		return false;
	if (is && kv_drop(st, name_of(conv_id).text, e) == KV_FAILED)
		return false;
	if (was != NULL)
		*was = is;
	return true;
}
