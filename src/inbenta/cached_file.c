/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/xalloc.h"
#include "inbenta/cached_file.h"

enum {
	KEY_MAX = 128, /* longer keys name their file by a hash */
	KEY_SHOWN = 4 /* in a log, of twice as many at least */
};

/* Length of a name's prefix: neither keys nor hashes have a "-" left. */
static size_t
prefix_length(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash != NULL ? (size_t)(dash - name) + 1 : 0;
}

char *
cached_file_name(const char *prefix, const char *key)
{
	struct buf name = BUF_INIT(strlen(prefix) + KEY_MAX + SHA256_HEX_SIZE);
	char hash[SHA256_HEX_SIZE];

	buf_str(&name, prefix);
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
cached_file_shown(const char *name)
{
	const size_t prefix = prefix_length(name), key = strlen(name) - prefix;
	struct buf shown = BUF_INIT(prefix + KEY_SHOWN + 1);

	buf_add(&shown, name, prefix + (key >= 2 * KEY_SHOWN ? KEY_SHOWN : 0));
	buf_chr(&shown, '*');
	return buf_take(&shown);
}

const char *
cached_file_hide(struct err *e, const char *shown)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(sizeof(e->text));
	CLEANUP(freep) char *prefix = xstrndup(shown, prefix_length(shown));
	const size_t len = strlen(shown);
	const char *p = e->text, *name;

	assert(prefix[0] != '\0');
	while ((name = strstr(p, prefix)) != NULL) {
		size_t n = strcspn(name, ":");

		buf_add(&text, p, (size_t)(name - p));
		buf_add(&text, shown, n < len ? n : len);
		p = name + n;
	}
	buf_str(&text, p);
	snprintf(e->text, sizeof(e->text), "%s", text.data);
	return e->text;
}
