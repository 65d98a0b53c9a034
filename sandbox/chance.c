/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sandbox/chance.h"

/* Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (mix13). */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15U;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

size_t
chance_draw(const struct chance *c, const char *name, uint64_t n)
{
	uint64_t x = mix(c->seed);

	for (; *name != '\0'; name++)
		x = mix(x ^ (unsigned char)*name);
	x = mix(x ^ n);
	/* 53 bits are what a double has. */
	if ((double)(x >> 11) / (double)(UINT64_C(1) << 53) >= c->share)
		return c->n_ways;
	return (size_t)(mix(x) % c->n_ways);
}
