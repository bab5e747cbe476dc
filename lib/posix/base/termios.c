/* SPDX-License-Identifier: 0BSD */
/* termios.c: what programs do with a terminal's settings before they set them. */
#include <errno.h>
#include <termios.h>

static int known(speed_t speed)
{
	if (!(speed & ~(speed_t)CBAUD))
		return 1;
	errno = EINVAL;
	return 0;
}

speed_t cfgetispeed(const struct termios *settings)
{
	return settings->__c_ispeed;
}

speed_t cfgetospeed(const struct termios *settings)
{
	return settings->__c_ospeed;
}

/* Speed 0 means that of the output. */
int cfsetispeed(struct termios *settings, speed_t speed)
{
	if (!known(speed))
		return -1;
	settings->__c_ispeed = speed == B0 ? settings->__c_ospeed : speed;
	return 0;
}

int cfsetospeed(struct termios *settings, speed_t speed)
{
	if (!known(speed))
		return -1;
	settings->__c_ospeed = speed;
	settings->c_cflag = (settings->c_cflag & ~(tcflag_t)CBAUD) | speed;
	return 0;
}

int cfsetspeed(struct termios *settings, speed_t speed)
{
	return cfsetospeed(settings, speed) ? -1 : cfsetispeed(settings, speed);
}

void cfmakeraw(struct termios *settings)
{
	settings->c_iflag &=
	    ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	settings->c_oflag &= ~(tcflag_t)OPOST;
	settings->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	settings->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	settings->c_cflag |= CS8;
	settings->c_cc[VMIN] = 1;
	settings->c_cc[VTIME] = 0;
}
