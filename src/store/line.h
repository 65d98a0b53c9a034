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
 * All moments are of CLOCK_MONOTONIC. All functions are safe in several threads.
 */
enum line_result {
	LINE_OK,
	LINE_FULL, /* as many are there as were allowed */
	LINE_LATE, /* until->ns has passed */
	LINE_FAILED /* see *e */
};

/* How long one waits, and what he is told meanwhile. */
struct line_until {
	int64_t ns;
	/*
	 * When he has waited until alarm_ns, fn is called by himself, and he waits on in his
	 * place. It is set to NULL then: once. A moment at or behind ns never comes. fn may
	 * take its time, the signal that ends a wait is not sent in it.
	 */
	int64_t alarm_ns;
	void (*fn)(void *arg); /* NULL: none */
	void *arg;
};

/* Call once per process before line_gate() and line_wait(): installs a signal handler. */
bool line_setup(struct err *e) MUST_CHECK;

enum line_result line_gate(int fd, struct line_until *until, struct err *e) MUST_CHECK;
bool line_gate_try(int fd) MUST_CHECK; /* false also when it fails */
bool line_gate_open(int fd, struct err *e) MUST_CHECK;

/* With the gate held: how many have a ticket, counted no further than max; -1 on error. */
int line_length(int fd, int max, struct err *e) MUST_CHECK;

/* With the gate held: the next ticket, unless max are in the line already. */
enum line_result line_draw(int fd, int max, int64_t *ticket, struct err *e) MUST_CHECK;

/* Waits until all earlier tickets are gone. */
enum line_result line_wait(
    int fd, int64_t ticket, struct line_until *until, struct err *e) MUST_CHECK;

#endif
