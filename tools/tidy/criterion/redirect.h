/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TIDY_CRITERION_REDIRECT_H
#define TIDY_CRITERION_REDIRECT_H

#include <criterion/criterion.h>

#endif
