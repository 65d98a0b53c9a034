/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts each line of a file of presign once, which wrk cannot do: to open sessions, to
 * measure what has a certain number.
 *
 *	post URL THREADS FILE
 *
 * Prints a JSON object: posted, wrong (no answer, or not the bot's), us.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#define THREADS_MAX 4096

static const char *url;
static FILE *lines;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of lines */
static atomic_long posted, wrong, shown;

struct reply {
	size_t have;
	char text[4096];
};

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct reply *r = arg;
	size_t len = size * n, room = sizeof(r->text) - 1 - r->have;

	memcpy(r->text + r->have, data, len < room ? len : room);
	r->have += len < room ? len : room;
	r->text[r->have] = '\0';
	return len;
}

static bool
next_line(char **line, size_t *size)
{
	ssize_t n;

	pthread_mutex_lock(&lock);
	n = getline(line, size, lines);
	pthread_mutex_unlock(&lock);
	if (n > 0 && (*line)[n - 1] == '\n')
		(*line)[n - 1] = '\0';
	return n > 0;
}

static bool
post(CURL *c, char *line)
{
	struct reply r = { 0 };
	struct curl_slist *headers;
	char signature[128], *form = strchr(line, '\t');
	long status = 0;
	bool fine;

	if (form == NULL)
		return false;
	*form++ = '\0';
	snprintf(signature, sizeof(signature), "X-Twilio-Signature: %s", line);
	headers = curl_slist_append(NULL, signature);
	if (headers == NULL)
		return false;
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, form);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &r);
	fine = curl_easy_perform(c) == CURLE_OK &&
	    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
	    status == 200 && strstr(r.text, "We are open") != NULL;
	if (!fine && atomic_fetch_add(&shown, 1) < 3)
		fprintf(stderr, "post: %ld %.200s\n", status, r.text);
	curl_slist_free_all(headers);
	return fine;
}

static void *
work(void *arg)
{
	CURL *c = curl_easy_init();
	char *line = NULL;
	size_t size = 0;

	(void)arg;
	if (c == NULL)
		return NULL;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 30000L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	while (next_line(&line, &size)) {
		if (!post(c, line))
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&posted, 1);
	}
	free(line);
	curl_easy_cleanup(c);
	return NULL;
}

static long long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int
main(int argc, char **argv)
{
	long n = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
	static pthread_t threads[THREADS_MAX];
	pthread_attr_t attr;
	long long began;

	if (n < 1 || n > THREADS_MAX) {
		fputs("usage: post URL THREADS FILE\n", stderr);
		return 64;
	}
	url = argv[1];
	lines = fopen(argv[3], "re");
	if (lines == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		fputs("post: cannot start\n", stderr);
		return 1;
	}
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	began = now_us();
	for (long i = 0; i < n; i++)
		if (pthread_create(&threads[i], &attr, work, NULL) != 0) {
			fputs("post: too many threads\n", stderr);
			_exit(1); /* the others are at work */
		}
	for (long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("{\"posted\":%ld,\"wrong\":%ld,\"us\":%lld}\n", atomic_load(&posted),
	    atomic_load(&wrong), now_us() - began);
	fclose(lines);
	return 0;
}
