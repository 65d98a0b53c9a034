/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "inbenta/profile.h"

/* A configuration file is smaller, and escaping makes six bytes of one at most. */
enum { BODY_MAX = 8 * LIMIT_CONFIG_FILE };

static void
add_list(struct buf *b, const char *name, const struct cfg *cfg, enum cfg_key key)
{
	buf_printf(b, "\"%s\":[", name);
	for (size_t i = 0; i < cfg_len(cfg, key); i++) {
		js_put_text(b, i > 0 ? "," : "", cfg_item(cfg, key, i));
	}
	buf_str(b, "],");
}

static void
add_int(struct buf *b, const char *name, int64_t v)
{
	buf_printf(b, "\"%s\":%lld", name, (long long)v);
}

static void
add_bool(struct buf *b, const char *name, bool v)
{
	buf_printf(b, "\"%s\":%s", name, v ? "true" : "false");
}

static const char *
conversation_body(const struct cfg *cfg, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(BODY_MAX);

	buf_str(&b, "{\"answers\":{");
	add_list(&b, "sideBubbleAttributes", cfg,
	    CFG_CONVERSATION_DEFAULT_ANSWERS_SIDEBUBBLEATTRIBUTES);
	add_list(&b, "answerAttributes", cfg,
	    CFG_CONVERSATION_DEFAULT_ANSWERS_ANSWERATTRIBUTES);
	add_int(&b, "maxOptions",
	    cfg_int(cfg, CFG_CONVERSATION_DEFAULT_ANSWERS_MAXOPTIONS));
	buf_chr(&b, ',');
	add_int(&b, "maxRelatedContents",
	    cfg_int(cfg, CFG_CONVERSATION_DEFAULT_ANSWERS_MAXRELATEDCONTENTS));
	buf_chr(&b, ',');
	add_bool(&b, "skipLastCheckQuestion",
	    cfg_bool(cfg, CFG_CONVERSATION_DEFAULT_ANSWERS_SKIPLASTCHECKQUESTION));
	buf_str(&b, "},\"forms\":{");
	add_bool(&b, "allowUserToAbandonForm",
	    cfg_bool(cfg, CFG_CONVERSATION_DEFAULT_FORMS_ALLOWUSERTOABANDONFORM));
	buf_chr(&b, ',');
	add_int(&b, "errorRetries",
	    cfg_int(cfg, CFG_CONVERSATION_DEFAULT_FORMS_ERRORRETRIES));
	js_put_text(&b, "},\"lang\":", cfg_str(cfg, CFG_CONVERSATION_DEFAULT_LANG));
	buf_chr(&b, '}');
	assert(buf_ok(&b));
	return arena_strdup(a, b.data);
}

struct inbenta_profile
inbenta_profile_of(const struct cfg *cfg, const char *env, struct arena *a)
{
	return (struct inbenta_profile){
		.body = conversation_body(cfg, a),
		.env = env,
		.source = cfg_str(cfg, CFG_CONVERSATION_SOURCE),
		.user_type = cfg_int(cfg, CFG_CONVERSATION_USER_TYPE),
	};
}

struct inbenta_account
inbenta_account_of(const struct cfg *cfg)
{
	return (struct inbenta_account){
		.name = "api",
		.url = cfg_str(cfg, CFG_API_URL),
		.key = cfg_str(cfg, CFG_API_KEY),
		.secret = cfg_str(cfg, CFG_API_SECRET),
		.timeout_ms = cfg_int(cfg, CFG_API_TIMEOUT_MS),
	};
}
