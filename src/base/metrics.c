/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file holds nothing but the cells: zeros are its beginning, and its name tells which
 * table they are of, so that nobody has to be first. Its blocks are there before it is
 * mapped: a page that the disk has no room for would end the process when it is written.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/metrics.h"

enum { FILE_BYTES = METRIC_CELLS * 8, NAME_SIZE = 32, NAME_DIGITS = 12 };

#define VALUE_NAME(set, value) #value,
#define SET(set, label) \
	static const char *const set##_values[] = { METRIC_##set(VALUE_NAME) }; \
	static const struct metric_set set##_set = { label, set##_values, M_##set##_N };
METRIC_SETS(SET)
#undef SET
#undef VALUE_NAME

#define ROW(id, name, help, a, b, kind) \
	[M_##id] = { name, help, &a##_set, &b##_set, M_##id##_AT, \
		M_##id##_LAST - M_##id##_AT + 1, kind },
#define COUNTER(id, name, help, a, b) ROW(id, name, help, a, b, METRIC_COUNTER)
#define GAUGE(id, name, help, a, b) ROW(id, name, help, a, b, METRIC_GAUGE)
#define HISTOGRAM(id, name, help, a, b) ROW(id, name, help, a, b, METRIC_HISTOGRAM)
const struct metric_row metric_rows[M_N] = {
#include "base/metrics.def"
};
#undef COUNTER
#undef GAUGE
#undef HISTOGRAM
#undef ROW

const int64_t metric_bounds_ms[METRIC_BUCKETS - 1] = {
#define BOUND(ms) ms,
	METRIC_BOUNDS(BOUND)
#undef BOUND
};

typedef _Atomic uint64_t cell;
static_assert(sizeof(cell) == 8 && ATOMIC_LLONG_LOCK_FREE == 2,
    "processes share cells: each is eight bytes, added to without a lock");

static cell own_cells[METRIC_CELLS];
static cell *_Atomic cells = own_cells;

static cell *
cell_at(size_t i)
{
	return &atomic_load_explicit(&cells, memory_order_acquire)[i];
}

static void
add(size_t i, uint64_t n)
{
	atomic_fetch_add_explicit(cell_at(i), n, memory_order_relaxed);
}

void
metrics_add(enum metric m, unsigned a, unsigned b, uint64_t n)
{
	const struct metric_row *row = &metric_rows[m];

	add(row->at + a * row->b->n + b, n);
}

void
metrics_set(enum metric m, unsigned a, uint64_t n)
{
	cell *c = cell_at(metric_rows[m].at + a * metric_rows[m].b->n);

	/* What changes seldom is not written each time: others read the same line. */
	if (atomic_load_explicit(c, memory_order_relaxed) != n)
		atomic_store_explicit(c, n, memory_order_relaxed);
}

void
metrics_observe(enum metric m, unsigned a, int64_t ms)
{
	size_t first = metric_rows[m].at + (size_t)a * METRIC_HISTOGRAM_CELLS;
	size_t i = 0;

	if (ms < 0)
		ms = 0;
	while (i < NELEMS(metric_bounds_ms) && ms > metric_bounds_ms[i])
		i++;
	add(first + i, 1);
	add(first + METRIC_SUM, (uint64_t)ms);
}

static bool
same_label(const char *value, const char *name, size_t len)
{
	if (strlen(value) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i] == ' ' || name[i] == '-' ? '_' : name[i];

		if (value[i] != c)
			return false;
	}
	return true;
}

unsigned
metrics_label(
    const struct metric_set *set, const char *name, size_t len, unsigned otherwise)
{
	for (size_t i = 0; i < set->n; i++)
		if (same_label(set->values[i], name, len))
			return (unsigned)i;
	return otherwise;
}

static void
add_set(struct buf *b, const struct metric_set *set)
{
	buf_printf(b, " %s", set->label);
	for (size_t i = 0; i < set->n; i++)
		buf_printf(b, ",%s", set->values[i]);
}

/* All that gives a cell its meaning, hashed. */
static void
file_name(char out[NAME_SIZE])
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(SIZE_MAX / 2);
	char hex[SHA256_HEX_SIZE];

	for (size_t i = 0; i < M_N; i++) {
		const struct metric_row *row = &metric_rows[i];

		buf_printf(&b, "%s %d %zu", row->name, (int)row->kind, row->n);
		add_set(&b, row->a);
		add_set(&b, row->b);
		buf_chr(&b, '\n');
	}
	for (size_t i = 0; i < NELEMS(metric_bounds_ms); i++)
		buf_printf(&b, " %lld", (long long)metric_bounds_ms[i]);
	sha256_hex(b.data, b.len, hex);
	snprintf(out, NAME_SIZE, "metrics-%.*s", NAME_DIGITS, hex);
}

/* The file of this table in the folder, and nothing but a file of ours; -1: see *e. */
static int
open_file(const char *folder, int flags, struct err *e)
{
	CLEANUP(closep)
	int dirfd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_SIZE];
	struct stat st;
	int fd;

	file_name(name);
	if (dirfd < 0) {
		err_io(e, "%s", folder);
		return -1;
	}
	fd = openat(
	    dirfd, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0) {
		err_io(e, "%s/%s", folder, name);
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    st.st_nlink == 1)
		return fd;
	err_set(e, ERR_IO, 0, "%s/%s is no file of ours: remove it", folder, name);
	close(fd);
	return -1;
}

/* Sees to it that each byte has its place on the disk. */
static bool
has_room(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size >= FILE_BYTES &&
	    st.st_blocks * 512 >= FILE_BYTES)
		return true;
	errno = posix_fallocate(fd, 0, FILE_BYTES);
	return errno == 0 || err_io(e, "no room");
}

/* For on_bus_error(), and set before anybody touches the mapping. */
static char *mapped;
static size_t page_bytes;
static struct sigaction bus_before;
static atomic_bool is_cut;

/* Puts memory of this process alone in the place of the page; false: it is none of ours. */
static bool
replace_page(const void *address)
{
	size_t at = (uintptr_t)address - (uintptr_t)mapped;

	return at < FILE_BYTES &&
	    mmap(mapped + (at - at % page_bytes), page_bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

/*
 * Somebody has cut the file (cp over it does, too), or its disk is one that copies on writing
 * and is full: what is counted there from now on is not worth the turns at hand.
 */
static void
on_bus_error(int sig, siginfo_t *info, void *context)
{
	int before = errno;

	(void)context;
	if (info->si_code > 0 && replace_page(info->si_addr)) {
		atomic_store(&is_cut, true);
		errno = before;
		return;
	}
	sigaction(sig, &bus_before, NULL);
	if (info->si_code <= 0)
		raise(sig); /* else it comes again by itself */
}

static bool
watch_mapping(cell *shared)
{
	struct sigaction act = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };
	struct sigaction now;

	mapped = (char *)shared;
	page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	if (sigaction(SIGBUS, NULL, &now) != 0)
		return false;
	if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_bus_error)
		return true;
	bus_before = now;
	return sigaction(SIGBUS, &act, NULL) == 0;
}

bool
metrics_cut(void)
{
	return atomic_exchange(&is_cut, false);
}

bool
metrics_open(const char *folder, struct err *e)
{
	CLEANUP(closep) int fd = open_file(folder, O_RDWR | O_CREAT, e);
	cell *shared;

	if (fd < 0 || !has_room(fd, e))
		return false;
	shared = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		return err_io(e, "mmap");
	if (!watch_mapping(shared))
		return err_io(e, "SIGBUS");
	atomic_store(&cells, shared);
	for (size_t i = 0; i < METRIC_CELLS; i++)
		add(i, atomic_exchange(&own_cells[i], 0));
	return true;
}

void
metrics_read(uint64_t out[METRIC_CELLS])
{
	for (size_t i = 0; i < METRIC_CELLS; i++)
		out[i] = atomic_load_explicit(cell_at(i), memory_order_relaxed);
}

bool
metrics_read_file(const char *folder, uint64_t out[METRIC_CELLS], struct err *e)
{
	CLEANUP(closep) int fd = open_file(folder, O_RDONLY, e);
	uint64_t read[METRIC_CELLS];

	if (fd < 0) {
		if (e->code == ENOENT)
			e->kind = ERR_NONE;
		return false;
	}
	if (pread(fd, read, sizeof(read), 0) != (ssize_t)sizeof(read))
		return err_set(e, ERR_NONE, 0, "nothing was counted");
	memcpy(out, read, sizeof(read));
	return true;
}
