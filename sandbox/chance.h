/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CHANCE_H
#define SANDBOX_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Chance that can be had again: what happens to the n-th call of a name depends on the
 * seed, the name and n alone, not on what other calls do meanwhile.
 */
struct chance {
	double share; /* from 0 to 1: of the calls */
	uint64_t seed;
	size_t
	    n_ways; /* something happens in one of so many ways; 0: this is no chance */
};

/* Which way it goes wrong, from 0; n_ways: it goes well. */
size_t chance_draw(const struct chance *c, const char *name, uint64_t n);

#endif
