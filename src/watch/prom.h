/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WATCH_PROM_H
#define WATCH_PROM_H

struct buf;
struct numbers;

/* The media type of it. */
#define PROM_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * Appends all numbers that are known in the text format of Prometheus, version 0.0.4: each
 * metric with HELP and TYPE, times in seconds, all labels of a set, zeros too.
 */
void prom_write(struct buf *out, const struct numbers *n);

#endif
