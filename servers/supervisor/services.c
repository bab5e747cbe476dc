/* SPDX-License-Identifier: 0BSD */
/* services.c: parsing /etc/services: lines of words; a table of directives, one small function
 * each. */
#include <abi/errno.h>
#include <abi/irq.h>
#include <abi/object.h>
#include "lib/string.h"
#include "services.h"

/* A line's words. */
struct words {
	char *word[SERVICE_WORDS + 1];
	unsigned count;
};

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Decimal digits alone. False for anything else, and for what has no room in 64 bits. */
static bool number(const char *word, uint64_t *out)
{
	uint64_t value = 0;

	if (!word || !*word)
		return false;
	for (; *word; word++) {
		if (*word < '0' || *word > '9' || value > (UINT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (uint64_t)(*word - '0');
	}
	*out = value;
	return true;
}

static bool number32(const char *word, uint32_t *out)
{
	uint64_t value;

	if (!number(word, &value) || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool do_run(struct service_text *s, const struct words *w)
{
	if (w->count < 2 || s->argument[0])
		return false;
	for (unsigned i = 1; i < w->count; i++)
		s->argument[i - 1] = w->word[i];
	return true;
}

static bool do_serve(struct service_text *s, const struct words *w)
{
	bool file = w->count == 3 && equal(w->word[2], "file");

	if (s->prefixes == SERVICE_PREFIXES || w->count < 2 || w->count != 2 + (unsigned)file)
		return false;
	s->prefix[s->prefixes++] = (struct service_prefix){w->word[1], file};
	return true;
}

static bool do_need(struct service_text *s, const struct words *w)
{
	uint32_t seconds;

	if (s->needs == SERVICE_NEEDS || w->count != 3 || !number32(w->word[2], &seconds))
		return false;
	s->need[s->needs++] = (struct service_need){w->word[1], seconds};
	return true;
}

static bool do_priority(struct service_text *s, const struct words *w)
{
	return w->count == 2 && number32(w->word[1], &s->priority);
}

static bool do_budget(struct service_text *s, const struct words *w)
{
	return w->count == 3 && number32(w->word[1], &s->budget_us) && number32(w->word[2], &s->period_us);
}

static bool do_cpu(struct service_text *s, const struct words *w)
{
	uint32_t cpu;

	if (w->count != 2)
		return false;
	s->cpus = UINT64_MAX;
	if (equal(w->word[1], "any"))
		return true;
	if (!number32(w->word[1], &cpu) || cpu > 63)
		return false;
	s->cpus = 1ull << cpu;
	return true;
}

static bool do_memory(struct service_text *s, const struct words *w)
{
	return w->count == 2 && number(w->word[1], &s->memory_bytes);
}

static bool do_keep(struct service_text *s, const struct words *w)
{
	return w->count == 2 && number(w->word[1], &s->keep_bytes);
}

static bool do_user(struct service_text *s, const struct words *w)
{
	return w->count == 3 && number32(w->word[1], &s->uid) && number32(w->word[2], &s->gid);
}

static bool add_device(struct service_text *s, enum device_kind kind, uint64_t first, uint64_t count)
{
	if (s->devices == SERVICE_DEVICES)
		return false;
	s->device[s->devices++] = (struct service_device){kind, first, count};
	return true;
}

static bool do_ports(struct service_text *s, const struct words *w)
{
	uint64_t first, count;

	return w->count == 3 && number(w->word[1], &first) && number(w->word[2], &count) &&
	       add_device(s, DEVICE_PORTS, first, count);
}

static bool do_device(struct service_text *s, const struct words *w)
{
	uint64_t address, bytes;

	return w->count == 3 && number(w->word[1], &address) && number(w->word[2], &bytes) &&
	       add_device(s, DEVICE_MEMORY, address, bytes);
}

static bool do_irq(struct service_text *s, const struct words *w)
{
	bool isa = w->count >= 3 && equal(w->word[1], "isa");
	uint64_t line, mode = isa ? IRQ_ISA : 0;

	if (w->count < 3 || (!isa && !equal(w->word[1], "gsi")) || !number(w->word[2], &line))
		return false;
	for (unsigned i = 3; i < w->count; i++) {
		if (!equal(w->word[i], "level") && !equal(w->word[i], "low"))
			return false;
		mode |= equal(w->word[i], "low") ? IRQ_ACTIVE_LOW : IRQ_LEVEL;
	}
	return add_device(s, isa ? DEVICE_IRQ_ISA : DEVICE_IRQ_GSI, line, mode);
}

static bool do_display(struct service_text *s, const struct words *w)
{
	return w->count == 1 && add_device(s, DEVICE_DISPLAY, 0, 0);
}

static bool do_system(struct service_text *s, const struct words *w)
{
	static const struct {
		const char *word;
		uint32_t right;
	} rights[] = {{"irq", RIGHT_SYSTEM_IRQ},
		      {"ioport", RIGHT_SYSTEM_IOPORT},
		      {"trace", RIGHT_SYSTEM_TRACE},
		      {"power", RIGHT_SYSTEM_POWER},
		      {"debug", RIGHT_SYSTEM_DEBUG}};
	const unsigned count = sizeof(rights) / sizeof(rights[0]);

	for (unsigned i = 1; i < w->count; i++) {
		unsigned r = 0;

		while (r < count && !equal(rights[r].word, w->word[i]))
			r++;
		if (r == count)
			return false;
		s->system_rights |= rights[r].right;
	}
	return w->count > 1;
}

static bool do_terminal(struct service_text *s, const struct words *w)
{
	s->terminal = true;
	return w->count == 1;
}

static bool do_restart(struct service_text *s, const struct words *w)
{
	s->restarts = 0;
	if (w->count == 2)
		return equal(w->word[1], "never");
	return w->count == 3 && number32(w->word[1], &s->restarts) && number32(w->word[2], &s->restart_seconds);
}

static bool do_env(struct service_text *s, const struct words *w)
{
	unsigned n = 0;

	while (n < SERVICE_ENV && s->environment[n])
		n++;
	if (n == SERVICE_ENV || w->count != 2)
		return false;
	s->environment[n] = w->word[1];
	return true;
}

static const struct {
	const char *word;
	bool (*parse)(struct service_text *, const struct words *);
} directives[] = {
    {"run", do_run},	   {"serve", do_serve},	      {"need", do_need},       {"priority", do_priority},
    {"budget", do_budget}, {"memory", do_memory},     {"keep", do_keep},       {"user", do_user},
    {"ports", do_ports},   {"device", do_device},     {"irq", do_irq},	       {"display", do_display},
    {"system", do_system}, {"terminal", do_terminal}, {"restart", do_restart}, {"env", do_env},
    {"cpu", do_cpu},
};

static bool directive(struct service_text *s, const struct words *w)
{
	for (unsigned i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (equal(directives[i].word, w->word[0]))
			return directives[i].parse(s, w);
	return false;
}

/* Cuts the line that begins at `at` into words; answers where the next begins, or NULL if there are
 * too many words. */
static char *split(char *at, const char *end, struct words *w)
{
	w->count = 0;
	while (at < end && *at != '\n') {
		char *start = at;

		while (at < end && *at != ' ' && *at != '\n')
			at++;
		if (at > start) {
			if (w->count == SERVICE_WORDS)
				return NULL;
			w->word[w->count++] = start;
		}
		if (at < end && *at == ' ')
			*at++ = 0;
	}
	*at = 0;
	w->word[w->count] = NULL;
	return at < end ? at + 1 : at;
}

static void begin(struct service_text *s, const char *name)
{
	*s = (struct service_text){.name = name, .priority = 20, .cpus = 1, .restarts = 5, .restart_seconds = 60};
}

int64_t services_parse(char *text, size_t len_bytes, struct service_text *table, unsigned *line)
{
	const char *end = text + len_bytes;
	struct service_text *now = NULL;
	struct words w;
	int64_t count = 0;

	for (*line = 1; text < end; ++*line) {
		text = split(text, end, &w);
		if (!text)
			return -EINVAL;
		if (!w.count)
			continue;
		if (!now && w.count == 2 && equal(w.word[0], "service")) {
			if (count == SERVICES_MAX)
				return -E2BIG;
			now = &table[count++];
			begin(now, w.word[1]);
		} else if (now && w.count == 1 && equal(w.word[0], "end") && now->argument[0]) {
			now = NULL;
		} else if (!now || !directive(now, &w)) {
			return -EINVAL;
		}
	}
	return now ? -EINVAL : count;
}
