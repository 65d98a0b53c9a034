/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what /metrics answers of an empty botline: prom_output FOLDER, which is made and
 * holds its state. For tools/check-monitoring where no botline runs.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/state.h"
#include "watch/numbers.h"
#include "watch/prom.h"

int
main(int argc, char **argv)
{
	const struct watch_self self = { .started_s = 1 };
	struct state_opts o = { .clock = &clock_system };
	struct watch w = { .clock = &clock_system, .self = &self };
	struct buf out = BUF_INIT(1024 * 1024);
	static struct numbers n;
	struct err e = { 0 };

	if (argc != 2)
		return EXIT_FAILURE;
	w.store_path = w.state_path = o.path = argv[1];
	w.state = state_open(&o, &e);
	if (w.state == NULL) {
		fprintf(stderr, "prom_output: %s\n", e.text);
		return EXIT_FAILURE;
	}
	numbers_read(&w, &n);
	prom_write(&out, &n);
	fputs(out.data, stdout);
	state_close(w.state);
	buf_fini(&out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
