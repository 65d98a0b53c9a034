/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* Small words of the language that every room uses. */

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/* Runs fn(&variable) when the variable's scope is left, on every path. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

#endif
