/* SPDX-License-Identifier: Apache-2.0 */
/* Forms and events, and the proofs that a connector wants to see with them. */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/secrets.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/js.h"
#include "conf/cfg.h"
#include "ctl/ctl.h"
#include "ctl/webhook.h"
#include "hyperchat/member.h"
#include "store/state.h"
#include "twilio/sig.h"

void
fields_add(struct fields *f, const char *name, const char *value)
{
	f->form.fields = f->list;
	assert(f->form.n < FIELDS_MOST);
	f->list[f->form.n++] = (struct form_field){ .name = name,
		.value = value,
		.name_len = strlen(name),
		.value_len = strlen(value) };
}

bool
fields_default(struct fields *f, const char *name, const char *value)
{
	if (form_find(&f->form, name) != NULL)
		return false;
	fields_add(f, name, value);
	return true;
}

void
fields_complete(struct fields *f, const struct webhook *w, const char *sid)
{
	fields_default(f, "AccountSid", cfg_str(w->cfg, CFG_TWILIO_CREDENTIALS_SID));
	if (!fields_default(f, "MessageSid", sid))
		return;
	fields_default(f, "SmsSid", sid);
	fields_default(f, "SmsMessageSid", sid);
}

const char *
fields_body(struct arena *a, const struct form *f)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(6 * LIMIT_REQUEST_BODY);

	for (size_t i = 0; i < f->n; i++) {
		buf_str(&b, i > 0 ? "&" : "");
		buf_url(&b, f->fields[i].name, f->fields[i].name_len);
		buf_chr(&b, '=');
		buf_url(&b, f->fields[i].value, f->fields[i].value_len);
	}
	return buf_ok(&b) ? arena_strndup(a, b.data, b.len) : NULL;
}

void
webhook_new_sid(char out[WEBHOOK_SID_SIZE])
{
	out[0] = 'S';
	out[1] = 'M';
	random_hex(out + 2, (WEBHOOK_SID_SIZE - 3) / 2);
}

int
webhook_sign(const struct webhook *w, const struct form *form, const char **signature)
{
	const char *token = cfg_str(w->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN);
	char sig[TWILIO_SIG_SIZE];

	if (*token == '\0')
		return ctl_fail(EX_CONFIG,
		    "twilio.credentials.auth_token is empty: there is nothing to sign "
		    "with");
	twilio_sig_make(token, w->signed_url, form, sig);
	*signature = arena_strdup(w->arena, sig);
	return EXIT_SUCCESS;
}

/* The newest one that a handshake has left. NULL: the status says why. */
static const char *
stored_secret(const struct webhook *w, int *status)
{
	CLEANUP(state_closep) struct state *st = ctl_state(w->conf, status);
	struct agent_secrets secrets = { 0 };
	struct err e;

	if (st == NULL)
		return NULL;
	if (!agent_secrets_read(st, conf_env_name(w->env), clock_wall_s(&clock_system),
		w->arena, &secrets, &e)) {
		*status = ctl_fail_err(&e);
		return NULL;
	}
	if (secrets.n > 0)
		return secrets.stored[0];
	*status = ctl_fail(EX_CONFIG,
	    "HyperChat has told no secret yet, and chat.chat.webhook_secret is empty");
	return NULL;
}

/* HMAC-SHA256 in hex, over the body or its member "data". */
static int
sign_hyperchat(
    const struct webhook *w, const char *body, size_t len, const char **signature)
{
	const char *secret = cfg_str(w->cfg, CFG_CHAT_CHAT_WEBHOOK_SECRET);
	unsigned char mac[HMAC_SHA256_SIZE];
	CLEANUP(buf_fini) struct buf hex = BUF_INIT(2 * sizeof(mac));
	int status = EXIT_SUCCESS;
	size_t at = 0, n = len;

	if (*secret == '\0')
		secret = stored_secret(w, &status);
	if (secret == NULL)
		return status;
	if (strcmp(cfg_str(w->cfg, CFG_CHAT_CHAT_WEBHOOK_SIGNATURE), "data") == 0 &&
	    !hyperchat_member_range(body, len, "data", &at, &n))
		return ctl_fail(EX_DATAERR, "the event has no \"data\" to sign");
	hmac_sha256(secret, strlen(secret), body + at, n, mac);
	for (size_t i = 0; i < sizeof(mac); i++)
		buf_printf(&hex, "%02x", mac[i]);
	*signature = arena_strdup(w->arena, hex.data);
	return EXIT_SUCCESS;
}

int
webhook_sign_event(const struct webhook *w, const char *body, size_t len,
    const char **signature, bool *is_secret)
{
	CLEANUP(js_putp) js *root = NULL;
	struct err e;

	*is_secret = false;
	if (!js_parse(body, len, &root, &e))
		return ctl_fail(EX_DATAERR, e.text);
	if (js_get(root, "trigger") != NULL)
		return sign_hyperchat(w, body, len, signature);
	if (js_arr(root, "events") == NULL)
		return ctl_fail(EX_DATAERR,
		    "no event: HyperChat's have \"trigger\", those of tickets "
		    "\"events\"");
	*is_secret = true;
	*signature =
	    arena_strdup(w->arena, cfg_str(w->cfg, CFG_CHAT_MESSENGER_WEBHOOK_SECRET));
	return **signature != '\0'
	    ? EXIT_SUCCESS
	    : ctl_fail(EX_CONFIG, "chat.messenger.webhook_secret is empty");
}
