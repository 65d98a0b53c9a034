/* SPDX-License-Identifier: Apache-2.0 */
/* botline-sandbox: options, start, wait for a signal, end. */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sysexits.h>

#include <curl/curl.h>
#include <libxml/parser.h>

#include "base/log.h"
#include "sandbox/sandbox.h"
#include "sandbox/server.h"

/* The signals that end us, blocked in all threads and waited for in this one. */
static void
block_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Each user of a load test needs three connections. */
static void
raise_file_limit(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
		return;
	rl.rlim_cur = rl.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &rl) != 0)
		LOG(LOG_WARN, "sandbox", "the limit of open files stays low",
		    LH("only a load test needs more: ulimit -n before the start"));
}

static int
fail(const struct err *e)
{
	fprintf(stderr, "botline-sandbox: %s\n", e->text);
	return EX_CONFIG;
}

static int
run(const struct options *o)
{
	struct sandbox *sb;
	struct err e;
	sigset_t ends;
	int got;

	block_signals(&ends);
	sb = sandbox_start(o, &e);
	if (sb == NULL)
		return fail(&e);
	printf("botline-sandbox listening on %s\n", server_url(sb->server));
	fflush(stdout);
	sigwait(&ends, &got);
	sandbox_stop(sb);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct err e;
	int rc = 0;

	switch (options_parse(&o, argc, argv, &e)) {
	case OPTIONS_WRONG:
		return fail(&e);
	case OPTIONS_EXIT:
		return 0;
	case OPTIONS_RUN:
		break;
	}
	log_setup(LOG_INFO, LOG_KV);
	raise_file_limit();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	xmlInitParser();
	rc = run(&o);
	xmlCleanupParser();
	curl_global_cleanup();
	return rc;
}
