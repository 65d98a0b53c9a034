/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_ANSWERS_CHECK_H
#define UNIT_ANSWERS_CHECK_H

#include <criterion/criterion.h>

#include "base/log.h"
#include "unit/answers_seen.h"

/* Tables of answers and what is read of them. */
struct answer_row {
	const char *name;
	const char *answer; /* its members behind the first */
	const char *want;
};

/* Each row as an answer of the type between two others, which must not be lost. */
static inline void
answers_check(const char *type, const struct answer_row *rows, size_t n)
{
	log_setup(LOG_ERROR, LOG_KV);
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_fini)
		struct buf text = BUF_INIT(100000), seen = BUF_INIT(100000),
			   want = BUF_INIT(100000);
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_answers got = { 0 };
		struct err e = { 0 };

		buf_str(&text, "{\"answers\":[{\"message\":\"before\"},{");
		buf_printf(&text, "\"type\":%s%s},{\"message\":\"after\"}]}", type,
		    rows[i].answer);
		cr_assert(js_parse(text.data, text.len, &root, &e), "%s: %s",
		    rows[i].name, e.text);
		cr_assert(inbenta_answers_read(&got, root, a, &e), "%s: %s",
		    rows[i].name, e.text);
		answers_seen(&seen, &got);
		buf_printf(&want, "answer: before\n%sanswer: after\n", rows[i].want);
		cr_expect_str_eq(
		    seen.data, want.data, "%s:\n%s", rows[i].name, seen.data);
	}
}

#endif
