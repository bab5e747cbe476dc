/* SPDX-License-Identifier: 0BSD */
/* random.c: /dev/random and /dev/urandom: the ChaCha20 generator.
 *
 * Its key comes from RDRAND where the processor has it, and from the jitter of the time stamp counter in any case.
 * After each read the key is replaced by output of its own (fast key erasure), so what was read cannot be computed from
 * what the server holds later. What is written is mixed into the key.
 */
#include <parley/clock.h>
#include "chacha.h"
#include "lib/string.h"
#include "nodes.h"

#define READ_MAX 4096 /* of scratch at a time: POSIX allows a short answer */

static uint32_t key[CHACHA_KEY_WORDS];
static bool seeded;

static bool has_rdrand(void)
{
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c >> 30 & 1;
}

static uint32_t hardware_word(void)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 10; i++) {
		uint8_t ok;

		__asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(ok));
		if (ok)
			break;
	}
	return (uint32_t)(value ^ value >> 32);
}

/* Replaces the key by a block made of it. */
static void stir(void)
{
	uint32_t block[CHACHA_BLOCK_WORDS];

	chacha_block(key, 0, block);
	memcpy(key, block, sizeof(key));
}

static void seed(void)
{
	bool hardware = has_rdrand();

	for (unsigned round = 0; round < 16; round++) {
		for (unsigned i = 0; i < CHACHA_KEY_WORDS; i++) {
			uint64_t time = os_tsc();

			key[i] ^= (uint32_t)(time ^ time >> 32) ^ (hardware ? hardware_word() : 0);
		}
		stir();
	}
	seeded = true;
}

static int64_t random_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	uint32_t *out = srv_scratch(r);
	uint64_t bytes = length < READ_MAX ? length : READ_MAX;

	if (!seeded)
		seed();
	for (uint64_t done = 0, n = 1; done < bytes; done += CHACHA_BLOCK_BYTES, n++)
		chacha_block(key, n, out + done / sizeof(*out));
	stir();
	return srv_put(r, out, bytes);
}

static int64_t random_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	uint32_t mixed[CHACHA_KEY_WORDS] = {0};
	uint64_t bytes = length < sizeof(mixed) ? length : sizeof(mixed);
	int error = srv_get(r, 0, mixed, bytes);

	if (error < 0)
		return error;
	if (!seeded)
		seed();
	for (unsigned i = 0; i < CHACHA_KEY_WORDS; i++)
		key[i] ^= mixed[i];
	stir();
	return (int64_t)bytes;
}

const struct srv_ops random_ops = {.repeats = true, .read = random_read, .write = random_write};
