/* SPDX-License-Identifier: 0BSD */
/* config.h: which flavour of the kernel this is.
 *
 * KERN_DEBUG is 1 in the debug flavour (assertions, and the invariant checker after every call) and
 * 0 in the release flavour. The Makefile says which; it is always defined, so that code tests it
 * with a plain `if` and both flavours compile all of it. KERN_MEASURE is 1 in a third flavour, the
 * release flavour that measures itself (stretch.h).
 */
#pragma once

#ifndef KERN_DEBUG
#define KERN_DEBUG 0
#endif

#ifndef KERN_MEASURE
#define KERN_MEASURE 0
#endif
