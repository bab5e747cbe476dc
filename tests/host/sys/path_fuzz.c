/* SPDX-License-Identifier: 0BSD */
/* path_fuzz.c: in random worlds a message must find what a walk finds. */
#include "host/harness.h"
#include "host/sys/shim.h"
#include "host/sys/world.h"

#include <proto/posix.h>
#include <stdio.h>
#include <string.h>

#define WORLDS 1000
#define PATHS  60

static void random_path(char *text, bool absolute)
{
	static const char *const parts[] = {"a", "b", "c", "d", "..", ".", "a", "b", "c", "e"};
	unsigned n = 1 + (unsigned)(host_random() % 7);

	text[0] = 0;
	for (unsigned i = 0; i < n; i++) {
		if (i || absolute)
			strcat(text, host_random() % 9 ? "/" : "///");
		strcat(text, parts[host_random() % 10]);
	}
	if (host_random() % 7 == 0)
		strcat(text, "/");
}

/* Below a synthetic directory the covering server says what is missing, in its own words. */
static bool same(const struct world *w, struct found a, struct found b)
{
	if (a.error || b.error)
		return a.error == b.error || (w->synthetic && a.error < 0 && b.error < 0);
	return a.server == b.server && (a.server < 0 ? strcmp(a.prefix, b.prefix) == 0 : a.object == b.object);
}

static bool compare(const struct world *w, const char *start, const char *text, struct found got)
{
	struct found want = world_walk(w, start, text);

	if (same(w, got, want))
		return EXPECT(true);
	printf("root '%s' from '%s' text '%s': got %d:%d %d '%s', want %d:%d %d '%s'\n", w->root, start, text,
	       got.error, got.server, got.object, got.prefix, want.error, want.server, want.object, want.prefix);
	for (int i = 0; i < WORLD_SERVERS; i++)
		if (w->server[i].mounted)
			printf("  server %d at '%s'%s\n", i, w->server[i].prefix, w->server[i].file ? " (file)" : "");
	return EXPECT(false);
}

TEST(path, messages_find_what_a_walk_finds)
{
	static struct world w;
	uint64_t before = shim_bytes;
	unsigned found = 0;

	for (unsigned i = 0; i < WORLDS; i++) {
		world_make(&w);
		for (unsigned k = 0; k < PATHS; k++) {
			char text[256], start[4096];
			struct found at;

			random_path(text, true);
			at = world_send(&w, text);
			REQUIRE(compare(&w, w.root, text, at));
			found += at.error == 0;
			if (at.error ||
			    (at.server >= 0 && (w.server[at.server].file ||
						w.server[at.server].object[at.object].kind != KIND_DIRECTORY)))
				continue;
			/* A server knows of mounts by marks on what it has, not of synthetic directories. */
			if (at.server >= 0 && w.synthetic)
				continue;
			world_path(&w, at, start);
			random_path(text, false);
			REQUIRE(compare(&w, start, text, world_send_at(&w, at, text)));
		}
		world_end(&w);
	}
	EXPECT_EQ(shim_bytes, before);
	EXPECT(found > WORLDS * PATHS / 10);
}
