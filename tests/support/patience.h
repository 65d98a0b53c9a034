/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_PATIENCE_H
#define SUPPORT_PATIENCE_H

#include <unistd.h>

/*
 * How long tests wait. No verdict depends on how fast the machine is: what is to come may
 * take PATIENCE_MS, which valgrind on a busy machine does not use up, and what never comes is
 * given up after SHORT_MS. By then a call that is left hanging must have reached the other
 * side, hence it is not as short as it could be.
 */
enum { PATIENCE_MS = 300000, SHORT_MS = 2000 };

/*
 * For .init: a test that hangs is killed. (Criterion's own .timeout leaks, and a leak fails
 * the program.)
 */
static inline void
not_for_ever(void)
{
	alarm(PATIENCE_MS / 1000);
}

#endif
