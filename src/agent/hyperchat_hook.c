/* SPDX-License-Identifier: Apache-2.0 */
/* Who may call us in HyperChat's name. */
#include "config.h"

#include <string.h>

#include "agent/hyperchat_desk.h"
#include "base/crypto.h"
#include "conf/cfg.h"
#include "hyperchat/hook.h"

static bool
same(const char *a, const char *b)
{
	return ct_equal(a, strlen(a), b, strlen(b));
}

static bool
is_stored(const struct agent_secrets *s, const char *given)
{
	bool is = false;

	for (size_t i = 0; i < s->n; i++)
		is |= same(s->stored[i], given);
	return is;
}

enum agent_handshake
hc_handshake(
    void *self, const struct cfg *cfg, const struct agent_secrets *s, const char *given)
{
	const char *preset = cfg_str(cfg, CFG_CHAT_CHAT_WEBHOOK_SECRET);
	const char *mode = cfg_str(cfg, CFG_CHAT_CHAT_HANDSHAKE);

	(void)self;
	if (!hyperchat_hook_secret_ok(given))
		return AGENT_SHAKE_REFUSE;
	if (preset[0] != '\0')
		return same(preset, given) ? AGENT_SHAKE_ECHO : AGENT_SHAKE_REFUSE;
	if (is_stored(s, given))
		return AGENT_SHAKE_ECHO;
	if (strcmp(mode, "always") == 0)
		return AGENT_SHAKE_STORE;
	if (strcmp(mode, "once") != 0)
		return AGENT_SHAKE_REFUSE;
	if (s->allowed)
		return AGENT_SHAKE_STORE;
	return s->n == 0 && !s->elsewhere ? AGENT_SHAKE_STORE_FIRST
					  : AGENT_SHAKE_REFUSE;
}

static enum hyperchat_signed
signed_over(const char *word)
{
	if (strcmp(word, "raw") == 0)
		return HYPERCHAT_SIGNED_RAW;
	return strcmp(word, "data") == 0 ? HYPERCHAT_SIGNED_DATA
					 : HYPERCHAT_SIGNED_AUTO;
}

enum agent_proof
hc_proof(void *self, const struct cfg *cfg, const struct agent_secrets *s,
    const char *body, size_t len, const char *given)
{
	const char *mode = cfg_str(cfg, CFG_CHAT_CHAT_WEBHOOK_SIGNATURE);
	const char *preset = cfg_str(cfg, CFG_CHAT_CHAT_WEBHOOK_SECRET);
	const char *const *secrets = preset[0] != '\0' ? &preset : s->stored;
	size_t n = preset[0] != '\0' ? 1 : s->n;

	(void)self;
	if (strcmp(mode, "off") == 0)
		return AGENT_UNPROVEN;
	if (n == 0 ||
	    !hyperchat_hook_proven(secrets, n, signed_over(mode), body, len, given))
		return AGENT_FORGED;
	return AGENT_PROVEN;
}
