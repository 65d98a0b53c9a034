/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_LISTENER_H
#define WEB_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * The socket the web server connects to. Always a Unix socket: whoever can connect to a
 * FastCGI responder can say what it likes, so its file's owner, group and mode are the
 * fence.
 */
struct listener {
	int fd;
	char *path; /* ours to remove at the end; NULL when the socket was inherited */
	dev_t dev; /* of our socket file: another's under the same name stays */
	ino_t ino;
};

struct listener_opts {
	const char *path;
	const char *group; /* of the socket file; NULL: our own */
	mode_t mode; /* 0: 0660 */
	int backlog;
};

/*
 * Makes the socket. A stale one of that name is replaced; one that somebody serves is not
 * (ERR_CONFIG says so), nor anything that is no socket.
 */
bool listener_open(
    struct listener *l, const struct listener_opts *o, struct err *e) MUST_CHECK;

/*
 * Takes over a listening socket from whoever started us: systemd's descriptor 3
 * (LISTEN_PID, LISTEN_FDS) or descriptor 0 (mod_fcgid, spawn-fcgi, StandardInput=socket).
 * False when there is none.
 */
bool listener_inherit(struct listener *l) MUST_CHECK;

/*
 * Nobody finds the socket any more: its file goes, so that another process can make its own
 * of that name; who has connected stands in line as before. False, and nothing is done: it
 * was inherited, belongs to others, who go on with it, and stays as it is.
 */
bool listener_hide(struct listener *l);

/* Hides it and gives the descriptor back; no thread may use it any more. */
void listener_close(struct listener *l);

#endif
