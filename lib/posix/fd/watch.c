/* SPDX-License-Identifier: 0BSD */
/* watch.c: waiting for one of many descriptors.
 *
 * An Event watches one Connection once, and a thread receives what all its Events tell at an
 * endpoint of its own. `sys` makes these objects when a thread waits for the first time, and one
 * more Event whenever it waits for more descriptors than before; they are kept until the thread
 * ends. They are not handed on by fork and exec: two processes must not share what wakes one.
 *
 * Where an Event is not to be had (the account is exhausted, or sixteen others watch the Connection
 * already) the wait is cut short, and what is ready is asked for again every few milliseconds.
 *
 * A handler may come at any time and wait, too, with the same Events. It ends the wait that it
 * interrupted in any case (`handled`), so that it takes them away is not noticed. Nothing here uses
 * malloc: poll and select may be called by handlers.
 */
#include "posix/fd/poll.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <parley/clock.h>

#include "posix/fd/slots.h"
#include "posix/files.h"

#define ASK_AGAIN_NS (10 * OS_MS)
#define EVENTS_MAX   1023

struct posix_poller {
	cap_t endpoint;
	cap_t event[EVENTS_MAX]; /* 0: not made */
};

/* A kernel object that `sys` makes: its slot, or -errno. */
static int64_t ask_for(unsigned op, uint64_t what)
{
	struct os_words w = {{op, what}};
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.accept_count = 1;
	d.desc.land_flags = SLOT_CLOEXEC | SLOT_CLOFORK;
	d.desc.land_min = POSIX_SLOT_MIN;
	d.desc.land_max = POSIX_SLOT_MAX;
	d.desc.landed[0] = -EIO;
	r = posix_send(CAP_SELF_PROCESS, &w, &d.desc);
	return r < 0 ? r : d.desc.landed[0];
}

static void drop(cap_t slot) { os_cspace_delete(CAP_SELF_CSPACE, slot); }

static void unmap(struct posix_poller *p)
{
	struct os_words w = {{MEM_UNMAP, (uint64_t)p, sizeof(*p)}};

	posix_send(CAP_SELF_PROCESS, &w, NULL);
}

/* A new one, or NULL. */
static struct posix_poller *poller_make(void)
{
	int64_t endpoint = ask_for(PROC_ENDPOINT, 0), at;
	struct posix_poller *p;

	if (endpoint < 0)
		return NULL;
	at = posix_map(0, sizeof(*p), PROT_READ | PROT_WRITE, 0, CAP_NONE, 0);
	if (at < 0) {
		drop((cap_t)endpoint);
		return NULL;
	}
	p = (struct posix_poller *)at;
	p->endpoint = (cap_t)endpoint;
	return p;
}

static struct posix_poller *poller_get(void)
{
	struct posix_thread *self = posix_self();
	struct posix_poller *made;

	if (self->poller)
		return self->poller;
	made = poller_make();
	if (made && self->poller) { /* a handler was faster */
		drop(made->endpoint);
		unmap(made);
		return self->poller;
	}
	if (made)
		self->poller = made;
	return made;
}

/* The I-th Event; 0: none is to be had. */
static cap_t event_get(struct posix_poller *p, unsigned i)
{
	int64_t slot;

	if (i >= EVENTS_MAX)
		return 0;
	if (p->event[i])
		return p->event[i];
	slot = ask_for(PROC_OBJECT, OBJ_EVENT);
	if (slot < 0)
		return 0;
	if (p->event[i] || os_event_configure((cap_t)slot, p->endpoint, i, 0) < 0) {
		drop((cap_t)slot);
		return p->event[i];
	}
	p->event[i] = (cap_t)slot;
	return p->event[i];
}

/* What came of watching all. */
struct watching {
	unsigned events; /* in use */
	bool known;	 /* something is known already: do not wait */
	bool short_of;	 /* not all are watched */
};

static void watch_one(struct posix_poller *p, const struct pollfd *fd, struct watching *state)
{
	cap_t event = event_get(p, state->events);
	int64_t r;

	if (!event) {
		state->short_of = true;
		return;
	}
	r = os_event_watch(event, (cap_t)fd->fd, posix_poll_mask(fd->events), 1);
	if (r >= 0)
		state->events++;
	else if (r == -ENOSPC)
		state->short_of = true;
	else
		state->known = true; /* a dead server, or no descriptor any more */
}

/* The call wants to see some Connection even for this. */
static void unwatch(struct posix_poller *p, unsigned events)
{
	for (unsigned i = 0; i < events; i++)
		os_event_watch(p->event[i], CAP_SELF_PROCESS, 0, 0);
}

static int64_t sleep_until(uint64_t deadline_ns)
{
	int64_t r = posix_window_call(os_call_rax(SYS_sleep, 0, 0), deadline_ns, 0, 0, 0, &posix_self()->handled);

	return r == 0 ? -ETIMEDOUT : r;
}

static int64_t receive_until(struct posix_poller *p, uint64_t deadline_ns, bool short_of)
{
	uint64_t soon_ns = os_in_ns(ASK_AGAIN_NS);
	bool cut = short_of && soon_ns < deadline_ns;
	int64_t r = posix_window_receive(os_call_rax(SYS_receive, 0, p->endpoint), cut ? soon_ns : deadline_ns,
					 &posix_self()->handled);

	if (r == -ETIMEDOUT && cut)
		return 0;
	return r < 0 ? r : 0;
}

int64_t posix_watch(const struct pollfd *fds, nfds_t count, uint64_t deadline_ns)
{
	struct watching state = {0};
	struct posix_poller *p;
	nfds_t used = 0;
	int64_t r = 0;

	for (nfds_t i = 0; i < count; i++)
		used += fds[i].fd >= 0;
	if (used == 0)
		return sleep_until(deadline_ns);
	p = poller_get();
	if (!p)
		return -EAGAIN;
	for (nfds_t i = 0; i < count && !state.known; i++) {
		if (fds[i].fd >= 0)
			watch_one(p, &fds[i], &state);
	}
	if (!state.known)
		r = receive_until(p, deadline_ns, state.short_of);
	unwatch(p, state.events);
	return r;
}

void posix_poller_exit(struct posix_thread *self)
{
	struct posix_poller *p = self->poller;

	if (!p)
		return;
	self->poller = NULL;
	for (unsigned i = 0; i < EVENTS_MAX && p->event[i]; i++)
		drop(p->event[i]);
	drop(p->endpoint);
	unmap(p);
}

/* The capabilities were not cloned; the memory was. */
void posix_files_fork_child(void)
{
	struct posix_thread *self = posix_self();

	posix_record_locks = false;
	if (self->poller) {
		unmap(self->poller);
		self->poller = NULL;
	}
}
