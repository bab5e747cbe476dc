#ifndef KERN_IPC_SYNC_H
#define KERN_IPC_SYNC_H
struct thread;
void sync_cancel(struct thread *t);
struct thread *sync_priority_changed(struct thread *t);
void sync_abandon(struct thread *t);
#endif
