/* SPDX-License-Identifier: 0BSD */
/* login.c: who is at the terminal: as far as the process knows, its real user. */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

int getlogin_r(char *name, size_t size)
{
	char text[1024];
	struct passwd entry, *result;
	int error = getpwuid_r(getuid(), &entry, text, sizeof(text), &result);

	if (error || !result)
		return error ? error : ENXIO;
	if (strlen(entry.pw_name) >= size)
		return ERANGE;
	strcpy(name, entry.pw_name);
	return 0;
}

char *getlogin(void)
{
	static char name[LOGIN_NAME_MAX];
	int error = getlogin_r(name, sizeof(name));

	if (error) {
		errno = error;
		return NULL;
	}
	return name;
}
