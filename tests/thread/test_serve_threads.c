/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole house under ThreadSanitizer: a pool of FastCGI threads on a real socket, signed
 * messages of many users from several callers at a time, a reload in the middle, and a stop
 * while messages still come. The bot is an echo. A plain main, for Criterion and the
 * sanitizer do not go together.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "bot/bot.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "http/http.h"
#include "render/html.h"
#include "store/due.h"
#include "store/store.h"
#include "support/tmpdir.h"
#include "support/web_fixture.h"
#include "twilio/sig.h"
#include "web/fcgi.h"
#include "web/listener.h"
#include "web/upkeep.h"
#include "web/web.h"

#define CALLERS 6
#define MESSAGES 60
#define WORKERS 8
#define TOKEN "thread-token"
#define SID "AC00000000000000000000000000000001"
#define URL "https://bot.example/botline"

static char socket_path[96];
static atomic_int failures, answered;

static bool
echo_ask(void *self, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct bot_answer *a = arena_alloc(call->arena, sizeof(*a));

	(void)self;
	(void)e;
	a->html = arena_printf(call->arena, "<p>echo %s</p>", in->text);
	*out = (struct bot_result){
		.outcome = BOT_ANSWERED, .answers = a, .n = 1, .memory = "{}"
	};
	return true;
}

static void
echo_close(void *self)
{
	(void)self;
}

static const struct bot_ops echo = {
	.name = "echo", .close = echo_close, .ask = echo_ask
};

static void
record(struct buf *b, unsigned char type, const char *data, size_t n)
{
	const unsigned char head[8] = { 1, type, 0, 1, (unsigned char)(n >> 8),
		(unsigned char)n, 0, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, data, n);
}

static void
pair(struct buf *b, const char *name, const char *value)
{
	size_t len = strlen(value);

	buf_chr(b, (char)strlen(name));
	if (len < 128) {
		buf_chr(b, (char)len);
	} else {
		const unsigned char four[4] = { 0x80, 0, (unsigned char)(len >> 8),
			(unsigned char)len };

		buf_add(b, four, sizeof(four));
	}
	buf_str(b, name);
	buf_str(b, value);
}

/* A message of a user, signed, as the web server would hand it over. */
static void
request(struct buf *out, int caller, int n)
{
	static const char begin[8] = { 0, 1, 0, 0, 0, 0, 0, 0 };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf params = BUF_INIT(4096);
	const char *body = arena_printf(a,
	    "AccountSid=" SID
	    "&MessageSid=SM%016d%016d&From=%%2B1000%d&To=%%2B2000&Body=m%d-%d",
	    caller, n, n % 7, caller, n);
	char sig[TWILIO_SIG_SIZE];
	struct form form;
	struct err e;

	if (!form_parse(&form, a, body, strlen(body), &e))
		abort();
	twilio_sig_make(TOKEN, URL, &form, sig);
	pair(&params, "REQUEST_METHOD", "POST");
	pair(&params, "REQUEST_URI", "/botline");
	pair(&params, "HTTP_HOST", "inner.example");
	pair(&params, "CONTENT_TYPE", "application/x-www-form-urlencoded");
	pair(&params, "CONTENT_LENGTH", arena_printf(a, "%zu", strlen(body)));
	pair(&params, "HTTP_X_TWILIO_SIGNATURE", sig);
	record(out, 1, begin, sizeof(begin));
	record(out, 4, params.data, params.len);
	record(out, 4, "", 0);
	record(out, 5, body, strlen(body));
	record(out, 5, "", 0);
}

/* The whole answer; false when nobody serves the socket any more. */
static bool
call_socket(const struct buf *req, struct buf *answer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char chunk[4096];
	ssize_t n = -1;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", socket_path);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	    send(fd, req->data, req->len, MSG_NOSIGNAL) == (ssize_t)req->len) {
		while ((n = read(fd, chunk, sizeof(chunk))) > 0)
			buf_add(answer, chunk, (size_t)n);
	}
	close(fd);
	return n == 0 && answer->len > 0;
}

static void
fail(const char *what, const char *detail)
{
	printf("# %s: %s\n", what, detail);
	atomic_fetch_add(&failures, 1);
}

/* Skips record heads: enough to look for text in the answer's one stdout record. */
static void *
caller_main(void *arg)
{
	int caller = *(int *)arg;

	for (int n = 0; n < MESSAGES; n++) {
		CLEANUP(buf_fini)
		struct buf req = BUF_INIT(8192), ans = BUF_INIT(65536);
		char want[32];

		request(&req, caller, n);
		if (!call_socket(&req, &ans)) {
			fail("no answer", "");
			continue;
		}
		snprintf(want, sizeof(want), "echo m%d-%d<", caller, n);
		if (memmem(ans.data, ans.len, "Status: 200", 11) == NULL)
			fail("status", ans.data + 8);
		/* Where many callers play one user, some are told that we are busy. */
		if (memmem(ans.data, ans.len, want, strlen(want)) != NULL)
			atomic_fetch_add(&answered, 1);
		else if (memmem(ans.data, ans.len, "<Message", 8) == NULL)
			fail("answer", ans.data + 8);
	}
	return NULL;
}

static struct conf *
load(void)
{
	char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
		(char[]){ "BOTLINE_API__SECRET=s" },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__SID=" SID },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=" TOKEN },
		(char[]){ "BOTLINE_TWILIO__WEBHOOK_URL=" URL },
		(char[]){ "BOTLINE_DIALOG__FLOOD_PER_MIN=0" }, NULL };

	return conf_with(env);
}

static void
run_callers(struct conf_box *box)
{
	pthread_t threads[CALLERS];
	int ids[CALLERS];

	for (int i = 0; i < CALLERS; i++) {
		ids[i] = i;
		if (pthread_create(&threads[i], NULL, caller_main, &ids[i]) != 0)
			abort();
	}
	for (int i = 0; i < 5; i++) {
		struct conf *next = load();

		if (next == NULL)
			abort();
		conf_box_set(box, next);
	}
	for (int i = 0; i < CALLERS; i++)
		pthread_join(threads[i], NULL);
}

/* The system's clock, but for a date that can be turned. */
static _Atomic int64_t late_s;

static int64_t
late_wall_s(const struct clock *c)
{
	(void)c;
	return clock_wall_s(&clock_system) + late_s;
}

static int64_t
late_mono_ms(const struct clock *c)
{
	(void)c;
	return clock_mono_ms(&clock_system);
}

static const struct clock late_clock = { late_wall_s, late_mono_ms };

/* What was due while its user wrote was put off; an hour later nobody writes. */
static void
work_the_rest(const struct web *web)
{
	late_s = 3600;
	upkeep_some(web, 100);
	if (due_any(web->dialog->store, INT32_MAX))
		fail("something due was left", "");
}

/* Opens everything, lets the callers call, closes everything. False: see e. */
static bool
serve_callers(const char *store_folder, struct err *e)
{
	const struct http_shared_opts ho = { .clock = &clock_system };
	const struct store_opts so = { store_folder, 3600, &clock_system };
	const struct listener_opts lo = { .path = socket_path, .backlog = 64 };
	struct conf_box *box = conf_box_new(load());
	struct dialog dialog = { .clock = &late_clock };
	struct web web = { .conf = box, .dialog = &dialog, .clock = &clock_system };
	struct listener l = { .fd = -1 };
	struct fcgi_pool *pool;
	struct upkeep *upkeep;
	char id[40];
	size_t left;

	if ((web.http = http_shared_new(&ho, e)) == NULL ||
	    (dialog.store = store_open(&so, e)) == NULL || !listener_open(&l, &lo, e))
		return false;
	/* Due in the middle of the turns of these very users. */
	for (int i = 0; i < 7; i++) {
		snprintf(id, sizeof(id), "twilio-2000-1000%d", i);
		if (!due_set(dialog.store, id, 1, e))
			return false;
	}
	dialog.bot = bot_from_ops(&echo, NULL);
	pool = fcgi_start(&web, l.fd, WORKERS, e);
	if (pool == NULL || (upkeep = upkeep_start(&web, e)) == NULL)
		return false;
	run_callers(box);
	fcgi_stop(pool, false);
	upkeep_stop(upkeep);
	left = fcgi_drain(pool, 20000) + !upkeep_end(upkeep, 20000);
	if (left > 0)
		return err_set(e, ERR_TIMEOUT, 0, "%zu threads do not end", left);
	fcgi_free(pool);
	work_the_rest(&web);
	listener_close(&l);
	bot_close(dialog.bot);
	store_close(dialog.store);
	http_shared_free(web.http);
	conf_box_free(box);
	return true;
}

int
main(void)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	char store_folder[sizeof(dir.path) + 8];
	struct err e = { 0 };

	snprintf(socket_path, sizeof(socket_path), "%s/s", dir.path);
	snprintf(store_folder, sizeof(store_folder), "%s/store", dir.path);
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	puts("1..1");
	if (!serve_callers(store_folder, &e))
		fail("could not serve", e.text);
	if (atomic_load(&answered) < MESSAGES)
		fail("too few answers", "");
	printf("%s 1 - %d messages answered, the rest told to wait\n",
	    atomic_load(&failures) == 0 ? "ok" : "not ok", atomic_load(&answered));
	return atomic_load(&failures) == 0 ? 0 : 1;
}
