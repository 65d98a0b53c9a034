/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_FAULT_VFS_H
#define UNIT_FAULT_VFS_H

#include <stdbool.h>

/*
 * SQLite's files, with a disk that can be watched and can fail, and syncs at no cost: a layer above SQLite's own
 * ("An Introduction To The SQLite Virtual File System"). One thread.
 */
struct fault_vfs {
	int calls; /* that change the disk: writes, syncs, truncations, removals */
	int fail_at; /* the call of that number fails; 0: none does */
	int code; /* how: SQLITE_FULL, SQLITE_IOERR_WRITE… */
	int unsynced; /* writes to the log since it was last synced */
	int syncs; /* of the log */
};

extern struct fault_vfs fault_vfs;

/* From now on every database that is opened lies on that disk. */
void fault_vfs_install(void);

#endif
