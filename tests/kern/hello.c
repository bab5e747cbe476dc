/* SPDX-License-Identifier: 0BSD */
/* hello.c: the first things that must work: the program runs, calls return, memory and time are
 * there. */
#include "lib/kit.h"

#include <abi/boot.h>

#include "lib/string.h"

TEST(hello, boot_page_is_what_it_says)
{
	EXPECT_EQ(os_boot->magic, BOOT_MAGIC);
	EXPECT_EQ(os_boot->abi_version, BOOT_ABI_VERSION);
	EXPECT(os_boot->cpu_count >= 1);
	EXPECT(os_boot->untyped_count >= 1 && os_boot->untyped_count <= BOOT_UNTYPED_MAX);
	EXPECT(os_boot->first_free_slot >= BOOT_SLOT_FIRST_UNTYPED + os_boot->untyped_count);
}

TEST(hello, a_call_keeps_all_registers_but_three)
{
	uint64_t in[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint64_t rbx = 9, rdi = in[0], rsi = in[1], rdx = in[2], rax = SYS_null;
	register uint64_t r10 __asm__("r10") = in[3];
	register uint64_t r12 __asm__("r12") = in[6];
	register uint64_t r15 __asm__("r15") = in[7];

	__asm__ volatile("syscall"
			 : "+a"(rax), "+b"(rbx), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r10), "+r"(r12), "+r"(r15)
			 :
			 : "rcx", "r11", "memory");
	EXPECT_EQ(rax, 0);
	EXPECT_EQ(rbx, 9);
	EXPECT_EQ(rdi, 1);
	EXPECT_EQ(rsi, 2);
	EXPECT_EQ(rdx, 3);
	EXPECT_EQ(r10, 4);
	EXPECT_EQ(r12, 7);
	EXPECT_EQ(r15, 8);
}

TEST(hello, an_unknown_call_is_refused)
{
	EXPECT_EQ(os_call0(os_call_rax(SYSCALL_COUNT, 0, 0)), -ENOSYS);
	EXPECT_EQ(os_call0(os_call_rax(255, 0, 0)), -ENOSYS);
}

TEST(hello, the_clock_goes_on)
{
	uint64_t start = os_now_ns();

	EXPECT_OK(os_sleep(start + 2 * OS_MS));
	EXPECT(os_now_ns() >= start + 2 * OS_MS);
	EXPECT(os_now_ns() < start + KIT_WAIT_NS);
}

TEST(hello, debug_write_takes_what_there_is_room_for)
{
	static char text[] = "a line by debug_write, which is longer than what a serial port takes at once\n";
	int64_t taken = os_debug_write(BOOT_SLOT_SYSTEM, (uint64_t)text, sizeof(text) - 1);

	EXPECT(taken >= 0 && taken <= 16);
	if (taken >= 0)
		os_debug_text(text + taken, (unsigned)(sizeof(text) - 1 - (uint64_t)taken));
	EXPECT_EQ(os_debug_write(BOOT_SLOT_SYSTEM, (uint64_t)text, 0), 0);
}

TEST(hello, debug_write_refuses_what_it_cannot_read)
{
	EXPECT_ERR(debug_write, EFAULT, os_debug_write(BOOT_SLOT_SYSTEM, KIT_VA, 1));
	EXPECT_ERR(debug_write, EFAULT, os_debug_write(BOOT_SLOT_SYSTEM, 0xffff800000000000, 1));
}
