/* SPDX-License-Identifier: 0BSD */
/* kit_message.c: short forms of message calls, and a server to talk to. */
#include "lib/kit.h"

int64_t kit_send(cap_t connection, uint64_t w0, uint64_t w1, struct os_words *words)
{
	struct os_words own = {{w0, w1}};
	int64_t answer = os_send_words(connection, &own);

	if (words)
		*words = own;
	return answer;
}

int64_t kit_send_until(cap_t connection, uint64_t w0, uint64_t deadline_ns, unsigned flags)
{
	struct os_words words = {{w0}};

	return os_send(connection, &words, NULL, deadline_ns, flags);
}

int64_t kit_reply(cap_t endpoint, uint64_t id, int64_t status, uint64_t w0)
{
	struct os_words words = {{w0}};

	return os_reply(endpoint, id, status, &words, NULL);
}

static void echo(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	while (r.info >= 0) {
		int64_t status = (int64_t)r.words.w[0];

		for (unsigned i = 0; i < MESSAGE_WORDS; i++)
			r.words.w[i]++;
		r.id = 0;
		os_reply_receive(endpoint, status, &r, NULL, DEADLINE_FOREVER);
	}
}

struct kit_thread *kit_server(void (*run)(void *arg), cap_t *endpoint, bool other, bool passive)
{
	struct kit_how how = {.vspace = other ? kit_space() : 0};
	struct kit_thread *t;

	*endpoint = kit_endpoint();
	how.serves = passive ? *endpoint : 0;
	how.stopped = true;
	t = kit_thread_with(&how, run, NULL);
	t->endpoint = *endpoint;
	t->arg = &t->endpoint;
	EXPECT_OK(kit_thread_go(t));
	kit_wait_state(t, THREAD_RECEIVE);
	return t;
}

struct kit_thread *kit_echo_server(cap_t *endpoint, bool other, bool passive)
{
	return kit_server(echo, endpoint, other, passive);
}
