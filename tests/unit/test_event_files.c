/* SPDX-License-Identifier: Apache-2.0 */
/* What agents send: a medium where the phone takes it, a link, or the name alone. */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "store/conv.h"
#include "store/handout.h"
#include "store/store.h"
#include "support/event_stage.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(event_files, .init = quiet, .fini = no_leaks);

#define UPSTREAM "https://hyper.example/media/M7?secret=s3cret"
#define LINK EVENT_URL "?media="
#define PDF "%PDF-1.7 content"
#define HTML_FILE "<html><script>alert(1)</script>"

/* One file of an agent. */
struct sent {
	const char *name; /* of the file, as told */
	const char *file, *type;
	const char *from; /* the user; NULL: by SMS */
	const char *did; /* TOKEN stands for one */
	const char *served_type; /* NULL: nothing is handed out */
};

/* Puts "TOKEN" in the place of the first token; the token goes to `token`. */
static void
mask(char *did, char token[HANDOUT_TOKEN_SIZE])
{
	char *at = strstr(did, "media=");
	size_t n;

	token[0] = '\0';
	if (at == NULL)
		return;
	at += strlen("media=");
	n = strspn(at, "0123456789abcdef");
	cr_assert_eq(n, HANDOUT_TOKEN_SIZE - 1, "%s", did);
	memcpy(token, at, n);
	token[n] = '\0';
	memmove(at + 5, at + n, strlen(at + n) + 1);
	memcpy(at, "TOKEN", 5);
}

static void
check_served(struct event_stage *x, const char *token, const struct sent *t)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct handout h;
	struct err e = { 0 };
	char got[64];
	ssize_t n;

	if (t->served_type == NULL) {
		cr_expect_str_eq(token, "", "%s", t->name);
		return;
	}
	cr_assert_eq(handout_open(x->s.store, token, a, &h, &e), HANDOUT_OK, "%s: %s",
	    t->name, e.text);
	cr_assert_eq(h.size, strlen(t->file), "%s", t->name);
	cr_assert_leq(h.size, sizeof(got), "%s", t->name);
	n = pread(h.fd, got, h.size, 0);
	cr_expect_eq((size_t)n, h.size, "%s", t->name);
	cr_expect_eq(memcmp(got, t->file, h.size), 0, "%s", t->name);
	cr_expect_str_eq(h.type, t->served_type, "%s", t->name);
	close(h.fd);
}

/* The agent sends it; what the phone gets is in x->out.did, without its token. */
static void
comes(struct event_stage *x, const struct sent *t, char token[HANDOUT_TOKEN_SIZE])
{
	const struct agent_event event = { .kind = AGENT_EV_MEDIA,
		.chat_id = "C1",
		.by = "A1",
		.file = { .url = UPSTREAM, .name = t->name } };

	x->f.events = &event;
	x->f.n_events = 1;
	x->f.file = t->file;
	x->f.file_type = t->type;
	cr_expect_eq(event_take(x, 0), EVENT_TAKEN);
	event_settle(x);
	cr_expect_null(strstr(x->out.did, "hyper.example"), "F-8");
	cr_expect_null(strstr(x->out.did, "s3cret"), "F-8");
	mask(x->out.did, token);
	cr_expect_str_eq(x->out.did, t->did, "%s", t->name);
}

static void
run(struct event_stage *x, const struct sent *t)
{
	char token[HANDOUT_TOKEN_SIZE];

	comes(x, t, token);
	check_served(x, token, t);
}

static void
run_all(const struct sent *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct event_stage x;

		event_stage_init(&x, NULL, 0);
		if (t[i].from != NULL)
			x.s.from = t[i].from;
		event_open_chat(&x);
		run(&x, &t[i]);
		event_stage_fini(&x);
	}
}

#define WA "whatsapp:+34600111222"
#define TO_WA WA "<+34900000000: "

Test(event_files, T18_F8_taken)
{
	static const struct sent t[] = {
		{ "label.pdf", PDF, "application/pdf", NULL,
		    EVENT_ME " +" LINK "TOKEN;", "application/pdf" },
		{ "label.pdf", PDF, "application/pdf", WA, TO_WA " +" LINK "TOKEN;",
		    "application/pdf" },
		{ "by-its-name.PDF", PDF, "application/octet-stream", WA,
		    TO_WA " +" LINK "TOKEN;", "application/pdf" },
		{ "a.gif", "GIF89a...", "image/gif", NULL, EVENT_ME " +" LINK "TOKEN;",
		    "image/gif" },
	};

	run_all(t, NELEMS(t));
}

Test(event_files, not_taken)
{
	static const struct sent t[] = {
		{ "a.gif", "GIF89a...", "image/gif", WA, TO_WA "a.gif\n" LINK "TOKEN;",
		    "image/gif" },
		{ "notes.txt", "hello", "text/plain", NULL,
		    EVENT_ME "notes.txt\n" LINK "TOKEN;", "" },
		{ "page.html", HTML_FILE, "text/html", NULL,
		    EVENT_ME "page.html\n" LINK "TOKEN;", "" },
		{ "liar.png", HTML_FILE, "image/png", NULL,
		    EVENT_ME "liar.png\n" LINK "TOKEN;", "" },
		{ "liar.pdf", "MZ...", "", WA, TO_WA "liar.pdf\n" LINK "TOKEN;", "" },
		{ "two\nlines\x01.txt", "x", "text/plain", NULL,
		    EVENT_ME "two lines.txt\n" LINK "TOKEN;", "" },
		{ "fdp.\u202Eexe", "MZ...", "", NULL,
		    EVENT_ME "fdp.exe\n" LINK "TOKEN;", "" },
		{ "", "x", "text/plain", NULL, EVENT_ME "file\n" LINK "TOKEN;", "" },
		{ "", "GIF89a...", "image/gif", WA, TO_WA "file.gif\n" LINK "TOKEN;",
		    "image/gif" },
		{ "empty.pdf", "", "application/pdf", NULL, SAYS_TO_ME("empty.pdf"),
		    NULL },
	};

	run_all(t, NELEMS(t));
}

Test(event_files, a_long_name)
{
	static char name[3 * LIMIT_FILE_NAME];
	struct sent t = { name, "", "", NULL, NULL, NULL };
	char want[2 * LIMIT_FILE_NAME];

	memset(name, 'x', sizeof(name) - 1);
	snprintf(want, sizeof(want), EVENT_ME "%.*s;", LIMIT_FILE_NAME, name);
	t.did = want;
	run_all(&t, 1);
}

Test(event_files, too_large_for_the_channel)
{
	static char big[600 * 1000];
	struct sent t[] = {
		{ "big.pdf", big, "application/pdf", NULL,
		    EVENT_ME "big.pdf\n" LINK "TOKEN;", NULL },
		{ "big.pdf", big, "application/pdf", WA, TO_WA " +" LINK "TOKEN;",
		    NULL },
	};

	memset(big, 'x', sizeof(big) - 1);
	memcpy(big, PDF, strlen(PDF));
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct event_stage x;
		char token[HANDOUT_TOKEN_SIZE];

		event_stage_init(&x, NULL, 0);
		if (t[i].from != NULL)
			x.s.from = t[i].from;
		event_open_chat(&x);
		comes(&x, &t[i], token);
		cr_expect_str_neq(token, "");
		event_stage_fini(&x);
	}
}

/* What will never come is told at once, what may come is tried. */
Test(event_files, not_had)
{
	static const struct {
		const char *name, *did;
		struct err trouble;
		int fails;
		int worked; /* with the one message */
	} t[] = {
		{ "gone", SAYS_TO_ME("a.pdf"), { ERR_UPSTREAM, 404, "404" }, -1, 2 },
		{ "gone for good", SAYS_TO_ME("a.pdf"), { ERR_UPSTREAM, 410, "410" },
		    -1, 2 },
		{ "too large", SAYS_TO_ME("a.pdf"), { ERR_TOO_BIG, 0, "big" }, -1, 2 },
		{ "from a private place", SAYS_TO_ME("a.pdf"),
		    { ERR_DENIED, 0, "private" }, -1, 2 },
		{ "down for long", SAYS_TO_ME("a.pdf"), { ERR_UPSTREAM, 503, "503" },
		    -1, 1 + LIMIT_EVENT_FILE_TRIES },
		{ "out of reach", SAYS_TO_ME("a.pdf"), { ERR_TIMEOUT, 0, "slow" }, -1,
		    1 + LIMIT_EVENT_FILE_TRIES },
		{ "down once", EVENT_ME " +" LINK "TOKEN;", { ERR_TIMEOUT, 0, "slow" },
		    1, 3 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct sent file = { "a.pdf", PDF, "application/pdf", NULL,
			t[i].did, NULL };
		struct event_stage x;
		char token[HANDOUT_TOKEN_SIZE];

		event_stage_init(&x, NULL, 0);
		event_open_chat(&x);
		x.f.trouble = t[i].trouble;
		x.f.fetch_fails = t[i].fails;
		comes(&x, &file, token);
		cr_expect_eq(x.worked, t[i].worked, "%s", t[i].name);
		cr_expect_eq(event_dead(&x), 0, "%s", t[i].name);
		event_stage_fini(&x);
	}
}

static void
takes_all_its_time(void *arg)
{
	struct fake_clock *clock = arg;

	clock->skip_ms += PATIENCE_MS;
}

/* One that never ends holds up what else the agent says once, and not again. */
Test(event_files, never_ending)
{
	static const struct sent t = { "a.pdf", PDF, "application/pdf", NULL,
		SAYS_TO_ME("a.pdf"), NULL };
	struct event_stage x;
	char token[HANDOUT_TOKEN_SIZE];

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.trouble = (struct err){ ERR_TIMEOUT, 0, "slow" };
	x.f.fetch_fails = -1;
	x.f.during = takes_all_its_time;
	x.f.arg = &x.s.clock;
	comes(&x, &t, token);
	cr_expect_eq(x.worked, 2);
	event_stage_fini(&x);
}

static const struct sent pdf = { "a.pdf", PDF, "application/pdf", NULL,
	SAYS_TO_ME("a.pdf"), NULL };

/* Files in the folder of what is handed out. */
static int
handed_out(const struct event_stage *x)
{
	char path[300];
	const struct dirent *d;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof(path), "%s/handout", store_path(x->s.store));
	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while ((d = readdir(dir)) != NULL)
		n += strncmp(d->d_name, "h-", 2) == 0;
	closedir(dir);
	return n;
}

/* Nobody has ever called us at an address that is known. */
Test(event_files, no_address_of_ours)
{
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	x.s.url = NULL;
	event_open_chat(&x);
	run(&x, &pdf);
	cr_expect_eq(handed_out(&x), 0);
	event_stage_fini(&x);
}

Test(event_files, an_address_with_a_query)
{
	static const struct sent t = { "a.pdf", PDF, "application/pdf", NULL,
		EVENT_ME " +https://bot.example/?a=b&media=TOKEN;", "application/pdf" };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	x.s.url = "https://bot.example/?a=b";
	event_open_chat(&x);
	run(&x, &t);
	event_stage_fini(&x);
}

/* The row knows our address while the session is gone. */
Test(event_files, session_is_gone)
{
	static const struct sent t = { "a.pdf", PDF, "application/pdf", NULL,
		EVENT_ME " +" LINK "TOKEN;", "application/pdf" };
	struct event_stage x;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	event_forget_session(&x);
	run(&x, &t);
	event_stage_fini(&x);
}

/* Else each try of an event that has to wait would leave a copy, until there is no room. */
Test(event_files, a_try_leaves_nothing_behind)
{
	static const struct agent_event event = { .kind = AGENT_EV_MEDIA,
		.chat_id = "C1",
		.by = "A1",
		.file = { .url = UPSTREAM, .name = "a.pdf" } };
	struct event_stage x;
	struct conv *conv;
	struct err e = { 0 };

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	x.f.events = &event;
	x.f.n_events = 1;
	x.f.file = PDF;
	x.f.file_type = "application/pdf";
	cr_assert_eq(conv_enter(x.s.store, EVENT_CONV,
			 clock_mono_ms(&clock_system) + PATIENCE_MS, NULL, &conv, &e),
	    CONV_ENTERED);
	cr_expect_eq(event_take(&x, 0), EVENT_TAKEN);
	x.s.clock.now_s += 2;
	cr_expect(event_work_one(&x));
	cr_expect_str_eq(x.out.did, "");
	cr_expect_eq(handed_out(&x), 0);
	conv_leave(conv);
	event_settle(&x);
	cr_expect_eq(handed_out(&x), 1);
	event_stage_fini(&x);
}

/* There is no room for one more file: its name still comes. */
Test(event_files, handout_is_full)
{
	struct event_stage x;
	struct err e = { 0 };
	int fd = -1;

	event_stage_init(&x, NULL, 0);
	event_open_chat(&x);
	cr_assert(file_unnamed(NULL, &fd, &e) && file_write_all(fd, "x", 1, &e), "%s",
	    e.text);
	for (int i = 0; i < LIMIT_HANDOUT_FILES; i++) {
		const struct handout h = { fd, 1, "", "" };
		char token[HANDOUT_TOKEN_SIZE];

		cr_assert(handout_put(x.s.store, &h, 3600, token, &e), "%s", e.text);
	}
	run(&x, &pdf);
	close(fd);
	event_stage_fini(&x);
}
