/* SPDX-License-Identifier: 0BSD */
/* sys/ioctl.h: requests beyond read and write. Numbers as on Linux. */
#ifndef PARLEY_SYS_IOCTL_H
#define PARLEY_SYS_IOCTL_H

#include <sys/cdefs.h>
#include <sys/termios.h> /* struct winsize */

/* A request says in which direction how many bytes go, for those who name new ones. */
#define _IOC(direction, type, number, size) ((unsigned int)((direction) << 30 | (size) << 16 | (type) << 8 | (number)))
#define _IO(type, number)		    _IOC(0u, type, number, 0u)
#define _IOW(type, number, what)	    _IOC(1u, type, number, (unsigned int)sizeof(what))
#define _IOR(type, number, what)	    _IOC(2u, type, number, (unsigned int)sizeof(what))
#define _IOWR(type, number, what)	    _IOC(3u, type, number, (unsigned int)sizeof(what))

#define TCGETS				    0x5401
#define TCSETS				    0x5402
#define TCSETSW				    0x5403
#define TCSETSF				    0x5404
#define TCSBRK				    0x5409
#define TCXONC				    0x540a
#define TCFLSH				    0x540b
#define TIOCEXCL			    0x540c
#define TIOCNXCL			    0x540d
#define TIOCSCTTY			    0x540e
#define TIOCGPGRP			    0x540f
#define TIOCSPGRP			    0x5410
#define TIOCOUTQ			    0x5411
#define TIOCSTI				    0x5412
#define TIOCGWINSZ			    0x5413
#define TIOCSWINSZ			    0x5414
#define TIOCMGET			    0x5415
#define TIOCMBIS			    0x5416
#define TIOCMBIC			    0x5417
#define TIOCMSET			    0x5418
#define TIOCM_DTR			    0x002
#define TIOCM_RTS			    0x004
#define TIOCM_CTS			    0x020
#define TIOCM_CAR			    0x040
#define TIOCM_CD			    TIOCM_CAR
#define TIOCM_RNG			    0x080
#define TIOCM_DSR			    0x100
#define FIONREAD			    0x541b
#define TIOCINQ				    FIONREAD
#define TIOCCONS			    0x541d
#define FIONBIO				    0x5421
#define TIOCNOTTY			    0x5422
#define TIOCGSID			    0x5429
#define TIOCSBRK			    0x5427
#define TIOCCBRK			    0x5428
#define TIOCGPTN			    0x80045430
#define TIOCSPTLCK			    0x40045431
#define FIONCLEX			    0x5450
#define FIOCLEX				    0x5451
#define FIOASYNC			    0x5452

__BEGIN_DECLS
int ioctl(int fd, unsigned long request, ...);
__END_DECLS

#endif
