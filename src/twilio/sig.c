/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "twilio/sig.h"

/*
 * What is signed is the URL followed by name and value of each form field, ordered by
 * name. It is never joined in memory: the hash takes it in pieces. The URL is three of
 * them, so that a port can be left out or put in between.
 */
enum { URL_PIECES = 3 };

struct message {
	struct bytes *pieces;
	size_t n;
};

static void
message_fini(struct message *m)
{
	free(m->pieces);
}

static int
bytes_cmp(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t n = a_len < b_len ? a_len : b_len;
	int diff = n > 0 ? memcmp(a, b, n) : 0;

	return diff != 0 ? diff : (a_len > b_len) - (a_len < b_len);
}

/* By name; values of one name by value, as the Python and Node libraries do. */
static int
field_cmp(const void *a, const void *b)
{
	const struct form_field *x = a, *y = b;
	int diff = bytes_cmp(x->name, x->name_len, y->name, y->name_len);

	return diff != 0 ? diff
			 : bytes_cmp(x->value, x->value_len, y->value, y->value_len);
}

/* The pieces of the fields, behind room for those of the URL. */
static void
message_init(struct message *m, const struct form *form)
{
	size_t n = form != NULL ? form->n : 0;
	struct form_field *sorted;

	m->pieces = xcalloc(URL_PIECES + 2 * n, sizeof(*m->pieces));
	m->n = URL_PIECES;
	if (n == 0)
		return;
	sorted = xcalloc(n, sizeof(*sorted));
	memcpy(sorted, form->fields, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), field_cmp);
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &sorted[i];

		if (i > 0 && field_cmp(f - 1, f) == 0)
			continue; /* the same name and value again counts once */
		m->pieces[m->n++] = (struct bytes){ f->name, f->name_len };
		m->pieces[m->n++] = (struct bytes){ f->value, f->value_len };
	}
	free(sorted);
}

static void
message_sign(const struct message *m, const char *token, char out[TWILIO_SIG_SIZE])
{
	hmac_sha1_base64(token, strlen(token), m->pieces, m->n, out);
}

static void
message_url(struct message *m, const char *url)
{
	m->pieces[0] = (struct bytes){ url, strlen(url) };
	m->pieces[1] = m->pieces[2] = (struct bytes){ "", 0 };
}

/* The port that a URL need not write; NULL for a scheme we do not know. */
static const char *
standard_port(const char *url, size_t scheme_len)
{
	if (scheme_len == 5 && strncasecmp(url, "https", 5) == 0)
		return ":443";
	if (scheme_len == 4 && strncasecmp(url, "http", 4) == 0)
		return ":80";
	return NULL;
}

/* The URL with its port toggled; false when it has none that could be. */
static bool
message_url_toggled(struct message *m, const char *url)
{
	const char *sep = strstr(url, "://"), *host, *end, *at, *colon, *port;

	if (sep == NULL)
		return false;
	host = sep + 3;
	end = host + strcspn(host, "/?#");
	at = memrchr(host, '@', (size_t)(end - host));
	if (at != NULL)
		host = at + 1; /* a colon before it parts user and password */
	if (*host == '[')
		host += strcspn(host, "]/?#"); /* colons inside belong to IPv6 */
	colon = memchr(host, ':', (size_t)(end - host));
	port = "";
	if (colon == NULL) {
		port = standard_port(url, (size_t)(sep - url));
		if (port == NULL)
			return false;
		colon = end;
	}
	m->pieces[0] = (struct bytes){ url, (size_t)(colon - url) };
	m->pieces[1] = (struct bytes){ port, strlen(port) };
	m->pieces[2] = (struct bytes){ end, strlen(end) };
	return true;
}

void
twilio_sig_make(const char *token, const char *url, const struct form *form,
    char out[TWILIO_SIG_SIZE])
{
	CLEANUP(message_fini) struct message m = { 0 };

	message_init(&m, form);
	message_url(&m, url);
	message_sign(&m, token, out);
}

bool
twilio_sig_ok(
    const char *token, const char *url, const struct form *form, const char *given)
{
	CLEANUP(message_fini) struct message m = { 0 };
	char want[TWILIO_SIG_SIZE];
	size_t len;
	bool ok;

	if (given == NULL || token == NULL || *token == '\0')
		return false;
	len = strlen(given);
	message_init(&m, form);
	message_url(&m, url);
	message_sign(&m, token, want);
	ok = ct_equal(given, len, want, sizeof(want) - 1);
	/* Both are always tried, so that the time taken does not tell which one matched. */
	if (message_url_toggled(&m, url)) {
		message_sign(&m, token, want);
		ok |= ct_equal(given, len, want, sizeof(want) - 1);
	}
	return ok;
}

/* The value of the first bodySHA256 of the query, and its length; NULL when none. */
static const char *
body_hash(const char *url, size_t *len)
{
	static const char key[] = "bodySHA256=";
	const char *p = strchr(url, '?');

	while (p != NULL) {
		p++;
		if (strncmp(p, key, sizeof(key) - 1) == 0) {
			p += sizeof(key) - 1;
			*len = strcspn(p, "&#");
			return p;
		}
		p = strchr(p, '&');
	}
	return NULL;
}

bool
twilio_sig_ok_body(
    const char *token, const char *url, const void *body, size_t len, const char *given)
{
	char hash[SHA256_HEX_SIZE];
	size_t claimed_len;
	const char *claimed = body_hash(url, &claimed_len);

	if (claimed == NULL || claimed_len != sizeof(hash) - 1 ||
	    !twilio_sig_ok(token, url, NULL, given))
		return false;
	sha256_hex(body, len, hash);
	return ct_equal(claimed, claimed_len, hash, sizeof(hash) - 1);
}

void
twilio_sig_url(struct buf *out, const char *url)
{
	const char *host = strstr(url, "://");
	size_t host_len, skip = 0;

	host = host != NULL ? host + 3 : url;
	host_len = strcspn(host, "/?");
	for (size_t i = 0; i < host_len; i++)
		if (host[i] == '@')
			skip = i + 1;
	buf_add(out, url, (size_t)(host - url));
	buf_str(out, host + skip);
}
