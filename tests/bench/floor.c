/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no turn can be cheaper than: a responder on libfcgi with as many threads as botline
 * has workers, which answers a constant document; at once, or after one POST by a curl handle
 * that the thread keeps.
 *
 *	floor SOCKET WORKERS [URL [CERTIFICATE]]
 */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <curl/curl.h>
#include <fcgiapp.h>

static const char *url, *authority;
static int sock;

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

/* The size of what botline says in a turn. */
static CURL *
new_call(struct curl_slist **headers)
{
	static const char post[] =
	    "{\"message\":\"when are you open, 7 of 346000017?\"}";
	static const char *const lines[] = { "Content-Type: application/json",
		"Accept: application/json", "Authorization: Bearer t",
		"x-inbenta-key: k+/0123456789abcdef0123456789abcdef=",
		"x-inbenta-session: Bearer-s" };
	CURL *c = curl_easy_init();

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		*headers = curl_slist_append(*headers, lines[i]);
	if (c == NULL || *headers == NULL)
		return NULL;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 20000L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, post);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	if (authority != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, authority);
	return c;
}

static void
respond(FCGX_Request *r, CURL *call)
{
	static const char answer[] =
	    "Content-Type: text/xml\r\n\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Response><Message>We are open from 9 to 18, Monday to Friday."
	    "</Message></Response>";
	char body[4096];

	while (FCGX_GetStr(body, sizeof(body), r->in) > 0)
		continue;
	if (call != NULL && curl_easy_perform(call) != CURLE_OK)
		FCGX_PutS("Status: 500\r\n\r\n", r->out);
	else
		FCGX_PutStr(answer, sizeof(answer) - 1, r->out);
	FCGX_Finish_r(r);
}

static void *
work(void *arg)
{
	struct curl_slist *headers = NULL;
	CURL *call = NULL;
	FCGX_Request r;

	(void)arg;
	if (url != NULL && (call = new_call(&headers)) == NULL)
		exit(1);
	if (FCGX_InitRequest(&r, sock, 0) != 0)
		exit(1);
	while (FCGX_Accept_r(&r) == 0)
		respond(&r, call);
	curl_easy_cleanup(call);
	curl_slist_free_all(headers);
	return NULL;
}

static bool
start_listening(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path))
		return false;
	memcpy(a.sun_path, path, strlen(path) + 1);
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* Apache may run as somebody else. */
	return sock >= 0 && bind(sock, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    chmod(path, 0666) == 0 && listen(sock, 1024) == 0;
}

int
main(int argc, char **argv)
{
	long workers = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	pthread_attr_t attr;

	if (argc < 3 || argc > 5 || workers < 1) {
		fputs("usage: floor SOCKET WORKERS [URL [CERTIFICATE]]\n", stderr);
		return 64;
	}
	url = argc > 3 ? argv[3] : NULL;
	authority = argc > 4 ? argv[4] : NULL;
	signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || FCGX_Init() != 0)
		return 1;
	if (!start_listening(argv[1])) {
		fputs("floor: cannot listen\n", stderr);
		return 1;
	}
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	for (long i = 0; i < workers; i++) {
		pthread_t t;

		if (pthread_create(&t, &attr, work, NULL) != 0) {
			fputs("floor: too many workers\n", stderr);
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
