/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "unit/fault_vfs.h"
#include "unit/store_support.h"

struct fault_vfs fault_vfs;

/* The file of SQLite's own follows in the same memory. */
struct file {
	sqlite3_file base;
	bool log;
};

static sqlite3_vfs *below;

static sqlite3_file *
real(sqlite3_file *f)
{
	return (sqlite3_file *)(void *)((struct file *)(void *)f + 1);
}

/* Counts a call; true when it is the one that fails. */
static bool
fails(void)
{
	return ++fault_vfs.calls == fault_vfs.fail_at;
}

static int
f_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int
f_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), out, n, at);
}

static int
f_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
	if (fails())
		return fault_vfs.code;
	if (((struct file *)(void *)f)->log)
		fault_vfs.unsynced++;
	return real(f)->pMethods->xWrite(real(f), data, n, at);
}

static int
f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return fails() ? fault_vfs.code : real(f)->pMethods->xTruncate(real(f), size);
}

static int
f_sync(sqlite3_file *f, int flags)
{
	if (fails())
		return fault_vfs.code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
	if (((struct file *)(void *)f)->log) {
		fault_vfs.unsynced = 0;
		fault_vfs.syncs++;
	}
	(void)flags;
	return SQLITE_OK; /* the machine will not lose its power during a test */
}

static int
f_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return real(f)->pMethods->xFileSize(real(f), out);
}

static int
f_lock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xLock(real(f), how);
}

static int
f_unlock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xUnlock(real(f), how);
}

static int
f_reserved(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int
f_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int
f_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int
f_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int
f_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), region, size, extend, out);
}

static int
f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void
f_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int
f_shm_unmap(sqlite3_file *f, int removes)
{
	return real(f)->pMethods->xShmUnmap(real(f), removes);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_unlock,
	.xCheckReservedLock = f_reserved,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_traits,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
};

static int
v_open(sqlite3_vfs *v UNUSED, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = below->xOpen(below, name, real(f), flags, out);

	((struct file *)(void *)f)->log = (flags & SQLITE_OPEN_WAL) != 0;
	f->pMethods = real(f)->pMethods != NULL ? &methods : NULL;
	return rc;
}

static int
v_delete(sqlite3_vfs *v UNUSED, const char *name, int sync)
{
	return fails() ? SQLITE_IOERR_DELETE : below->xDelete(below, name, sync);
}

void
fault_vfs_install(void)
{
	static sqlite3_vfs vfs;

	below = sqlite3_vfs_find(NULL);
	vfs = *below;
	vfs.szOsFile = (int)sizeof(struct file) + below->szOsFile;
	vfs.zName = "fault";
	vfs.xOpen = v_open;
	vfs.xDelete = v_delete;
	cr_assert_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}
