/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_NESTED_H
#define MESSENGER_NESTED_H

#include "base/buf.h"
#include "base/js.h"

/*
 * Appends an object as a form whose names tell of the nesting, "extra[0][id]=2", as PHP
 * reads and writes them: true is 1, false 0, null is left out, and so is what is empty.
 */
void messenger_nested_form(struct buf *out, js *root);

#endif
