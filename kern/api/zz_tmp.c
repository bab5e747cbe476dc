#include "api/lookup.h"
#include "ipc/sync.h"
#include "api/table.h"
void sync_cancel(struct thread *t){}
struct thread *sync_priority_changed(struct thread *t){return 0;}
void sync_abandon(struct thread *t){}
#define S(n) __attribute__((weak)) int64_t sys_##n(struct thread*t,struct slot*s,const uint64_t*a){return -ENOSYS;}
S(poll) S(irq_create) S(irq_bind) S(irq_ack) S(ioport_create) S(ioport_in) S(ioport_out) S(sync_wait) S(sync_wake) S(lock_wait) S(lock_wake) S(sleep)
