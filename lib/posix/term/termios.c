/* SPDX-License-Identifier: 0BSD */
/* termios.c: the settings of terminals.
 *
 * The terminal's server keeps them and acts on them; here they travel, by requests of ioctl.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "posix/internal.h"

int tcgetattr(int fd, struct termios *settings) { return ioctl(fd, TCGETS, settings); }

int tcsetattr(int fd, int when, const struct termios *settings)
{
	static const unsigned request[] = {[TCSANOW] = TCSETS, [TCSADRAIN] = TCSETSW, [TCSAFLUSH] = TCSETSF};

	if (when < TCSANOW || when > TCSAFLUSH)
		return (int)posix_failed(-EINVAL);
	return ioctl(fd, request[when], settings);
}

int tcgetwinsize(int fd, struct winsize *size) { return ioctl(fd, TIOCGWINSZ, size); }

int tcsetwinsize(int fd, const struct winsize *size) { return ioctl(fd, TIOCSWINSZ, size); }

/* TCSBRK with anything but 0 sends no break and only waits for what was written. */
int tcdrain(int fd)
{
	int r;

	if (posix_self()->stop)
		posix_cancel_point();
	r = ioctl(fd, TCSBRK, 1l);
	if (r < 0 && errno == EINTR && posix_self()->stop)
		posix_cancel_point();
	return r;
}

int tcsendbreak(int fd, int duration) { return ioctl(fd, TCSBRK, 0l); }

int tcflow(int fd, int action) { return ioctl(fd, TCXONC, (long)action); }

int tcflush(int fd, int queue) { return ioctl(fd, TCFLSH, (long)queue); }

speed_t cfgetospeed(const struct termios *settings) { return settings->c_cflag & CBAUD; }

/* One speed for both directions, as hardware has it. */
speed_t cfgetispeed(const struct termios *settings) { return settings->c_cflag & CBAUD; }

int cfsetospeed(struct termios *settings, speed_t speed)
{
	if (speed & ~(speed_t)CBAUD)
		return (int)posix_failed(-EINVAL);
	settings->c_cflag = (settings->c_cflag & ~(tcflag_t)CBAUD) | speed;
	settings->__c_ispeed = settings->__c_ospeed = speed;
	return 0;
}

/* 0 means "as the output". */
int cfsetispeed(struct termios *settings, speed_t speed) { return speed ? cfsetospeed(settings, speed) : 0; }

int cfsetspeed(struct termios *settings, speed_t speed) { return cfsetospeed(settings, speed); }

void cfmakeraw(struct termios *settings)
{
	settings->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	settings->c_oflag &= ~(tcflag_t)OPOST;
	settings->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	settings->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	settings->c_cflag |= CS8;
	settings->c_cc[VMIN] = 1;
	settings->c_cc[VTIME] = 0;
}
