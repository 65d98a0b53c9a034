/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "conf/rule.h"

#define DEPTH_LIMIT 500
#define HEAP_LIMIT_KIB 1024

struct rule {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static char
partner(char open)
{
	switch (open) {
	case '(':
		return ')';
	case '[':
		return ']';
	case '{':
		return '}';
	case '<':
		return '>';
	default:
		return open;
	}
}

/*
 * The delimiter that ends the expression is the last one: one inside need not be escaped.
 * PHP wants that, but the guide of the PHP template itself has an example without. NULL
 * when there is none. s is behind the first.
 */
static const char *
find_end(const char *s, char close)
{
	const char *end = NULL;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s == close)
			end = s;
	}
	return end;
}

static bool
read_flags(const char *s, uint32_t *options, struct err *e)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case 'i':
			*options |= PCRE2_CASELESS;
			break;
		case 'm':
			*options |= PCRE2_MULTILINE;
			break;
		case 's':
			*options |= PCRE2_DOTALL;
			break;
		case 'u':
			*options |= PCRE2_UTF | PCRE2_UCP;
			break;
		case 'x':
			*options |= PCRE2_EXTENDED;
			break;
		case ' ':
			break; /* PHP ignores it, too */
		default:
			return err_set(e, ERR_CONFIG, 0,
			    "unknown flag %c: the flags are i, m, s, u and x", *s);
		}
	}
	return true;
}

static bool
compile(struct rule *r, const char *s, size_t n, uint32_t options, struct err *e)
{
	PCRE2_SIZE at;
	int code;
	PCRE2_UCHAR why[120];

	r->code = pcre2_compile(
	    (PCRE2_SPTR)s, n, options | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (r->code == NULL) {
		pcre2_get_error_message(code, why, sizeof(why));
		return err_set(e, ERR_CONFIG, code,
		    "is a bad expression at its byte %zu: %s", (size_t)at + 1,
		    (const char *)why);
	}
	r->limits = pcre2_match_context_create(NULL);
	if (r->limits == NULL)
		return err_set(e, ERR_CONFIG, 0, "out of memory");
	/* PCRE2 counts entries of its matching function: about a millisecond's worth. */
	pcre2_set_match_limit(r->limits, LIMIT_RULE_STEPS);
	pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
	return true;
}

bool
rule_new(const char *notation, struct rule **out, struct err *e)
{
	const char *s = notation, *end;
	uint32_t options = 0;
	struct rule *r;
	char open;

	while (isspace((unsigned char)*s))
		s++;
	open = *s;
	if (open == '\0' || isalnum((unsigned char)open) || open == '\\' ||
	    (unsigned char)open >= 0x80)
		return err_set(e, ERR_CONFIG, 0,
		    "must be an expression between delimiters, as in /^dev\\./i");
	end = find_end(s + 1, partner(open));
	if (end == NULL)
		return err_set(e, ERR_CONFIG, 0,
		    "has no closing delimiter %c: it is written as in /^dev\\./i",
		    partner(open));
	if (!read_flags(end + 1, &options, e))
		return false;
	r = xcalloc(1, sizeof(*r));
	if (!compile(r, s + 1, (size_t)(end - s - 1), options, e)) {
		rule_free(r);
		return false;
	}
	*out = r;
	return true;
}

void
rule_free(struct rule *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	pcre2_match_context_free(r->limits);
	free(r);
}

enum rule_answer
rule_match(const struct rule *r, const char *subject)
{
	size_t n = strlen(subject);
	pcre2_match_data *data;
	int rc;

	if (n > LIMIT_URL)
		return RULE_GAVE_UP;
	data = pcre2_match_data_create(1, NULL);
	if (data == NULL)
		return RULE_GAVE_UP;
	rc = pcre2_match(r->code, (PCRE2_SPTR)subject, n, 0, 0, data, r->limits);
	pcre2_match_data_free(data);
	if (rc >= 0)
		return RULE_YES;
	/* With flag u a subject that is not UTF-8 cannot match: PHP says the same. */
	if (rc == PCRE2_ERROR_NOMATCH ||
	    (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21))
		return RULE_NO;
	return RULE_GAVE_UP;
}
