/* SPDX-License-Identifier: 0BSD */
/* sys/reboot.h: stopping the machine. */
#ifndef PARLEY_SYS_REBOOT_H
#define PARLEY_SYS_REBOOT_H

#include <sys/cdefs.h>

#define RB_AUTOBOOT    0x01234567
#define RB_HALT_SYSTEM 0xcdef0123
#define RB_POWER_OFF   0x4321fedc
#define RB_ENABLE_CAD  0x89abcdef
#define RB_DISABLE_CAD 0

__BEGIN_DECLS
int reboot(int how);
__END_DECLS

#endif
