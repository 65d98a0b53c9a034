/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "web/listener.h"

static bool
set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

/*
 * Whether somebody listens at the address: then the socket is live. One whose queue is full
 * says EAGAIN, where a blocking connect would stand in it.
 */
static bool
is_served(const struct sockaddr_un *addr)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	CLEANUP(closep) int fd = socket(AF_UNIX, type, 0);

	if (fd < 0)
		return true; /* it cannot be told: then it is left alone */
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0)
		return true;
	return errno != ECONNREFUSED && errno != ENOENT;
}

/* Clears the name of a stale socket out of the way. */
static bool
make_way(const struct sockaddr_un *addr, struct err *e)
{
	struct stat st;

	if (lstat(addr->sun_path, &st) != 0)
		return errno == ENOENT || err_io(e, "socket %s", addr->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_CONFIG, 0,
		    "%s is there and is no socket: name another --listen path",
		    addr->sun_path);
	if (is_served(addr))
		return err_set(e, ERR_CONFIG, EADDRINUSE,
		    "another botline serves %s: stop it first, or name another --listen "
		    "path",
		    addr->sun_path);
	if (unlink(addr->sun_path) != 0)
		return err_io(e, "stale socket %s", addr->sun_path);
	return true;
}

static bool
give_to_group(const char *path, const char *group, struct err *e)
{
	const struct group *g = getgrnam(group);

	if (g == NULL)
		return err_set(e, ERR_CONFIG, 0, "no group %s for the socket", group);
	if (chown(path, (uid_t)-1, g->gr_gid) == 0)
		return true;
	if (errno == EPERM)
		return err_set(e, ERR_CONFIG, EPERM,
		    "the socket cannot be given to group %s: the user botline runs as "
		    "must be a member of it",
		    group);
	return err_io(e, "group %s of socket %s", group, path);
}

/* Why bind(2) refused a name that was free. */
static bool
err_bind(struct err *e, const char *path)
{
	if (errno == ENOENT)
		return err_set(e, ERR_CONFIG, ENOENT,
		    "socket %s: its folder is missing; make it for the user botline runs "
		    "as",
		    path);
	if (errno == EACCES)
		return err_set(e, ERR_CONFIG, EACCES,
		    "socket %s: the user botline runs as must be able to write to its "
		    "folder",
		    path);
	return err_io(e, "socket %s", path);
}

/* Bound with the final mode from its first moment, listening only when all is right. */
static bool
bind_listen(int fd, const struct sockaddr_un *addr, const struct listener_opts *o,
    struct err *e)
{
	mode_t mode = o->mode != 0 ? o->mode : 0660;
	mode_t old = umask(0777 & ~mode);
	int rc = bind(fd, (const struct sockaddr *)addr, sizeof(*addr));

	umask(old);
	if (rc != 0)
		return err_bind(e, addr->sun_path);
	if (o->group != NULL && !give_to_group(addr->sun_path, o->group, e)) {
		unlink(addr->sun_path);
		return false;
	}
	if (listen(fd, o->backlog) != 0 || !set_nonblocking(fd)) {
		err_io(e, "socket %s", addr->sun_path);
		unlink(addr->sun_path);
		return false;
	}
	return true;
}

bool
listener_open(struct listener *l, const struct listener_opts *o, struct err *e)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	/* An empty name would make an abstract socket, which no file mode guards. */
	if (o->path[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "--listen path is empty");
	if (strlen(o->path) >= sizeof(addr.sun_path))
		return err_set(e, ERR_CONFIG, 0,
		    "--listen path is longer than %zu bytes",
		    sizeof(addr.sun_path) - 1);
	memcpy(addr.sun_path, o->path, strlen(o->path) + 1);
	if (!make_way(&addr, e))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_io(e, "socket");
	if (!bind_listen(fd, &addr, o, e)) {
		close(fd);
		return false;
	}
	l->fd = fd;
	l->path = xstrdup(o->path);
	if (stat(o->path, &st) == 0) {
		l->dev = st.st_dev;
		l->ino = st.st_ino;
	}
	return true;
}

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 && yes;
}

/* The protocol of sd_listen_fds(3): the variables are for us only when the pid is ours. */
static bool
systemd_passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	bool ours = pid != NULL && fds != NULL &&
	    strtol(pid, NULL, 10) == (long)getpid() && strtol(fds, NULL, 10) >= 1;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return ours;
}

bool
listener_inherit(struct listener *l)
{
	int fd;

	if (systemd_passed() && is_listening(3))
		fd = 3;
	else if (is_listening(STDIN_FILENO))
		fd = STDIN_FILENO;
	else
		return false;
	l->fd = fd;
	l->path = NULL;
	return set_nonblocking(fd) && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

bool
listener_hide(struct listener *l)
{
	struct stat st;

	if (l->path == NULL)
		return false;
	if (lstat(l->path, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino)
		unlink(l->path);
	free(l->path);
	l->path = NULL;
	return true;
}

void
listener_close(struct listener *l)
{
	(void)listener_hide(l);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
