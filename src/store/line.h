/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LINE_H
#define STORE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/*
 * A line in front of a file, first come first served, for threads and processes alike. It
 * is made of OFD locks (fcntl(2), "Open file description locks") on bytes far behind the
 * data, so whoever dies leaves it at once, whatever killed him. It stores nothing.
 *
 * Each one in the line has opened the file himself, gets a ticket, and leaves by closing
 * his descriptor. There is a gate in front: tickets are drawn with the gate held, for the
 * microseconds this takes.
 *
 * until_ns is a moment of CLOCK_MONOTONIC. All functions are safe in several threads.
 */
enum line_result {
	LINE_OK,
	LINE_FULL, /* as many are there as were allowed */
	LINE_LATE, /* until_ns has passed */
	LINE_FAILED /* see *e */
};

/* Call once per process before line_gate() and line_wait(): installs a signal handler. */
bool line_setup(struct err *e) MUST_CHECK;

enum line_result line_gate(int fd, int64_t until_ns, struct err *e) MUST_CHECK;
bool line_gate_try(int fd) MUST_CHECK; /* false also when it fails */
bool line_gate_open(int fd, struct err *e) MUST_CHECK;

/* With the gate held: how many have a ticket, counted no further than max; -1 on error. */
int line_length(int fd, int max, struct err *e) MUST_CHECK;

/* With the gate held: the next ticket, unless max are in the line already. */
enum line_result line_draw(int fd, int max, int64_t *ticket, struct err *e) MUST_CHECK;

/* Waits until all earlier tickets are gone. */
enum line_result line_wait(
    int fd, int64_t ticket, int64_t until_ns, struct err *e) MUST_CHECK;

#endif
