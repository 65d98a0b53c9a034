/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_LEAKS_H
#define SUPPORT_LEAKS_H

/*
 * `TestSuite(name, .fini = no_leaks);` makes a leak fail its test under AddressSanitizer:
 * Criterion itself looks at the verdict before the leak checker runs, and its .fini ignores
 * assertions, so only an abort counts.
 */
#if defined(__SANITIZE_ADDRESS__)
#define HAVE_LSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_LSAN 1
#endif
#endif

#ifdef HAVE_LSAN
#include <stdlib.h>

#include <sanitizer/lsan_interface.h>

static inline void
no_leaks(void)
{
	if (__lsan_do_recoverable_leak_check())
		abort();
}
#else
static inline void
no_leaks(void)
{
}
#endif

#endif
