/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the body of a job: a message to be sent, a message of a user, a wait for news.
 * What is read and written reads and writes the same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "dialog/deliver.h"
#include "channel/letter.h"
#include "dialog/turn_note.h"
#include "fuzz/fuzz.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
letter(struct arena *a, const char *body)
{
	struct letter l;
	const char *one;
	struct err e;

	if (!letter_read(&l, body, a, &e))
		return;
	must(l.m.n_media <= LIMIT_MEDIA);
	one = letter_write(a, &l);
	must(letter_read(&l, one, a, &e));
	must(strcmp(one, letter_write(a, &l)) == 0);
}

static void
turn(struct arena *a, const char *body)
{
	struct inbound in;
	enum conf_env env;
	const char *ref, *one, *two;
	struct err e;

	if (!turn_note_read(&in, &env, &ref, body, a, &e))
		return;
	must(in.n_files <= LIMIT_MEDIA && in.n_joined < LIMIT_JOIN);
	one = turn_note_write(a, env, &in);
	must(one != NULL && turn_note_read(&in, &env, &ref, one, a, &e));
	two = turn_note_write(a, env, &in);
	must(two != NULL && strcmp(one, two) == 0);
}

static void
news(struct arena *a, const char *body)
{
	const struct turn t = { .arena = a };
	const struct job job = { .body = body, .kind = "confirm", .lane = "" };
	struct job_result out = { 0 };
	enum job_end end = confirm_work(NULL, &t, &job, &out);

	must(end == JOB_DONE || (end == JOB_DEAD && out.why != NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *body;

	log_setup(LOG_ERROR, LOG_KV);
	if (size > LIMIT_QUEUE_BODY / 8) /* room for all that is escaped */
		return 0;
	body = arena_strndup(a, (const char *)data, size);
	letter(a, body);
	turn(a, body);
	news(a, body);
	return 0;
}
