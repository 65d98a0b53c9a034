/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/evp.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/server.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

enum { ANSWER_MAX = 16 * 1024 * 1024 };

void
run_start(struct run *run, const char *webhook, int64_t timeout_ms)
{
	char *args[] = { (char[]){ "botline-sandbox" }, NULL };
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	*run = (struct run){ 0 };
	if (options_parse(&run->opts, 1, args, &e) != OPTIONS_RUN)
		abort();
	run->opts.knowledge = TOP_SRCDIR "/sandbox/knowledge.cfg";
	run->opts.www = TOP_SRCDIR "/sandbox/www";
	run->opts.webhook = run->opts.public_url = webhook;
	run->opts.twilio_timeout_ms = timeout_ms;
	run->sb = sandbox_start(&run->opts, &e);
	if (run->sb == NULL) {
		fprintf(stderr, "sandbox: %s\n", e.text);
		abort();
	}
}

void
run_stop(struct run *run)
{
	sandbox_stop(run->sb);
	free(run->token);
	free(run->session);
	free(run->office_token);
}

void
got_fini(struct got *g)
{
	buf_fini(&g->body);
	buf_fini(&g->head);
	js_putp(&g->json);
}

static size_t
keep(char *data, size_t size, size_t n, void *cls)
{
	(void)size;
	buf_add(cls, data, n);
	return n;
}

static struct curl_slist *
add(struct curl_slist *list, const char *fmt, const char *value)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(16384);
	const char *at = strstr(fmt, "%s");

	if (value == NULL)
		return list;
	buf_add(&b, fmt, (size_t)(at - fmt));
	buf_str(&b, value);
	list = curl_slist_append(list, b.data);
	if (list == NULL)
		abort();
	return list;
}

/* The login of the Twilio account. */
static struct curl_slist *
twilio_headers(const struct run *run)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(512);
	unsigned char text[512];
	struct curl_slist *list =
	    add(NULL, "Content-Type: %s", "application/x-www-form-urlencoded");

	buf_printf(&b, "%s:%s", run->opts.account_sid, run->opts.auth_token);
	EVP_EncodeBlock(text, (const unsigned char *)b.data, (int)b.len);
	return add(list, "Authorization: Basic %s", (const char *)text);
}

static struct curl_slist *
usual(const struct run *run, const char *path)
{
	struct curl_slist *list;

	if (strncmp(path, "/twilio/", 8) == 0)
		return twilio_headers(run);
	list = add(NULL, "Content-Type: %s", "application/json");
	if (strncmp(path, "/hyperchat/", 11) == 0) {
		list = add(list, "x-hyper-appid: %s", run->opts.hyper_app_id);
		return add(list, "x-hyper-secret: %s", run->opts.hyper_secret);
	}
	if (strncmp(path, "/inbenta/ticketing/", 19) == 0) {
		list = add(list, "x-inbenta-key: %s", run->opts.office_key);
		return add(list, "Authorization: Bearer %s", run->office_token);
	}
	if (strncmp(path, "/inbenta/", 9) != 0)
		return list;
	list = add(list, "x-inbenta-key: %s", run->opts.api_key);
	list = add(list, "Authorization: Bearer %s", run->token);
	return add(list, "x-inbenta-session: Bearer %s", run->session);
}

static struct curl_slist *
these(const char *lines)
{
	struct curl_slist *list = NULL;

	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");
		CLEANUP(freep) char *line = xstrndup(lines, n);

		list = add(list, "%s", line);
		lines += n + (lines[n] == '\n');
	}
	return list;
}

void
run_call(struct run *run, const char *method, const char *path, const char *headers,
    const char *body, struct got *g)
{
	struct curl_slist *list = headers != NULL ? these(headers) : usual(run, path);
	CLEANUP(buf_fini) struct buf url = BUF_INIT(4096);
	CURL *c = curl_easy_init();
	long status = 0;
	struct err e;

	*g = (struct got){ .body = BUF_INIT(ANSWER_MAX), .head = BUF_INIT(ANSWER_MAX) };
	if (c == NULL)
		abort();
	buf_printf(&url, "%s%s", server_url(run->sb->server), path);
	curl_easy_setopt(c, CURLOPT_URL, url.data);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, PATIENCE_MS / 1000L);
	if (strcmp(method, "POST") == 0 || body != NULL)
		curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, body != NULL ? body : "");
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &g->body);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, keep);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, &g->head);
	g->curl = (int)curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	g->status = (int)status;
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	if (!js_parse(g->body.data, g->body.len, &g->json, &e))
		g->json = NULL;
}

static char *
login_step(struct run *run, const char *path, const char *headers, const char *body,
    const char *member)
{
	CLEANUP(got_fini) struct got g;

	run_call(run, "POST", path, headers, body, &g);
	if (g.status != 200 || js_str(g.json, member, NULL) == NULL) {
		fprintf(stderr, "%s: %d %s\n", path, g.status, g.body.data);
		abort();
	}
	return xstrdup(js_str(g.json, member, NULL));
}

void
run_login(struct run *run)
{
	CLEANUP(buf_fini) struct buf secret = BUF_INIT(1024);

	buf_printf(&secret, "{\"secret\":\"%s\"}", run->opts.api_secret);
	run->token =
	    login_step(run, "/inbenta/v1/auth", NULL, secret.data, "accessToken");
	run->session = login_step(run, "/inbenta/chatbot/v1/conversation", NULL,
	    "{\"answers\":{\"maxOptions\":10}}", "sessionToken");
}

void
run_office_login(struct run *run)
{
	CLEANUP(buf_fini) struct buf secret = BUF_INIT(1024);
	CLEANUP(buf_fini) struct buf headers = BUF_INIT(1024);

	buf_printf(&secret, "{\"secret\":\"%s\"}", run->opts.office_secret);
	buf_printf(&headers, "Content-Type: application/json\nx-inbenta-key: %s",
	    run->opts.office_key);
	run->office_token = login_step(
	    run, "/inbenta/v1/auth", headers.data, secret.data, "accessToken");
}
