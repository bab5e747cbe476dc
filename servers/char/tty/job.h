/* SPDX-License-Identifier: 0BSD */
/* job.h: sessions, process groups and signals.
 *
 * Most requests come from the foreground group, which the stamp shows: they cost no message. Only
 * for others is `sys` asked who they are. A background process that must not go on gets its signal
 * first and then the answer -EINTR: the library sends its request again when it has been continued.
 */
#pragma once

#include "tty.h"

/* Who a process is. */
struct job_ids {
	uint32_t pid, group, session, parent;
	uint32_t terminal; /* number of its controlling terminal; 0: none */
};

/* 0; -ESRCH: there is no such process. */
int job_ids(uint32_t pid, struct job_ids *out);

/* May the sender of `r` read (`signal` SIGTTIN) or change (SIGTTOU) its terminal now? 0; -EINTR:
 * the signal was sent; -EIO. */
int job_check(struct tty *t, struct srv_request *r, unsigned signal);
/* Whether `t` is the controlling terminal of the sender. */
bool job_controls(struct tty *t, struct srv_request *r);

/* Signals the foreground group, if there is one. */
void job_signal(struct tty *t, unsigned signal);
/* SIGHUP and SIGCONT to the session's leader's group and to the foreground. */
void job_hang_up(struct tty *t);

/* TIOCSCTTY (`steal`: also from another session, by root), TIOCNOTTY, TIOCSPGRP: 0 or -errno. */
int job_take(struct tty *t, struct srv_request *r, bool steal);
int job_leave(struct tty *t, struct srv_request *r);
int job_set_foreground(struct tty *t, struct srv_request *r, uint32_t group);
