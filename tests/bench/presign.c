/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes webhooks as Twilio signs them, so that signing costs nothing while a run is
 * measured. Each has a MessageSid and a text of its own. A line is the signature, a tab, the
 * form.
 *
 *	presign URL ACCOUNT FIRST USERS BLOCKS TURNS PARTS NAME [WORDS]
 *
 * NAME.warm gets the first message of each user, NAME.0, NAME.1, … (PARTS of them) get TURNS
 * more in turn: USERS people speak at a time, a block of them after the other; all of one
 * user's lines stand in one part when PARTS divides USERS. Numbers begin with FIRST. The
 * Auth Token comes in the environment, BENCH_TOKEN.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define PARTS_MAX 16
#define TO "+34900000000"

struct plan {
	const char *url, *account, *token, *words;
	FILE *warm, *parts[PARTS_MAX];
	unsigned long long salt, next;
	long first, users, blocks, turns, n_parts;
};

/* A form's value: what is not a letter, a digit or a blank becomes %XX. */
static void
put_value(FILE *f, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == ' ')
			putc('+', f);
		else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z'))
			putc(c, f);
		else
			fprintf(f, "%%%02X", c);
	}
}

/* Source: Twilio, Webhooks security: the URL, then names and values, sorted by name. */
static bool
sign(const struct plan *p, const char *text, const char *from, const char *sid,
    char out[64])
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	char all[2048];
	unsigned len = 0;
	int n = snprintf(all, sizeof(all),
	    "%sAccountSid%sApiVersion2010-04-01Body%sFrom%sFromCountryESMessageSid%s"
	    "NumMedia0NumSegments1SmsMessageSid%sSmsSid%sTo" TO "ToCityToCountryES",
	    p->url, p->account, text, from, sid, sid, sid);

	if (n < 0 || (size_t)n >= sizeof(all) ||
	    HMAC(EVP_sha1(), p->token, (int)strlen(p->token), (unsigned char *)all,
		(size_t)n, mac, &len) == NULL)
		return false;
	EVP_EncodeBlock((unsigned char *)out, mac, (int)len);
	return true;
}

static bool
put_line(struct plan *p, FILE *f, long user, long turn)
{
	char text[512], from[32], sid[40], signature[64];

	snprintf(text, sizeof(text), "%s, %ld of %ld?", p->words, turn, user);
	snprintf(from, sizeof(from), "+34%09ld", user);
	snprintf(sid, sizeof(sid), "SM%016llx%016llx", p->salt, p->next++);
	if (!sign(p, text, from, sid, signature))
		return false;
	fprintf(f,
	    "%s\tToCountry=ES&SmsMessageSid=%s&NumMedia=0&ToCity=&SmsSid=%s&Body=",
	    signature, sid, sid);
	put_value(f, text);
	fputs("&FromCountry=ES&To=", f);
	put_value(f, TO);
	fprintf(f, "&MessageSid=%s&NumSegments=1&AccountSid=%s&From=", sid, p->account);
	put_value(f, from);
	return fputs("&ApiVersion=2010-04-01\n", f) >= 0;
}

static bool
put_block(struct plan *p, long first)
{
	for (long user = 0; user < p->users; user++)
		if (!put_line(p, p->warm, first + user, 0))
			return false;
	for (long turn = 1; turn <= p->turns; turn++)
		for (long user = 0; user < p->users; user++)
			if (!put_line(
				p, p->parts[user % p->n_parts], first + user, turn))
				return false;
	return true;
}

static FILE *
part(const char *name, const char *suffix)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s.%s", name, suffix);
	f = fopen(path, "we");
	if (f == NULL)
		perror(path);
	return f;
}

static bool
open_parts(struct plan *p, const char *name)
{
	p->warm = part(name, "warm");
	if (p->warm == NULL)
		return false;
	for (long i = 0; i < p->n_parts; i++) {
		char number[24];

		snprintf(number, sizeof(number), "%ld", i);
		if ((p->parts[i] = part(name, number)) == NULL)
			return false;
	}
	return true;
}

static bool
close_parts(struct plan *p)
{
	bool fine = fclose(p->warm) == 0;

	for (long i = 0; i < p->n_parts; i++)
		fine = fclose(p->parts[i]) == 0 && fine;
	return fine;
}

int
main(int argc, char **argv)
{
	struct plan p = { .token = getenv("BENCH_TOKEN"),
		.words = "when are you open" };
	bool fine = true;

	if (argc < 9 || argc > 10 || p.token == NULL) {
		fputs(
		    "usage: BENCH_TOKEN=… presign URL ACCOUNT FIRST USERS BLOCKS TURNS "
		    "PARTS NAME [WORDS]\n",
		    stderr);
		return 64;
	}
	p.url = argv[1];
	p.account = argv[2];
	p.first = strtol(argv[3], NULL, 10);
	p.users = strtol(argv[4], NULL, 10);
	p.blocks = strtol(argv[5], NULL, 10);
	p.turns = strtol(argv[6], NULL, 10);
	p.n_parts = strtol(argv[7], NULL, 10);
	if (argc > 9)
		p.words = argv[9];
	if (p.n_parts < 1 || p.n_parts > PARTS_MAX ||
	    RAND_bytes((unsigned char *)&p.salt, sizeof(p.salt)) != 1 ||
	    !open_parts(&p, argv[8]))
		return 1;
	for (long i = 0; fine && i < p.blocks; i++)
		fine = put_block(&p, p.first + i * p.users);
	if (!close_parts(&p) || !fine) {
		fputs("presign: cannot write\n", stderr);
		return 1;
	}
	return 0;
}
