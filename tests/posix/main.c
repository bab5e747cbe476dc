/* SPDX-License-Identifier: 0BSD */
/* main.c: posixtest [SUITE...]: runs the suites that are named, or all. */
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	unsigned failed = 0;

	/* What was found is seen even if the next call never returns. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

	if (argc < 2)
		failed = test_run(NULL);
	for (int i = 1; i < argc; i++)
		failed += test_run(argv[i]);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
