/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/attr.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "web/listener.h"

static char folder[64], path[80];

static void
make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/botline-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
}

static void
drop_folder(void)
{
	unlink(path);
	rmdir(folder);
	no_leaks();
}

TestSuite(listener, .init = make_folder, .fini = drop_folder);

static const struct listener_opts *
opts(void)
{
	static struct listener_opts o;

	o = (struct listener_opts){ .path = path, .backlog = 4 };
	return &o;
}

static int
connect_to(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", name);
	rc = connect(fd, (struct sockaddr *)&addr, sizeof(addr));
	close(fd);
	return rc;
}

Test(listener, makes_a_socket_for_owner_and_group)
{
	struct listener l = { .fd = -1 };
	struct stat st;
	struct err e;

	umask(0);
	cr_assert(listener_open(&l, opts(), &e), "%s", e.text);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect(S_ISSOCK(st.st_mode));
	cr_expect_eq(st.st_mode & 0777, 0660);
	cr_expect_neq(fcntl(l.fd, F_GETFL) & O_NONBLOCK, 0);
	cr_expect_neq(fcntl(l.fd, F_GETFD) & FD_CLOEXEC, 0);
	cr_expect_eq(connect_to(path), 0);
	listener_close(&l);
	cr_expect_neq(stat(path, &st), 0, "the file goes with the listener");
}

Test(listener, replaces_a_stale_socket)
{
	struct listener dead = { .fd = -1 }, l = { .fd = -1 };
	struct err e;

	cr_assert(listener_open(&dead, opts(), &e), "%s", e.text);
	close(dead.fd); /* as kill -9 does: the file stays, nobody listens */
	free(dead.path);
	cr_assert(listener_open(&l, opts(), &e), "%s", e.text);
	cr_expect_eq(connect_to(path), 0);
	listener_close(&l);
}

Test(listener, leaves_a_live_socket_alone)
{
	struct listener first = { .fd = -1 }, second = { .fd = -1 };
	struct err e;

	cr_assert(listener_open(&first, opts(), &e), "%s", e.text);
	cr_expect_not(listener_open(&second, opts(), &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "another botline serves"), "%s", e.text);
	cr_expect_eq(connect_to(path), 0);
	listener_close(&first);
}

/* A crowd before the door is no reason to wait at it. */
Test(listener, leaves_a_crowded_socket_alone)
{
	struct listener first = { .fd = -1 }, second = { .fd = -1 };
	struct listener_opts o = *opts();
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd[64], n = 0, rc;
	struct err e;

	not_for_ever();
	o.backlog = 0;
	cr_assert(listener_open(&first, &o, &e), "%s", e.text);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	do {
		fd[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		rc = connect(fd[n], (struct sockaddr *)&addr, sizeof(addr));
	} while (rc == 0 && ++n < (int)NELEMS(fd));
	cr_assert(rc != 0 && errno == EAGAIN, "the queue is full");
	cr_expect_not(listener_open(&second, &o, &e));
	cr_expect_not_null(strstr(e.text, "another botline serves"), "%s", e.text);
	for (int i = 0; i <= n; i++)
		close(fd[i]);
	listener_close(&first);
}

Test(listener, refuses_what_is_no_socket)
{
	struct listener l = { .fd = -1 };
	struct err e;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	cr_assert_geq(fd, 0);
	close(fd);
	cr_expect_not(listener_open(&l, opts(), &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_eq(access(path, F_OK), 0, "the file is still there");
}

Test(listener, refuses_what_cannot_be)
{
	static const struct {
		const char *name, *path, *group, *says;
	} t[] = {
		{ "empty path", "", NULL, "is empty" },
		{ "no such folder", "/nonexistent/x/s", NULL, "its folder is missing" },
		{ "path too long",
		    "/tmp/0123456789012345678901234567890123456789012345678901234567890123"
		    "45678901234567890123456789012345678901234567890123456789",
		    NULL, "is longer than" },
		{ "no such group", NULL, "no-such-group-here", "no group no-such" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct listener l = { .fd = -1 };
		struct listener_opts o = *opts();
		struct err e;

		if (t[i].path != NULL)
			o.path = t[i].path;
		o.group = t[i].group;
		cr_expect_not(listener_open(&l, &o, &e), "%s", t[i].name);
		cr_expect_not_null(
		    strstr(e.text, t[i].says), "%s: %s", t[i].name, e.text);
		cr_expect_eq(l.fd, -1, "%s", t[i].name);
		cr_expect_neq(access(path, F_OK), 0, "%s leaves no file", t[i].name);
	}
}

Test(listener, a_successor_under_the_same_name_stays)
{
	struct listener first = { .fd = -1 }, second = { .fd = -1 };
	struct err e;

	cr_assert(listener_open(&first, opts(), &e), "%s", e.text);
	unlink(path);
	cr_assert(listener_open(&second, opts(), &e), "%s", e.text);
	listener_close(&first);
	cr_expect_eq(connect_to(path), 0, "closing the first keeps the second's file");
	listener_close(&second);
}

Test(listener, inherits_descriptor_0)
{
	struct listener l = { .fd = -1 }, made = { .fd = -1 };
	struct err e;

	close(STDIN_FILENO);
	cr_expect_not(listener_inherit(&l), "nothing there");
	cr_assert(listener_open(&made, opts(), &e), "%s", e.text);
	cr_assert_eq(dup2(made.fd, STDIN_FILENO), STDIN_FILENO);
	cr_expect(listener_inherit(&l));
	cr_expect_eq(l.fd, STDIN_FILENO);
	cr_expect_null(l.path, "never ours to remove");
	listener_close(&made);
}

Test(listener, variables_of_another_process_mean_nothing)
{
	struct listener l = { .fd = -1 };

	close(STDIN_FILENO);
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "1", 1);
	cr_expect_not(listener_inherit(&l));
	cr_expect_null(getenv("LISTEN_FDS"), "not handed on");
}
