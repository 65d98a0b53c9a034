/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of the state and its files. state.db comes into being under another name, whole,
 * and then gets its own: so one that is empty or has no tables is damaged, not new.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/line.h"
#include "store/state_i.h"

#define STATE_NEW STATE_DB ".new"

/* SQLite takes no longer ones (MAX_PATHNAME of its os_unix.c), its own endings included. */
enum { MOST_PATH = 480 };

/* $STATE_DIRECTORY is a list with colons when the unit names several (systemd.exec(5)). */
static char *
default_path(void)
{
	const char *dirs = getenv("STATE_DIRECTORY");

	if (dirs == NULL || *dirs != '/')
		return xstrdup(BOTLINE_STATE);
	return xstrndup(dirs, strcspn(dirs, ":"));
}

bool
state_gate(struct state *st, struct err *e)
{
	struct line_until until = { 0 };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	until.ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec +
	    (int64_t)LIMIT_STATE_WAIT_MS * 1000000;
	switch (line_gate(st->lockfd, &until, e)) {
	case LINE_OK:
		return true;
	case LINE_FAILED:
		return err_wrap(e, "%s/" STATE_LOCK, st->path);
	default:
		return err_set(e, ERR_TIMEOUT, 0,
		    "%s: another process has held it for %d ms", st->path,
		    LIMIT_STATE_WAIT_MS);
	}
}

void
state_gate_open(struct state *st)
{
	struct err e;

	if (!line_gate_open(st->lockfd, &e))
		LOG(LOG_ERROR, "store", "gate stays closed", LS("why", e.text),
		    LH("others wait for this process: restart it, and look at the "
		       "disk of store.state_path"));
}

/* Bytes of owners: numbers from 1 on, far before the gate's (line.c). */
static struct flock
owner_byte(int64_t owner, short type)
{
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = owner, .l_len = 1
	};
}

bool
state_owner_lives(const struct state *st, int64_t owner, bool *lives, struct err *e)
{
	struct flock l = owner_byte(owner, F_WRLCK);

	if (fcntl(st->lockfd, F_OFD_GETLK, &l) != 0)
		return err_io(e, "%s/" STATE_LOCK ": look at locks", st->path);
	*lives = l.l_type != F_UNLCK;
	return true;
}

bool
state_owner_lock(struct state *st, int64_t owner, bool on, struct err *e)
{
	struct flock l = owner_byte(owner, on ? F_WRLCK : F_UNLCK);

	return fcntl(st->lockfd, F_OFD_SETLK, &l) == 0 ||
	    err_io(e, "%s/" STATE_LOCK ": lock", st->path);
}

static bool
damaged(const struct state *st, const char *why, struct err *e)
{
	return err_set(e, ERR_CONFIG, 0,
	    "%s/" STATE_DB " is damaged (%s): keep a copy, save what can be saved by "
	    "'sqlite3 " STATE_DB " .recover', or move " STATE_DB
	    "* away to begin with nothing",
	    st->path, why);
}

/* Names what to do about a folder that cannot be used, where nothing is said of it yet. */
static bool
unusable(struct err *e)
{
	const struct err was = *e;

	if (was.kind == ERR_CONFIG)
		return false;
	return err_set(e, ERR_CONFIG, was.code,
	    "%s; name a folder that botline's user alone may read and write, or make "
	    "this one: install -d -m 700 -o USER FOLDER",
	    was.text);
}

/* Its mode is set whatever the umask was. */
static bool
open_lock(struct state *st, struct err *e)
{
	struct stat s;

	st->lockfd = openat(st->dirfd, STATE_LOCK,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (st->lockfd < 0) {
		err_io(e, "%s/" STATE_LOCK, st->path);
		return unusable(e);
	}
	if (fstat(st->lockfd, &s) != 0 || !S_ISREG(s.st_mode) ||
	    s.st_uid != geteuid() || s.st_nlink != 1)
		return err_set(e, ERR_CONFIG, 0,
		    "%s/" STATE_LOCK " is not a file of ours: remove it", st->path);
	return fchmod(st->lockfd, 0600) == 0 ||
	    err_io(e, "%s/" STATE_LOCK ": mode", st->path);
}

enum found { FOUND, MISSING, BAD };

/* Looks at one of our files by name: it must not be opened. Gives it its mode. */
static enum found
look(const struct state *st, const char *name, struct stat *s, struct err *e)
{
	if (fstatat(st->dirfd, name, s, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return MISSING;
		err_io(e, "%s/%s", st->path, name);
		return BAD;
	}
	if (!S_ISREG(s->st_mode) || s->st_uid != geteuid() || s->st_nlink != 1) {
		err_set(e, ERR_CONFIG, 0, "%s/%s is not a file of ours: remove it",
		    st->path, name);
		return BAD;
	}
	if ((s->st_mode & 07777) != 0600 && fchmodat(st->dirfd, name, 0600, 0) != 0) {
		err_io(e, "%s/%s: mode", st->path, name);
		return BAD;
	}
	return FOUND;
}

bool
state_file_same(const struct state *st, struct err *e)
{
	struct stat s;

	if (fstatat(st->dirfd, STATE_DB, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
	    s.st_dev == st->dev && s.st_ino == st->ino)
		return true;
	return err_set(e, ERR_CONFIG, 0,
	    "%s/" STATE_DB " was removed or replaced while we run: nothing can be kept "
	    "until botline is restarted",
	    st->path);
}

static bool
run(const struct state *st, sqlite3 *db, const char *text, struct err *e)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ||
	    sql_fail_db(db, st->path, e);
}

static sqlite3 *
open_db(const struct state *st, const char *name, struct err *e)
{
	char path[MOST_PATH + 32];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/%s", st->path, name);
	if (sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		NULL) == SQLITE_OK)
		return db;
	if (db == NULL)
		err_set(e, ERR_IO, ENOMEM, "%s: no memory", path);
	else
		sql_fail_db(db, st->path, e);
	sqlite3_close(db);
	return NULL;
}

/* Brings a database of that version (0: an empty one) up to ours, in one transaction. */
static bool
take_steps(const struct state *st, sqlite3 *db, int64_t version, struct err *e)
{
	bool ok = run(st, db, "BEGIN IMMEDIATE", e);
	char marks[100];

	if (!ok)
		return false;
	snprintf(marks, sizeof(marks),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", STATE_APPLICATION,
	    STATE_VERSION);
	for (int64_t i = version; i < STATE_VERSION && ok; i++)
		ok = run(st, db, state_steps[i], e);
	if (ok && run(st, db, marks, e) && run(st, db, "COMMIT", e))
		return true;
	/* Some failures have rolled back already; what matters is the first error. */
	(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* Everything a new file holds; it ends in the mode of later use. */
static bool
fill(const struct state *st, sqlite3 *db, struct err *e)
{
	return run(st, db, "PRAGMA auto_vacuum = INCREMENTAL", e) &&
	    run(st, db, "PRAGMA synchronous = FULL", e) && take_steps(st, db, 0, e) &&
	    run(st, db, "PRAGMA journal_mode = WAL", e);
}

/* With the gate held: nobody else makes one. What a maker who died has left goes first. */
static bool
make_db(struct state *st, struct err *e)
{
	static const char *const left[] = { STATE_NEW, STATE_NEW "-journal",
		STATE_NEW "-wal", STATE_NEW "-shm" };
	sqlite3 *db;
	bool ok;

	for (size_t i = 0; i < NELEMS(left); i++)
		if (unlinkat(st->dirfd, left[i], 0) != 0 && errno != ENOENT)
			return err_io(e, "%s/%s", st->path, left[i]);
	/* SQLite gives the mode of the database to the files beside it. */
	if (mknodat(st->dirfd, STATE_NEW, S_IFREG | 0600, 0) != 0 ||
	    fchmodat(st->dirfd, STATE_NEW, 0600, 0) != 0) {
		err_io(e, "%s/" STATE_NEW, st->path);
		return unusable(e);
	}
	db = open_db(st, STATE_NEW, e);
	if (db == NULL)
		return false;
	ok = fill(st, db, e);
	if (sqlite3_close(db) != SQLITE_OK && ok)
		ok = err_set(e, ERR_IO, 0, "%s/" STATE_NEW ": close", st->path);
	if (!ok)
		return false;
	if (renameat(st->dirfd, STATE_NEW, st->dirfd, STATE_DB) != 0 ||
	    fsync(st->dirfd) != 0)
		return err_io(e, "%s/" STATE_DB, st->path);
	LOG(LOG_INFO, "store", "state made", LS("folder", st->path));
	return true;
}

/* The first column of the first row as a number and as a text. */
static bool
ask_db(const struct conn *c, const char *text, int64_t *number, char *out, size_t size,
    struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(c->db, text, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW;
	const unsigned char *column = ok ? sqlite3_column_text(q, 0) : NULL;

	if (!ok)
		sql_fail(c, e);
	*number = ok ? sqlite3_column_int64(q, 0) : 0;
	snprintf(out, size, "%s", column != NULL ? (const char *)column : "");
	sqlite3_finalize(q);
	return ok;
}

static bool
check_marks(const struct state *st, int64_t *out, struct err *e)
{
	const struct conn *c = &st->writes;
	int64_t application, version;
	char text[32];

	if (!ask_db(c, "PRAGMA application_id", &application, text, sizeof(text), e) ||
	    !ask_db(c, "PRAGMA user_version", &version, text, sizeof(text), e))
		return false;
	*out = version;
	if (application != STATE_APPLICATION)
		return damaged(st, "it is not a file of botline", e);
	if (version > STATE_VERSION)
		return err_set(e, ERR_CONFIG, 0,
		    "%s/" STATE_DB " is of a newer botline (version %lld, ours is %d): "
		    "run that one",
		    st->path, (long long)version, STATE_VERSION);
	return version > 0 || damaged(st, "it has no version", e);
}

/* What each connection needs; see state.c. */
static bool
tune(const struct conn *c, int cache_bytes, struct err *e)
{
	char text[200], mode[16];
	int64_t n;

	snprintf(text, sizeof(text),
	    "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
	    "PRAGMA secure_delete = ON; PRAGMA cache_size = -%d;"
	    "PRAGMA journal_size_limit = %d",
	    cache_bytes / 1024, LIMIT_STATE_LOG);
	sqlite3_busy_timeout(c->db, LIMIT_STATE_WAIT_MS);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!run(c->st, c->db, text, e) ||
	    !ask_db(c, "PRAGMA journal_mode = WAL", &n, mode, sizeof(mode), e))
		return false;
	return strcmp(mode, "wal") == 0 ||
	    err_set(e, ERR_CONFIG, 0,
		"%s: the file system gives no shared memory: name a folder on a local "
		"disk",
		c->st->path);
}

static bool
open_conn(struct conn *c, int cache_bytes, struct err *e)
{
	c->db = open_db(c->st, STATE_DB, e);
	return c->db != NULL && tune(c, cache_bytes, e);
}

static bool
inspect(const struct state *st, struct err *e)
{
	char found[120];
	int64_t n;

	return ask_db(
		   &st->writes, "PRAGMA quick_check(1)", &n, found, sizeof(found), e) &&
	    (strcmp(found, "ok") == 0 || damaged(st, found, e));
}

/* With the gate held: nobody else is about to do the same. */
static bool
upgrade(const struct state *st, int64_t version, struct err *e)
{
	if (version == STATE_VERSION)
		return true;
	if (!take_steps(st, st->writes.db, version, e))
		return err_wrap(e, "from version %lld", (long long)version);
	LOG(LOG_INFO, "store", "state brought up to date", LS("folder", st->path),
	    LI("from", version), LI("to", STATE_VERSION));
	return true;
}

/* With the gate held. */
static bool
connect_db(struct state *st, const struct state_opts *o, struct err *e)
{
	struct stat s, beside;
	enum found db = look(st, STATE_DB, &s, e);
	enum found wal = look(st, STATE_DB "-wal", &beside, e);
	int64_t version;

	if (db == BAD || wal == BAD || look(st, STATE_DB "-shm", &beside, e) == BAD)
		return false;
	if (db == MISSING && wal == FOUND)
		return damaged(
		    st, "it is missing, its log " STATE_DB "-wal is there", e);
	if (db == MISSING && o->existing)
		return err_set(e, ERR_CONFIG, ENOENT, "%s: no state here", st->path);
	if (db == MISSING && (!make_db(st, e) || look(st, STATE_DB, &s, e) != FOUND))
		return false;
	if (s.st_size == 0)
		return damaged(st, "it is empty", e);
	st->dev = s.st_dev;
	st->ino = s.st_ino;
	/* What is asked most is in the first few pages of an index. */
	return open_conn(&st->writes, LIMIT_STATE_CACHE, e) &&
	    check_marks(st, &version, e) && (!o->inspect || inspect(st, e)) &&
	    upgrade(st, version, e) && open_conn(&st->reads, LIMIT_STATE_CACHE / 4, e);
}

static bool
open_folder(struct state *st, const struct state_opts *o, struct err *e)
{
	struct stat s;

	if (strlen(st->path) > MOST_PATH)
		return err_set(e, ERR_CONFIG, ENAMETOOLONG,
		    "a folder's path of %zu bytes, at most %d are possible",
		    strlen(st->path), MOST_PATH);
	if (o->existing && stat(st->path, &s) != 0)
		return err_io(e, "%s", st->path);
	return dir_private(st->path, &st->dirfd, e) || unusable(e);
}

bool
state_file_open(struct state *st, const struct state_opts *o, struct err *e)
{
	bool ok;

	st->path = *o->path != '\0' ? xstrdup(o->path) : default_path();
	if (!open_folder(st, o, e) || !open_lock(st, e) || !state_gate(st, e))
		return false;
	ok = connect_db(st, o, e);
	state_gate_open(st);
	return ok;
}
