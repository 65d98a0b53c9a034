/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mask.h"
#include "support/leaks.h"

TestSuite(log, .fini = no_leaks);

/* Runs one log_line with stderr turned to a pipe and gives back what was written. */
static const char *
written(enum log_level level, const char *event, const char *value)
{
	static char line[8192];
	int saved = dup(STDERR_FILENO), p[2];
	ssize_t n;

	cr_assert_eq(pipe(p), 0);
	dup2(p[1], STDERR_FILENO);
	LOG(level, "test", event, LS("value", value), LI("n", -7));
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(p[1]);
	n = read(p[0], line, sizeof(line) - 1);
	close(p[0]);
	line[n > 0 ? n : 0] = '\0';
	return line;
}

Test(log, a_line_of_pairs)
{
	const char *s;

	log_turn("t1");
	s = written(LOG_INFO, "hello there", "a b");
	cr_expect_str_eq(s + strlen("2026-01-31T10:00:00.123Z"),
	    " info test event=\"hello there\" id=t1 value=\"a b\" n=-7\n");
	log_turn("");
}

Test(log, of_a_ticket)
{
	const char *s;

	log_turn("t1");
	log_ticket("#A 501");
	s = written(LOG_INFO, "x", "v");
	cr_expect_str_eq(s + strlen("2026-01-31T10:00:00.123Z"),
	    " info test event=x id=t1 ticket=\"#A 501\" value=v n=-7\n");
	log_turn("t2");
	s = written(LOG_INFO, "x", "v");
	cr_expect_str_eq(s + strlen("2026-01-31T10:00:00.123Z"),
	    " info test event=x id=t2 value=v n=-7\n", "another turn has none");
	log_turn("");
}

Test(log, as_json)
{
	const char *s;

	log_setup(LOG_INFO, LOG_JSON);
	s = written(LOG_WARN, "x", "quote \" and\nline");
	cr_expect(strstr(s,
		      "\"level\":\"warn\",\"room\":\"test\",\"event\":\"x\","
		      "\"value\":\"quote \\\" and\\nline\",\"n\":-7}\n") != NULL,
	    "%s", s);
	log_setup(LOG_INFO, LOG_KV);
}

Test(log, level_decides)
{
	cr_expect_str_eq(written(LOG_DEBUG, "x", ""), "");
	log_setup(LOG_DEBUG, LOG_KV);
	cr_expect_neq(written(LOG_DEBUG, "x", "")[0], '\0');
	log_setup(LOG_INFO, LOG_KV);
}

Test(log, a_room_has_a_level_of_its_own)
{
	static const struct {
		const char *room;
		enum log_level level;
		bool on;
	} t[] = {
		{ "http", LOG_DEBUG, true },
		{ "store", LOG_WARN, true },
		{ "store", LOG_INFO, false },
		{ "web", LOG_INFO, true },
		{ "web", LOG_DEBUG, false },
		{ "no room", LOG_INFO, true },
		{ "no room", LOG_DEBUG, false },
	};

	log_setup(LOG_INFO, LOG_KV);
	log_room_level(LOG_ROOM_http, LOG_DEBUG);
	log_room_level(LOG_ROOM_store, LOG_WARN);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(log_on(t[i].level, t[i].room), t[i].on, "row %zu", i);
	log_setup(LOG_INFO, LOG_KV);
	cr_expect(log_on(LOG_INFO, "store") && !log_on(LOG_DEBUG, "http"),
	    "set up anew, all rooms are alike");
}

Test(log, rooms_and_levels_by_name)
{
	enum log_level level;

	for (size_t i = 0; i < LOG_ROOM_N; i++)
		cr_expect_eq(
		    log_room_find(log_room_names[i], strlen(log_room_names[i])), i);
	cr_expect_eq(log_room_find("http=debug", 4), LOG_ROOM_http);
	cr_expect_eq(log_room_find("htt", 3), LOG_ROOM_N);
	cr_expect_eq(log_room_find("", 0), LOG_ROOM_N);
	cr_expect(log_level_find("warn", &level) && level == LOG_WARN);
	cr_expect_not(log_level_find("loud", &level));
}

Test(log, a_value_that_does_not_fit_is_left_out)
{
	static char big[6000];
	const char *s;

	memset(big, 'x', sizeof(big) - 1);
	s = written(LOG_INFO, "x", big);
	cr_expect(strstr(s, "event=x n=-7\n") != NULL, "%s", s);
}

Test(log, addresses_are_masked)
{
	char out[LOG_MASK_SIZE];

	cr_expect_str_eq(log_masked("+34600111222", out), "*1222");
	cr_expect_str_eq(log_masked("whatsapp:+34600111222", out), "whatsapp:*1222");
	cr_expect_str_eq(log_masked("12345", out), "*");
	cr_expect_str_eq(log_masked("", out), "*");
}

Test(log, e_mail_addresses_are_masked)
{
	static const struct {
		const char *address, *is;
	} t[] = {
		{ "ann@mail.example", "a***@mail.example" },
		{ "ann+x@b@mail.example", "a***@mail.example" },
		{ "\xc3\xa9lodie@mail.example", "\xc3\xa9***@mail.example" },
		{ "a@mail.example", "***@mail.example" },
		{ "\xc3\xa9@mail.example", "***@mail.example" },
		{ "@mail.example", "***" },
		{ "+34600111222", "***" },
		{ "", "***" },
	};
	char out[LOG_MAIL_SIZE], longest[300];

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_eq(
		    log_masked_mail(t[i].address, out), t[i].is, "%s", t[i].address);
	memset(longest, 'x', sizeof(longest));
	longest[5] = '@';
	longest[sizeof(longest) - 1] = '\0';
	cr_expect_eq(strlen(log_masked_mail(longest, out)), LOG_MAIL_SIZE - 1);
}

Test(log, numbers_in_texts_are_masked)
{
	static const struct {
		const char *text, *is;
	} t[] = {
		{ "", "" },
		{ "call +34600111222 or +15550001.", "call *1222 or *0001." },
		{ "To=%2B34600111222&x=%2b34600111223", "To=*1222&x=*1223" },
		{ "whatsapp:+34600111222", "whatsapp:*1222" },
		{ "whatsapp%3A%2B34600111222", "whatsapp%3A*1222" },
		{ "twilio-15550001-34600111222", "twilio-*0001-*1222" },
		{ "twilio-whatsapp15550001-whatsapp34600111222",
		    "twilio-whatsapp*0001-whatsapp*1222" },
		{ "twilio-12345-34600111222", "twilio-12345-*1222" },
		{ "order 34600111222, at 1700000000",
		    "order 34600111222, at 1700000000" },
		{ "\"content\":\"34900000001-34600111222\"",
		    "\"content\":\"*0001-*1222\"" },
		{ "34900000001-whatsapp34600111222", "*0001-whatsapp*1222" },
		{ "12-34600111222", "12-*1222" },
		{ "550e8400-1234567-34600111222", "550e8400-1234567-34600111222" },
		{ "1234567-1234567-1", "1234567-1234567-1" },
		{ "+123456", "+123456" },
		{ "+1234567890123456", "+1234567890123456" },
		{ "SM34600111222", "SM34600111222" },
		{ "a-34600111222", "a-34600111222" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(200);

		mask_phones(&out, t[i].text, strlen(t[i].text));
		cr_expect_str_eq(out.data, t[i].is, "%s", t[i].text);
	}
}

Test(log, addresses_in_texts_are_masked)
{
	static const struct {
		const char *text, *is;
	} t[] = {
		{ "", "" },
		{ "@", "@" },
		{ "a @ b", "a @ b" },
		{ "write to ann.x+y@mail.example!", "write to a***@mail.example!" },
		{ "{\"c\":\"ann@mail.example\",\"d\":\"b@x.y\"}",
		    "{\"c\":\"a***@mail.example\",\"d\":\"***@x.y\"}" },
		{ "c=ann%40mail.example&d=1", "c=a***%40mail.example&d=1" },
		{ "\xc3\xa9lodie@mail.example", "\xc3\xa9***@mail.example" },
		{ "ann@", "ann@" },
		{ "ann%4", "ann%4" },
		{ "at 9 o'clock", "at 9 o'clock" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(200);

		mask_mails(&out, t[i].text, strlen(t[i].text));
		cr_expect_str_eq(out.data, t[i].is, "%s", t[i].text);
	}
}

Test(log, a_number_alone_is_masked_without_its_sign)
{
	static const struct {
		const char *text, *is;
	} t[] = {
		{ "34600111222", "*1222" },
		{ "+34600111222", "*1222" },
		{ "12345", "12345" },
		{ "34600111222x", "34600111222x" },
		{ "whatsapp:+34600111222", "whatsapp:*1222" },
		{ "", "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(200);

		mask_phone(&out, t[i].text, strlen(t[i].text));
		cr_expect_str_eq(out.data, t[i].is, "%s", t[i].text);
	}
}

TestSuite(err, .fini = no_leaks);

Test(err, set_wrap_io)
{
	struct err e;

	cr_expect_not(err_set(&e, ERR_TIMEOUT, 28, "GET %s", "/x"));
	cr_expect_not(err_wrap(&e, "ticket %d", 41));
	cr_expect_eq(e.kind, ERR_TIMEOUT);
	cr_expect_str_eq(e.text, "ticket 41: GET /x");
	errno = ENOENT;
	cr_expect_not(err_io(&e, "open %s", "f"));
	cr_expect_eq(e.code, ENOENT);
	cr_expect_str_eq(e.text, "open f: No such file or directory");
	for (int k = ERR_NONE; k <= ERR_IO; k++) {
		e.kind = (enum err_kind)k;
		cr_expect_not_null(err_kind_name(e.kind));
		cr_expect_gt(strlen(err_hint(&e)), 10, "%s", err_kind_name(e.kind));
	}
}

Test(limits, the_table_names_each_once)
{
	for (size_t i = 0; i < n_limit_rows; i++) {
		cr_expect_gt(limit_rows[i].value, 0, "%s", limit_rows[i].name);
		for (size_t j = i + 1; j < n_limit_rows; j++)
			cr_expect_str_neq(limit_rows[i].name, limit_rows[j].name);
	}
}

/* What botline(8) promises about limits is what the table says. */
Test(limits, the_manual_page_has_the_same_table)
{
	CLEANUP(buf_fini) struct buf page = BUF_INIT(256 * 1024);
	size_t in_page = 0;
	struct err e;

	cr_assert(
	    file_read(AT_FDCWD, TOP_SRCDIR "/man/botline.8", &page, &e), "%s", e.text);
	for (size_t i = 0; i < n_limit_rows; i++) {
		CLEANUP(buf_fini) struct buf row = BUF_INIT(400);

		buf_printf(&row, ".It Dv %s\n%" PRId64 " %s: %s\n", limit_rows[i].name,
		    limit_rows[i].value, limit_rows[i].unit, limit_rows[i].what);
		cr_expect_not_null(
		    strstr(page.data, row.data), "missing: %s", row.data);
	}
	for (const char *s = page.data; (s = strstr(s, ".It Dv LIMIT_")) != NULL; s++)
		in_page++;
	cr_expect_eq(in_page, n_limit_rows, "rows that the table does not have");
}
