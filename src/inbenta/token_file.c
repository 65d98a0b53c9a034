/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "inbenta/token_file.h"

enum {
	KEY_MAX = 128, /* longer keys name their file by a hash */
	KEY_SHOWN = 4 /* in a log, of twice as many at least */
};

#define PREFIX "cached-accesstoken-"

char *
token_file_name(const char *key)
{
	struct buf name = BUF_INIT(sizeof(PREFIX) + KEY_MAX + SHA256_HEX_SIZE);
	char hash[SHA256_HEX_SIZE];

	buf_str(&name, PREFIX);
	if (strlen(key) > KEY_MAX) {
		sha256_hex(key, strlen(key), hash);
		buf_str(&name, hash);
		return buf_take(&name);
	}
	for (; *key != '\0'; key++)
		if ((*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z') ||
		    (*key >= '0' && *key <= '9') || *key == ' ')
			buf_chr(&name, *key);
	return buf_take(&name);
}

char *
token_file_shown(const char *name)
{
	const size_t prefix = sizeof(PREFIX) - 1, key = strlen(name) - prefix;
	struct buf shown = BUF_INIT(sizeof(PREFIX) + KEY_SHOWN);

	buf_add(&shown, name, prefix + (key >= 2 * KEY_SHOWN ? KEY_SHOWN : 0));
	buf_chr(&shown, '*');
	return buf_take(&shown);
}

const char *
token_file_hide(struct err *e, const char *shown)
{
	const size_t len = strlen(shown);

	for (char *p = strstr(e->text, PREFIX); p != NULL; p = strstr(p + 1, PREFIX)) {
		size_t n = strcspn(p, ":");

		if (n <= len)
			continue; /* cut before it tells more */
		memcpy(p, shown, len);
		memmove(p + len, p + n, strlen(p + n) + 1);
	}
	return e->text;
}
