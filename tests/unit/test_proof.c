/* SPDX-License-Identifier: Apache-2.0 */
/* Which URL, token and account a webhook is proven with: one row, one world. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "conf/cfg.h"
#include "support/leaks.h"
#include "support/web_fixture.h"
#include "twilio/sig.h"
#include "web/proof.h"
#include "web/request.h"
#include "web/web.h"

TestSuite(proof, .fini = no_leaks);

#define SID "AC00000000000000000000000000000001"
#define TOKEN "token-one"
#define NEXT "token-two"
#define HERE "https://bot.example/sms?a=1"

static char *
variable(struct arena *a, const char *name, const char *value)
{
	return arena_printf(a, "BOTLINE_TWILIO__%s=%s", name, value);
}

Test(proof, twilio)
{
	static const struct {
		const char *name;
		const char *webhook_url, *validate, *token, *next,
		    *sid; /* configured */
		const char *signed_url, *signing_token, *account; /* sent */
		const char *host, *uri;
		bool https, want;
	} t[] = {
		{ "as configured", HERE, "true", TOKEN, "", SID, HERE, TOKEN, SID,
		    "inner:80", "/sms?a=1", false, true },
		{ "credentials are not signed", "https://u:p@bot.example/sms?a=1",
		    "true", TOKEN, "", SID, HERE, TOKEN, SID, "inner", "/x", false,
		    true },
		{ "its host, the request's path", "https://bot.example/other", "true",
		    TOKEN, "", SID, HERE, TOKEN, SID, "inner", "/sms?a=1", false,
		    true },
		{ "port that was signed but not typed", HERE, "true", TOKEN, "", SID,
		    "https://bot.example:443/sms?a=1", TOKEN, SID, "inner", "/x", false,
		    true },
		{ "port that was typed but not signed",
		    "https://bot.example:8443/sms?a=1", "true", TOKEN, "", SID, HERE,
		    TOKEN, SID, "inner", "/x", false, true },
		{ "no URL configured: as received", "", "true", TOKEN, "", SID, HERE,
		    TOKEN, SID, "bot.example", "/sms?a=1", true, true },
		{ "no URL configured: the scheme counts", "", "true", TOKEN, "", SID,
		    HERE, TOKEN, SID, "bot.example", "/sms?a=1", false, false },
		{ "a URL configured: Host is not believed", "https://real.example/",
		    "true", TOKEN, "", SID, HERE, TOKEN, SID, "bot.example", "/sms?a=1",
		    true, false },
		{ "second token while rotating", HERE, "true", TOKEN, NEXT, SID, HERE,
		    NEXT, SID, "inner", "/x", false, true },
		{ "first token while rotating", HERE, "true", TOKEN, NEXT, SID, HERE,
		    TOKEN, SID, "inner", "/x", false, true },
		{ "foreign token", HERE, "true", TOKEN, "", SID, HERE, NEXT, SID,
		    "inner", "/x", false, false },
		{ "no token configured closes the door", HERE, "true", "", "", SID,
		    HERE, "", SID, "inner", "/x", false, false },
		{ "an empty second token matches nothing", HERE, "true", TOKEN, "", SID,
		    HERE, "", SID, "inner", "/x", false, false },
		{ "other account", HERE, "true", TOKEN, "", SID, HERE, TOKEN, "AC2",
		    "inner", "/x", false, false },
		{ "account of other case", HERE, "true", TOKEN, "", SID, HERE, TOKEN,
		    "ac00000000000000000000000000000001", "inner", "/x", false, false },
		{ "no account configured closes the door", HERE, "true", TOKEN, "", "",
		    HERE, TOKEN, "", "inner", "/x", false, false },
		{ "unsigned", HERE, "true", TOKEN, "", SID, NULL, NULL, SID, "inner",
		    "/x", false, false },
		{ "unsigned where checking is off", HERE, "false", TOKEN, "", SID, NULL,
		    NULL, SID, "inner", "/x", false, true },
		{ "other account where checking is off", HERE, "false", TOKEN, "", SID,
		    NULL, NULL, "AC2", "inner", "/x", false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
			(char[]){ "BOTLINE_API__SECRET=s" },
			variable(a, "WEBHOOK_URL", t[i].webhook_url),
			variable(a, "VALIDATE_SIGNATURE", t[i].validate),
			variable(a, "CREDENTIALS__AUTH_TOKEN", t[i].token),
			variable(a, "CREDENTIALS__AUTH_TOKEN_NEXT", t[i].next),
			variable(a, "CREDENTIALS__SID", t[i].sid), NULL };
		struct conf *c = conf_with(env);
		struct web_req r = { .uri = t[i].uri,
			.host = t[i].host,
			.https = t[i].https,
			.kind = WEB_FORM };
		const char *body =
		    arena_printf(a, "AccountSid=%s&Body=hi", t[i].account);
		char sig[TWILIO_SIG_SIZE];
		struct web_worker w = { .arena = a };
		struct err e = { 0 };

		cr_assert_not_null(c, "%s", t[i].name);
		cr_assert(form_parse(&r.form, a, body, strlen(body), &e));
		r.cfg = conf_cfg(c, CONF_PRODUCTION);
		if (t[i].signed_url != NULL) {
			twilio_sig_make(
			    t[i].signing_token, t[i].signed_url, &r.form, sig);
			r.signature = sig;
		}
		cr_expect_eq(
		    proof_twilio(&w, &r, &e), t[i].want, "%s: %s", t[i].name, e.text);
		if (!t[i].want)
			cr_expect_eq(e.kind, ERR_DENIED, "%s", t[i].name);
		conf_unref(c);
	}
}

/* Which address a proven request was called at, for messages that name it. */
Test(proof, address)
{
	static const struct {
		const char *name, *webhook_url, *validate, *signed_url, *host, *uri;
		const char *want; /* NULL: refused */
	} t[] = {
		{ "as configured", HERE, "true", HERE, "inner", "/x", HERE },
		{ "without a password", "https://u:p@bot.example/sms", "true",
		    "https://bot.example/sms", "inner", "/x",
		    "https://bot.example/sms" },
		{ "another path", "https://bot.example/a", "true",
		    "https://bot.example/b?c=1", "inner", "/b?c=1",
		    "https://bot.example/b?c=1" },
		{ "as received", "", "true", "http://inner:81/x", "inner:81", "/x",
		    "http://inner:81/x" },
		{ "our own status", HERE, "true", HERE "&status=1", "inner",
		    "/sms?a=1&status=1", HERE },
		{ "our own status, behind a proxy that takes another path",
		    "https://bot.example/out", "true",
		    "https://bot.example/out?status=1", "inner", "/in?status=1",
		    "https://bot.example/out" },
		{ "our own status of a ticket, behind such a proxy",
		    "https://bot.example/out", "true",
		    "https://bot.example/out?status=1&ticket=%23A-501", "inner",
		    "/in?status=1&ticket=%23A-501", "https://bot.example/out" },
		{ "our own status of a turn and its ticket, behind such a proxy",
		    "https://bot.example/out", "true",
		    "https://bot.example/out?status=1&ref=5f0c&ticket=7", "inner",
		    "/in?status=1&ref=5f0c&ticket=7", "https://bot.example/out" },
		{ "of another turn than was signed", "https://bot.example/out", "true",
		    "https://bot.example/out?status=1&ref=5f0c", "inner",
		    "/in?status=1&ref=5f0d", NULL },
		{ "of another ticket than was signed", "https://bot.example/out",
		    "true", "https://bot.example/out?status=1&ticket=501", "inner",
		    "/in?status=1&ticket=502", NULL },
		{ "a status that was not asked for", "https://bot.example/out", "true",
		    "https://bot.example/out?status=1", "inner", "/in", NULL },
		{ "nothing signed: as configured", HERE, "false", NULL, "evil", "/x",
		    HERE },
		{ "nothing signed, nothing configured: as received", "", "false", NULL,
		    "inner", "/x?media=1", "http://inner/x" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
			(char[]){ "BOTLINE_API__SECRET=s" },
			variable(a, "WEBHOOK_URL", t[i].webhook_url),
			variable(a, "VALIDATE_SIGNATURE", t[i].validate),
			variable(a, "CREDENTIALS__AUTH_TOKEN", TOKEN),
			variable(a, "CREDENTIALS__SID", SID), NULL };
		struct conf *c = conf_with(env);
		struct web_worker w = { .arena = a };
		const char *body = "AccountSid=" SID;
		char sig[TWILIO_SIG_SIZE];
		const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
			{ "REQUEST_URI", t[i].uri }, { "HTTP_HOST", t[i].host },
			{ "CONTENT_TYPE", "application/x-www-form-urlencoded" },
			{ "HTTP_X_TWILIO_SIGNATURE",
			    t[i].signed_url != NULL ? sig : NULL },
			{ 0 } };
		struct web_req r = { 0 };
		struct fake_io io;
		struct form form;
		struct err e = { 0 };

		cr_assert_not_null(c, "%s", t[i].name);
		cr_assert(form_parse(&form, a, body, strlen(body), &e));
		if (t[i].signed_url != NULL)
			twilio_sig_make(TOKEN, t[i].signed_url, &form, sig);
		fake_io_init(&io, vars, body, strlen(body));
		cr_assert(web_read(&r, &io.io, a, c, &clock_system, &e));
		cr_expect_eq(proof_twilio(&w, &r, &e), t[i].want != NULL, "%s: %s",
		    t[i].name, e.text);
		if (t[i].want != NULL)
			cr_expect_str_eq(r.url, t[i].want, "%s", t[i].name);
		conf_unref(c);
	}
}
