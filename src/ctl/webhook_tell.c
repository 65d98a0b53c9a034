/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "ctl/paint.h"
#include "ctl/screen.h"
#include "ctl/twiml.h"
#include "ctl/webhook_tell.h"

/* Room for all that an answer holds, escaped. */
#define OUT_BYTES ((size_t)8 * LIMIT_UPSTREAM_BYTES)

/* What a status means, and what to do; that of 0 is that none came. */
static const struct meaning {
	int from, to, exit;
	const char *says;
} meanings[] = {
	{ 0, 0, EX_UNAVAILABLE,
	    "Nobody answers there. Is the web server running, and does the address lead "
	    "to it? --connect HOST:PORT or --url URL name another way." },
	{ 200, 299, EXIT_SUCCESS, "" },
	{ 300, 399, EX_PROTOCOL,
	    "That address only leads to another one, which Twilio would not sign for: "
	    "set twilio.webhook_url to where it leads." },
	{ 400, 400, EX_PROTOCOL,
	    "botline cannot make anything of that; its log says why." },
	{ 401, 401, EX_NOPERM,
	    "The web server wants a user and a password: put them into "
	    "twilio.webhook_url as https://user:password@…" },
	{ 403, 403, EX_NOPERM,
	    "The signature is not taken, or the web server lets nobody in. botline there "
	    "has another twilio.credentials.auth_token or twilio.webhook_url, or takes "
	    "this address for another environment (--env). Its log says which." },
	{ 404, 404, EX_PROTOCOL,
	    "There is no botline at that path: compare the web server's snippet with "
	    "twilio.webhook_url." },
	{ 405, 405, EX_PROTOCOL, "Something else than botline takes this address." },
	{ 413, 413, EX_PROTOCOL, "That is more than botline takes in one request." },
	{ 429, 429, EX_UNAVAILABLE, "Too many requests: again, later." },
	{ 502, 504, EX_UNAVAILABLE,
	    "The web server is there, botline behind it is not, or cannot work: is it "
	    "running, is its socket where the snippet says, what does its log say? "
	    "botlinectl check finds a configuration that keeps it from starting." },
	{ 500, 599, EX_UNAVAILABLE,
	    "botline or the web server failed; their logs say why." },
};

static const struct meaning other = { .exit = EX_PROTOCOL,
	.says = "That is no answer of botline: something else takes this address." };

static const struct meaning no_twiml = { .exit = EX_PROTOCOL,
	.says = "The answer is no TwiML: something else than botline takes this "
		"address." };

static const struct meaning *
meaning_of(const struct webhook_answer *answer)
{
	for (size_t i = 0; i < NELEMS(meanings); i++)
		if (answer->status >= meanings[i].from &&
		    answer->status <= meanings[i].to)
			return &meanings[i];
	return &other;
}

static void
put_messages(struct buf *out, const struct twiml_reply *reply)
{
	for (size_t i = 0; i < reply->n; i++) {
		const struct twiml_said *m = &reply->messages[i];

		buf_printf(out, "%s--- message %zu%s\n", paint(PAINT_DIM), i + 1,
		    paint(PAINT_OFF));
		screen_text(out, m->text);
		buf_str(out, *m->text != '\0' ? "\n" : "");
		for (size_t k = 0; k < m->n_media; k++) {
			buf_str(out, "[media] ");
			screen_text(out, m->media[k]);
			buf_chr(out, '\n');
		}
	}
}

static void
put_text(struct buf *out, struct arena *a, const struct webhook_answer *answer,
    const struct meaning *m, const struct twiml_reply *reply)
{
	if (m->exit != EXIT_SUCCESS) {
		buf_printf(out, "%s%s%s%s\n%s\n", paint(PAINT_BAD),
		    answer->status != 0 ? arena_printf(a, "status %d", answer->status)
					: "no answer",
		    answer->why != NULL ? ": " : "",
		    answer->why != NULL ? screen_line(a, answer->why) : "", m->says);
		buf_str(out, paint(PAINT_OFF));
	} else if (!answer->is_message) {
		buf_str(out, "Accepted.\n");
	} else if (reply->n == 0) {
		buf_str(out,
		    "Accepted, with nothing said in the response. What botline has to "
		    "say goes by Twilio's REST API: the answer is late, "
		    "twilio.reply is \"rest\", or an agent has the word. botlinectl "
		    "queue list shows what waits.\n");
	} else {
		put_messages(out, reply);
	}
}

static void
put_json_messages(struct buf *out, const struct twiml_reply *reply)
{
	buf_str(out, ",\"messages\":[");
	for (size_t i = 0; i < reply->n; i++) {
		const struct twiml_said *m = &reply->messages[i];

		js_put_text(out, i > 0 ? ",\n{\"text\":" : "\n{\"text\":", m->text);
		buf_str(out, ",\"media\":[");
		for (size_t k = 0; k < m->n_media; k++)
			js_put_text(out, k > 0 ? "," : "", m->media[k]);
		buf_str(out, "]}");
	}
	buf_chr(out, ']');
}

static void
put_json(struct buf *out, const struct webhook_answer *answer, const struct meaning *m,
    const struct twiml_reply *reply)
{
	buf_printf(out, "{\"status\":%d", answer->status);
	js_put_text(out, ",\"url\":", answer->url);
	js_put_text(out, ",\"sid\":", answer->sid);
	put_json_messages(out, reply);
	buf_printf(out, ",\"empty\":%s",
	    m->exit == EXIT_SUCCESS && reply->n == 0 ? "true" : "false");
	js_put_text(out, ",\"error\":", answer->why);
	js_put_text(out, ",\"advice\":", m->exit != EXIT_SUCCESS ? m->says : NULL);
	buf_str(out, "}\n");
}

int
webhook_tell(struct arena *a, const struct webhook_answer *answer, bool json)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUT_BYTES);
	const struct meaning *m = meaning_of(answer);
	struct twiml_reply reply = { 0 };
	int status;

	if (m->exit == EXIT_SUCCESS && answer->is_message &&
	    !twiml_read(&reply, a, answer->body, answer->len))
		m = &no_twiml;
	if (json)
		put_json(&out, answer, m, &reply);
	else
		put_text(&out, a, answer, m, &reply);
	if (!json && m->exit != EXIT_SUCCESS) {
		fprintf(stderr, "botlinectl: %s", out.data);
		return m->exit;
	}
	status = screen_print(&out);
	return status != EXIT_SUCCESS ? status : m->exit;
}
