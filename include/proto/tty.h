/* SPDX-License-Identifier: 0BSD */
/* tty.h: the settings of terminals and the requests to them (FILE_CONTROL), for programs that have
 * no C library.
 *
 * Names and values are those of the C library's <termios.h> and <sys/ioctl.h>. A program with a C
 * library includes these instead, never both: lib/posix checks that they agree.
 *
 * Data of a request: TCGETS TCSET* struct proto_termios; TIOC[GS]WINSZ struct proto_winsize;
 * TIOC[GS]PGRP TIOCGSID TIOCOUTQ FIONREAD TIOCMGET TIOCGPTN TIOCSPTLCK an int; TIOCSTI a byte.
 * TCSBRK (0: send a break; else drain), TCXONC (TCOOFF ...), TCFLSH (TCIFLUSH ...) and TIOCSCTTY
 * have a value in word 2.
 */
#pragma once

#include <stdint.h>

#define NCCS 32

struct proto_termios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line;
	uint8_t c_cc[NCCS];
	uint32_t c_ispeed, c_ospeed; /* B0 ..., as in c_cflag */
};

struct proto_winsize {
	uint16_t ws_row, ws_col, ws_xpixel, ws_ypixel;
};

_Static_assert(sizeof(struct proto_termios) == 60, "as in the C library");

/* Indices into c_cc. */
#define VINTR	 0
#define VQUIT	 1
#define VERASE	 2
#define VKILL	 3
#define VEOF	 4
#define VTIME	 5
#define VMIN	 6
#define VSWTC	 7
#define VSTART	 8
#define VSTOP	 9
#define VSUSP	 10
#define VEOL	 11
#define VREPRINT 12
#define VDISCARD 13
#define VWERASE	 14
#define VLNEXT	 15
#define VEOL2	 16

/* c_iflag */
#define IGNBRK	0000001
#define BRKINT	0000002
#define IGNPAR	0000004
#define PARMRK	0000010
#define INPCK	0000020
#define ISTRIP	0000040
#define INLCR	0000100
#define IGNCR	0000200
#define ICRNL	0000400
#define IUCLC	0001000
#define IXON	0002000
#define IXANY	0004000
#define IXOFF	0010000
#define IMAXBEL 0020000
#define IUTF8	0040000

/* c_oflag */
#define OPOST  0000001
#define OLCUC  0000002
#define ONLCR  0000004
#define OCRNL  0000010
#define ONOCR  0000020
#define ONLRET 0000040
#define OFILL  0000100
#define OFDEL  0000200
#define NLDLY  0000400
#define NL0    0000000
#define NL1    0000400
#define CRDLY  0003000
#define CR0    0000000
#define CR1    0001000
#define CR2    0002000
#define CR3    0003000
#define TABDLY 0014000
#define TAB0   0000000
#define TAB1   0004000
#define TAB2   0010000
#define TAB3   0014000
#define XTABS  TAB3
#define BSDLY  0020000
#define BS0    0000000
#define BS1    0020000
#define VTDLY  0040000
#define VT0    0000000
#define VT1    0040000
#define FFDLY  0100000
#define FF0    0000000
#define FF1    0100000

/* c_cflag. The speed is kept there, too, as System V did. */
#define CBAUD	0010017
#define CBAUDEX 0010000
#define CSIZE	0000060
#define CS5	0000000
#define CS6	0000020
#define CS7	0000040
#define CS8	0000060
#define CSTOPB	0000100
#define CREAD	0000200
#define PARENB	0000400
#define PARODD	0001000
#define HUPCL	0002000
#define CLOCAL	0004000
#define CMSPAR	010000000000
#define CRTSCTS 020000000000

/* c_lflag */
#define ISIG	  0000001
#define ICANON	  0000002
#define XCASE	  0000004
#define ECHO	  0000010
#define ECHOE	  0000020
#define ECHOK	  0000040
#define ECHONL	  0000100
#define NOFLSH	  0000200
#define TOSTOP	  0000400
#define ECHOCTL	  0001000
#define ECHOPRT	  0002000
#define ECHOKE	  0004000
#define FLUSHO	  0010000
#define PENDIN	  0040000
#define IEXTEN	  0100000
#define EXTPROC	  0200000

#define B0	  0
#define B50	  1
#define B75	  2
#define B110	  3
#define B134	  4
#define B150	  5
#define B200	  6
#define B300	  7
#define B600	  8
#define B1200	  9
#define B1800	  10
#define B2400	  11
#define B4800	  12
#define B9600	  13
#define B19200	  14
#define B38400	  15
#define EXTA	  B19200
#define EXTB	  B38400
#define B57600	  0010001
#define B115200	  0010002
#define B230400	  0010003
#define B460800	  0010004
#define B500000	  0010005
#define B576000	  0010006
#define B921600	  0010007
#define B1000000  0010010
#define B1152000  0010011
#define B1500000  0010012
#define B2000000  0010013
#define B2500000  0010014
#define B3000000  0010015
#define B3500000  0010016
#define B4000000  0010017

#define TCSANOW	  0
#define TCSADRAIN 1
#define TCSAFLUSH 2
#define TCIFLUSH  0
#define TCOFLUSH  1
#define TCIOFLUSH 2
#define TCOOFF	  0
#define TCOON	  1
#define TCIOFF	  2
#define TCION	  3

/* Requests. */
#define TCGETS	   0x5401
#define TCSETS	   0x5402
#define TCSETSW	   0x5403
#define TCSETSF	   0x5404
#define TCSBRK	   0x5409
#define TCXONC	   0x540a
#define TCFLSH	   0x540b
#define TIOCEXCL   0x540c
#define TIOCNXCL   0x540d
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCOUTQ   0x5411
#define TIOCSTI	   0x5412
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define TIOCMGET   0x5415
#define TIOCMBIS   0x5416
#define TIOCMBIC   0x5417
#define TIOCMSET   0x5418
#define TIOCM_DTR  0x002
#define TIOCM_RTS  0x004
#define TIOCM_CTS  0x020
#define TIOCM_CAR  0x040
#define TIOCM_CD   TIOCM_CAR
#define TIOCM_RNG  0x080
#define TIOCM_DSR  0x100
#define FIONREAD   0x541b
#define TIOCINQ	   FIONREAD
#define TIOCCONS   0x541d
#define FIONBIO	   0x5421
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429
#define TIOCSBRK   0x5427
#define TIOCCBRK   0x5428
#define TIOCGPTN   0x80045430
#define TIOCSPTLCK 0x40045431
#define FIONCLEX   0x5450
#define FIOCLEX	   0x5451
#define FIOASYNC   0x5452

/* Signals that terminals send. */
enum tty_signal {
	TTY_SIGHUP = 1,
	TTY_SIGINT = 2,
	TTY_SIGQUIT = 3,
	TTY_SIGCONT = 18,
	TTY_SIGTSTP = 20,
	TTY_SIGTTIN = 21,
	TTY_SIGTTOU = 22,
	TTY_SIGWINCH = 28,
};
