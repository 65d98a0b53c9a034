/* SPDX-License-Identifier: Apache-2.0 */
/* The command line, and what keeps the sandbox from starting. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include "sandbox/server.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

TestSuite(sandbox_start, .init = not_for_ever, .fini = no_leaks);

enum { ARGS_MAX = 4 };

static enum options_result
parse(struct options *o, const char *const args[ARGS_MAX], struct err *e)
{
	char *argv[ARGS_MAX + 2] = { (char[]){ "botline-sandbox" } };
	int argc = 1;

	while (argc <= ARGS_MAX && args[argc - 1] != NULL) {
		argv[argc] = (char *)(uintptr_t)args[argc - 1];
		argc++;
	}
	return options_parse(o, argc, argv, e);
}

Test(sandbox_start, options)
{
	static const char *const none[ARGS_MAX] = { NULL };
	static const char *const some[ARGS_MAX] = { "--webhook", "http://h/t",
		"--twilio-timeout-ms=300", "--allow-remote" };
	static const char *const both[ARGS_MAX] = { "--public-url=https://p/t",
		"--webhook=http://h/t" };
	struct options o;
	struct err e;

	cr_assert_eq(parse(&o, none, &e), OPTIONS_RUN);
	cr_expect_str_eq(o.listen, "127.0.0.1:0");
	cr_expect_null(o.webhook);
	cr_expect_eq(o.twilio_timeout_ms, 15000);
	cr_expect_eq(strlen(o.account_sid), 34);
	cr_expect_eq(strlen(o.auth_token), 32);

	cr_assert_eq(parse(&o, some, &e), OPTIONS_RUN);
	cr_expect_str_eq(o.webhook, "http://h/t");
	cr_expect_str_eq(o.public_url, "http://h/t");
	cr_expect_eq(o.twilio_timeout_ms, 300);
	cr_expect(o.allow_remote);

	cr_assert_eq(parse(&o, both, &e), OPTIONS_RUN);
	cr_expect_str_eq(o.public_url, "https://p/t");
}

Test(sandbox_start, wrong_options)
{
	static const struct {
		const char *args[ARGS_MAX];
		const char *says;
	} t[] = {
		{ { "--webhook", "h/t" }, "--webhook: \"h/t\" is not a URL" },
		{ { "--webhook", "http://h/t#rc=6" },
		    "--webhook: \"rc=6\" is no rule of a webhook" },
		{ { "--fallback-webhook", "http://h/t#rc=1&rp" },
		    "--fallback-webhook: \"rp\" is no rule of a webhook" },
		{ { "--fallback-webhook", "h/t" },
		    "--fallback-webhook: \"h/t\" is not a URL" },
		{ { "--public-url", "ftp://h" },
		    "--public-url: \"ftp://h\" is not a URL" },
		{ { "--twilio-timeout-ms", "0" },
		    "--twilio-timeout-ms: \"0\" is not a number" },
		{ { "--twilio-timeout-ms", "15001" },
		    "--twilio-timeout-ms: \"15001\" is not" },
		{ { "--twilio-timeout-ms", "1s" },
		    "--twilio-timeout-ms: \"1s\" is not" },
		{ { "--nonsense" }, "try botline-sandbox --help" },
		{ { "file" }, "\"file\" is not an option" },
	};

	cr_redirect_stderr(); /* getopt's own remark */
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct options o;
		struct err e = { 0 };

		cr_expect_eq(
		    parse(&o, t[i].args, &e), OPTIONS_WRONG, "%s", t[i].args[0]);
		cr_expect(strncmp(e.text, t[i].says, strlen(t[i].says)) == 0, "%s: %s",
		    t[i].args[0], e.text);
	}
}

static void
expect_no_start(struct options o, const char *says)
{
	struct err e = { 0 };
	struct sandbox *sb = sandbox_start(&o, &e);

	cr_expect_null(sb, "%s", says);
	cr_expect_not_null(strstr(e.text, says), "%s: %s", says, e.text);
	sandbox_stop(sb);
}

Test(sandbox_start, refused)
{
	static const struct {
		const char *listen, *says;
	} t[] = {
		{ "0.0.0.0:0", "can be reached from other machines" },
		{ "[::]:0", "can be reached from other machines" },
		{ "192.0.2.1:0", "can be reached from other machines" },
		{ "localhost:0", "is not a numeric address and a port" },
		{ "127.0.0.1", "is not ADDRESS:PORT" },
		{ ":80", "is not ADDRESS:PORT" },
		{ "127.0.0.1:http", "is not a numeric address and a port" },
		{ "", "is not ADDRESS:PORT" },
	};
	struct options o;
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	o = run.opts;
	for (size_t i = 0; i < NELEMS(t); i++) {
		o.listen = t[i].listen;
		expect_no_start(o, t[i].says);
	}
	o.listen = server_url(run.sb->server) + strlen("http://");
	expect_no_start(o, "cannot listen on 127.0.0.1:");
	o = run.opts;
	o.knowledge = "/nowhere/k.cfg";
	expect_no_start(o, "/nowhere/k.cfg");
	run_stop(&run);
}

/* An address for other machines, when that is wanted. */
Test(sandbox_start, addresses)
{
	struct run run;
	struct options o;
	struct sandbox *sb;
	struct err e;

	run_start(&run, NULL, PATIENCE_MS);
	o = run.opts;
	o.listen = "0.0.0.0:0";
	o.allow_remote = true;
	sb = sandbox_start(&o, &e);
	cr_assert_not_null(sb, "%s", e.text);
	cr_expect_str_eq(server_host(sb->server), "0.0.0.0");
	cr_expect(server_allows_remote(sb->server));
	sandbox_stop(sb);
	run_stop(&run);
}
