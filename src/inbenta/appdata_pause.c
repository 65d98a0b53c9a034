/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "inbenta/appdata_pause.h"
#include "store/store.h"

/* What the file says; the rest is its date. */
#define WITH_DATA "with"
#define WITHOUT_DATA "without"

enum {
	NAME_MAX_BYTES = 240,
	TEXT_MAX_BYTES = 16,
	PAUSE_S = LIMIT_SETUP_PAUSE_MS / 1000
};

static void
add_name(struct buf *name, const char *file)
{
	buf_str(name, file);
	buf_str(name, ".failed");
}

void
appdata_pause_set(struct store *s, const char *file, bool has_data)
{
	CLEANUP(buf_fini) struct buf name = BUF_INIT(NAME_MAX_BYTES);
	const char *text = has_data ? WITH_DATA : WITHOUT_DATA;
	struct cache_stamp stamp;
	struct err e;

	add_name(&name, file);
	/* Without it others try for themselves, as this process did. */
	if (!cache_write(s, name.data, text, strlen(text), &stamp, &e))
		LOG(LOG_DEBUG, "inbenta", "failure not told to other processes");
}

int64_t
appdata_pause_left_ms(struct store *s, const char *file, bool has_data, int64_t now_s)
{
	CLEANUP(buf_fini)
	struct buf name = BUF_INIT(NAME_MAX_BYTES), text = BUF_INIT(TEXT_MAX_BYTES);
	struct cache_stamp stamp;
	struct err ignored;
	int64_t age_s;

	add_name(&name, file);
	if (!cache_read(s, name.data, &text, &stamp, &ignored))
		return 0;
	if (!has_data && strcmp(text.data, WITHOUT_DATA) != 0)
		return 0;
	age_s = now_s - stamp.mtime_ns / 1000000000;
	return age_s >= 0 && age_s < PAUSE_S ? (PAUSE_S - age_s) * 1000 : 0;
}

void
appdata_pause_end(struct store *s, const char *file)
{
	CLEANUP(buf_fini) struct buf name = BUF_INIT(NAME_MAX_BYTES);

	add_name(&name, file);
	cache_drop(s, name.data);
}
