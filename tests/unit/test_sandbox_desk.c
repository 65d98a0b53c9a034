/* SPDX-License-Identifier: Apache-2.0 */
/* What agents do at the desk, and files both ways. */
#include "config.h"

#include <sched.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

static struct run run;
static struct arena *mem;
static const char *user, *chat;

#define V1 "/hyperchat/v1/"
#define ACT "/desk/api/act"

static const char *
ask(const char *method, const char *path, const char *body, int status,
    const char *member)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, method, path, NULL, body, &g);
	cr_expect_eq(g.status, status, "%s %s %s: %d %s", method, path,
	    body != NULL ? body : "", g.status, g.body.data);
	return arena_strdup(mem, js_str(g.json, member, ""));
}

/* One thing done in the chat; what it answers. */
static const char *
act(const char *what, const char *more, int status, const char *member)
{
	return ask("POST", ACT,
	    arena_printf(mem, "{\"do\":\"%s\",\"chat\":\"%s\"%s}", what, chat, more),
	    status, member);
}

static void
setup(void)
{
	not_for_ever();
	run_start(&run, NULL, PATIENCE_MS);
	mem = arena_new();
	user = ask("POST", V1 "users/", "{\"name\":\"Ann\",\"externalId\":\"x-1\"}",
	    200, "user.id");
	chat = ask("POST", V1 "chats/",
	    arena_printf(mem, "{\"creator\":\"%s\",\"room\":1,\"source\":3}", user),
	    200, "chat.id");
}

static void
teardown(void)
{
	arena_free(mem);
	run_stop(&run);
#ifdef HAVE_LSAN
	no_leaks();
#endif
}

TestSuite(sandbox_desk, .init = setup, .fini = teardown);

Test(sandbox_desk, acts)
{
	static const struct {
		const char *what, *more;
		int status;
	} t[] = {
		{ "dance", "", 400 },
		{ "accept", "", 409 },
		{ "accept", ",\"agent\":\"A9\"", 409 },
		{ "refuse", ",\"agent\":\"A1\"", 409 },
		{ "say", ",\"text\":\"x\"", 409 },
		{ "accept", ",\"agent\":\"A1\"", 204 },
		{ "accept", ",\"agent\":\"A1\"", 409 },
		{ "say", ",\"text\":\"\"", 409 },
		{ "say", ",\"text\":\"x\",\"agent\":\"A2\"", 409 },
		{ "say", ",\"text\":\"x\"", 200 },
		{ "typing", "", 204 },
		{ "accept", ",\"agent\":\"A2\"", 204 },
		{ "say", ",\"text\":\"x\",\"agent\":\"A2\"", 200 },
		{ "source", ",\"source\":9", 204 },
		{ "close", "", 204 },
		{ "close", "", 409 },
		{ "ticket", ",\"ticket\":5", 200 },
		{ "ticket", "", 200 },
		{ "lose", "", 204 },
		{ "lose", "", 409 },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		act(t[i].what, t[i].more, t[i].status, "");
}

static const char *
chat_member(const char *name)
{
	return ask("GET", arena_printf(mem, V1 "chats/%s", chat), NULL, 200, name);
}

Test(sandbox_desk, refusing_goes_on_to_the_next)
{
	CLEANUP(got_fini) struct got g;
	js *view;

	ask("POST", ACT, "{\"do\":\"online\",\"agent\":\"A2\"}", 204, "");
	ask("GET", arena_printf(mem, V1 "chats/%s/assign", chat), NULL, 200, "");
	act("refuse", ",\"agent\":\"A1\"", 204, "");
	run_call(&run, "GET", "/desk/api/state", NULL, NULL, &g);
	view = json_object_array_get_idx(js_arr(g.json, "chats"), 0);
	cr_expect_str_eq(js_str(view, "invited", ""), "A2");
	cr_expect_str_eq(js_str(view, "user.name", ""), "Ann");
	ask("POST", ACT, "{\"do\":\"online\",\"agent\":\"A2\",\"on\":false}", 204, "");
	got_fini(&g);
	run_call(&run, "GET", "/desk/api/state", NULL, NULL, &g);
	view = json_object_array_get_idx(js_arr(g.json, "chats"), 0);
	cr_expect_null(js_get(view, "invited"), "nobody is left");
}

Test(sandbox_desk, silence)
{
	act("hush", "", 204, "");
	cr_expect_str_eq(chat_member("chat.status"), "closed");
	act("end", "", 409, "");
}

static void
get(const char *path, const char *headers, int status, size_t bytes, const char *type)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, "GET", path, headers, NULL, &g);
	cr_expect_eq(g.status, status, "%s: %d", path, g.status);
	if (status != 200)
		return;
	cr_expect_eq(g.body.len, bytes, "%s: %zu bytes", path, g.body.len);
	cr_expect_not_null(strcasestr(g.head.data, type), "%s", g.head.data);
}

Test(sandbox_desk, files_of_agents)
{
	const char *url, *path;

	act("accept", ",\"agent\":\"A1\"", 204, "");
	url = act("media",
	    ",\"data\":\"aGVsbG8=\",\"type\":\"image/png\","
	    "\"name\":\"label.png\"",
	    200, "message.url");
	path = arena_printf(mem, "/hyperchat/v1%s", url);
	get(path, NULL, 200, 5, "image/png");
	get(arena_printf(mem, "/desk%s", url), NULL, 200, 5, "image/png");
	get(path, "x-hyper-appid: sandbox-app", 403, 0, "");
	get(V1 "media/M0", NULL, 404, 0, "");
	cr_expect_str_eq(
	    act("media", ",\"file\":\"sample-receipt.png\"", 200, "message.name"),
	    "sample-receipt.png");
	act("media", ",\"file\":\"../knowledge.cfg\"", 409, "");
	act("media", ",\"data\":\"!\"", 409, "");
	act("media", ",\"data\":\"aGVsbG8=\",\"type\":\"png\"", 409, "");
	act("media", ",\"serve\":{\"colour\":1}", 400, "");
}

Test(sandbox_desk, files_that_come_wrongly)
{
	static const struct {
		const char *serve;
		int status;
		size_t bytes;
		const char *type;
	} t[] = {
		{ "{\"bytes\":0}", 200, 0, "image/png" },
		{ "{\"bytes\":100000}", 200, 100000, "image/png" },
		{ "{\"bytes\":2,\"type\":\"text/html\"}", 200, 2, "text/html" },
		{ "{\"status\":500}", 500, 0, "" },
		{ "{\"location\":\"http://10.0.0.1/x\"}", 302, 0, "" },
		{ "{\"slow_ms\":50}", 200, 5, "image/png" },
		{ "{\"early\":1}", 404, 0, "" },
	};

	act("accept", ",\"agent\":\"A1\"", 204, "");
	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *url = act("media",
		    arena_printf(mem,
			",\"data\":\"aGVsbG8=\",\"type\":\"image/png\",\"serve\":%s",
			t[i].serve),
		    200, "message.url");

		get(arena_printf(mem, "/hyperchat/v1%s", url), NULL, t[i].status,
		    t[i].bytes, t[i].type);
	}
}

#define PART(name, more, data) \
	"--B\r\nContent-Disposition: form-data; name=\"" name "\"" more \
	"\r\n\r\n" data "\r\n"
#define FILE_PART(file, data) \
	PART("media", "; filename=\"" file "\"\r\nContent-Type: image/png", data)

Test(sandbox_desk, files_of_customers)
{
	static const struct {
		const char *name, *file;
		int status;
	} t[] = {
		{ "a picture", FILE_PART("a.png", "12345"), 200 },
		{ "capitals", FILE_PART("A.PNG", "1\r\n2"), 200 },
		{ "not taken", FILE_PART("a.exe", "12345"), 403 },
		{ "no extension", FILE_PART("png", "12345"), 403 },
		{ "empty", FILE_PART("a.png", ""), 400 },
		{ "no name", PART("media", "", "12345"), 400 },
		{ "no file", "", 400 },
	};
	const char *head = arena_printf(mem,
	    "x-hyper-appid: sandbox-app\nx-hyper-secret: %s\n"
	    "Content-Type: multipart/form-data; boundary=B",
	    run.opts.hyper_secret);

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;
		const char *body = arena_printf(mem,
		    PART("chatId", "", "%s") PART("senderId", "", "%s") "%s--B--\r\n",
		    chat, user, t[i].file);

		run_call(&run, "POST", V1 "media/", head, body, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d %s", t[i].name, g.status,
		    g.body.data);
		if (t[i].status == 403)
			cr_expect_str_eq(js_str(g.json, "error.message", ""),
			    "File type is not allowed", "%s", t[i].name);
		if (t[i].status == 200)
			cr_expect(strncmp(js_str(g.json, "media.url", ""), "/media/M",
				      8) == 0,
			    "%s", t[i].name);
	}
}

/* The page reads the state and what happens then. */
Test(sandbox_desk, events)
{
	CLEANUP(got_fini) struct got g;
	js *list;

	act("accept", ",\"agent\":\"A1\"", 204, "");
	act("say", ",\"text\":\"hello\"", 200, "");
	run_call(&run, "GET", "/desk/api/events?since=0", NULL, NULL, &g);
	list = js_arr(g.json, "events");
	cr_assert(json_object_array_length(list) >= 3);
	cr_expect_str_eq(
	    js_str(json_object_array_get_idx(list, json_object_array_length(list) - 1),
		"message.message", ""),
	    "hello");
}

/* What was said in the chat, "one, two"; once there are so many. */
static const char *
heard(size_t n)
{
	for (;;) {
		CLEANUP(got_fini) struct got g;
		CLEANUP(buf_fini) struct buf all = BUF_INIT(64 * 1024);
		js *list;

		run_call(&run, "GET", "/sandbox/hyperchat", NULL, NULL, &g);
		list = js_arr(
		    json_object_array_get_idx(js_arr(g.json, "chats"), 0), "messages");
		for (size_t i = 0; i < json_object_array_length(list); i++)
			buf_printf(&all, "%s%s", i > 0 ? ", " : "",
			    js_str(json_object_array_get_idx(list, i), "message", ""));
		if (json_object_array_length(list) >= n)
			return arena_strdup(mem, all.data);
		sched_yield();
	}
}

Test(sandbox_desk, agents_by_script)
{
	ask("POST", "/sandbox/hyperchat",
	    "{\"agents\":[{\"id\":\"A1\",\"counts\":2,\"counts_ms\":1,"
	    "\"echoes\":true}]}",
	    204, "");
	ask("POST", "/sandbox/hyperchat",
	    "{\"agents\":[{\"id\":\"A1\",\"counts\":1001}]}", 400, "");
	act("count", ",\"texts\":2", 409, "");
	act("accept", ",\"agent\":\"A1\"", 204, "");
	cr_expect_str_eq(heard(2), "Agent text 1 of 2, Agent text 2 of 2");
	ask("POST", arena_printf(mem, V1 "chats/%s/messages", chat),
	    arena_printf(mem,
		"{\"sender\":\"%s\",\"chatId\":\"%s\",\"message\":\"hi\"}", user, chat),
	    200, "");
	cr_expect_str_eq(
	    heard(4), "Agent text 1 of 2, Agent text 2 of 2, hi, You said: hi");
	act("count", ",\"texts\":0", 409, "");
	act("count", ",\"texts\":1001", 409, "");
	act("count", ",\"texts\":2,\"text\":\"x\"", 204, "");
	cr_expect_str_eq(heard(6),
	    "Agent text 1 of 2, Agent text 2 of 2, hi, You said: hi, x 1 of 2, x 2 of "
	    "2");
	act("count", ",\"texts\":1000,\"ms\":60000", 204, "");
	heard(7);
	act("close", "", 204, "");
}
