/* SPDX-License-Identifier: 0BSD */
/* home.h: between the parts of the test library. */
#pragma once

/* Makes an empty directory and goes there; removes it with all that is in it. */
void test_home_enter(void);
void test_home_leave(void);
/* Failed checks of the running test: a child's exit status. */
unsigned test_failures(void);
