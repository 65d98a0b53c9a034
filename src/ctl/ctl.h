/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

/*
 * botlinectl(8): one function per command. argv[0] is the command's last word; the result
 * is the exit status (sysexits.h). A new command is one function and one row in botlinectl.c.
 */
struct ctl {
	const char *root; /* folder of conf/ and lang/ */
};

typedef int ctl_fn(const struct ctl *ctl, int argc, char **argv);

ctl_fn ctl_allow_handshake;
ctl_fn ctl_segments;

/* Says that the command line is wrong, in two pieces; returns EX_USAGE. */
int ctl_usage(const char *why, const char *what);

#endif
