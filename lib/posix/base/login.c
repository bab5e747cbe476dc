/* SPDX-License-Identifier: 0BSD */
/* login.c: names and passwords of those who log in. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <utmpx.h>

/* Who is logged in at the terminal of this process; else whose process it is. */
int getlogin_r(char *name, size_t size)
{
	char terminal[64], line[1024];
	struct passwd user, *found = NULL;
	struct utmpx *entry, wanted = {0};
	const char *login = NULL;
	size_t len;

	if (ttyname_r(STDIN_FILENO, terminal, sizeof(terminal)) == 0) {
		strlcpy(wanted.ut_line, terminal + strlen(_PATH_DEV), sizeof(wanted.ut_line));
		setutxent();
		entry = getutxline(&wanted);
		endutxent();
		if (entry && entry->ut_type == USER_PROCESS)
			login = entry->ut_user;
	}
	if (!login && getpwuid_r(getuid(), &user, line, sizeof(line), &found) == 0 && found)
		login = user.pw_name;
	if (!login)
		return ENXIO;
	len = strnlen(login, sizeof(wanted.ut_user));
	if (len >= size)
		return ERANGE;
	memcpy(name, login, len);
	name[len] = '\0';
	return 0;
}

char *getlogin(void)
{
	static char name[33];
	int error = getlogin_r(name, sizeof(name));

	if (!error)
		return name;
	errno = error;
	return NULL;
}

/* A line without its end, without echo. */
char *getpass(const char *prompt)
{
	static char password[129];
	struct termios settings, silent;
	ssize_t len;
	int fd = open(_PATH_TTY, O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &settings)) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	silent = settings;
	silent.c_lflag = (silent.c_lflag & ~(tcflag_t)ECHO) | ISIG | ICANON;
	tcsetattr(fd, TCSAFLUSH, &silent);
	dprintf(fd, "%s", prompt);
	len = read(fd, password, sizeof(password) - 1);
	dprintf(fd, "\n");
	tcsetattr(fd, TCSAFLUSH, &settings);
	close(fd);
	if (len < 0)
		return NULL;
	while (len && password[len - 1] == '\n')
		len--;
	password[len] = '\0';
	return password;
}

/* The shells that users may have: /etc/shells, or these two. */
static FILE *shells;
static int next_default;

char *getusershell(void)
{
	static char *const defaults[] = {"/bin/sh", "/bin/ash", NULL};
	static char line[256];

	if (!shells)
		shells = fopen(_PATH_SHELLS, "re");
	if (!shells)
		return defaults[next_default] ? defaults[next_default++] : NULL;
	while (fgets(line, sizeof(line), shells)) {
		line[strcspn(line, " \t#\n")] = '\0';
		if (line[0] == '/')
			return line;
	}
	return NULL;
}

void setusershell(void)
{
	if (shells)
		rewind(shells);
	next_default = 0;
}

void endusershell(void)
{
	if (shells)
		fclose(shells);
	shells = NULL;
	next_default = 0;
}
