#include "sys/kit.h"
SUITE_SECONDS(spin, 60);
SUITE_SECONDS(spin2, 60);
TEST(spin, unmap)
{
	os_printf("spin\n");
	for (;;) mem_unmap(0x300000000000, PAGE);
}
TEST(spin2, mtu)
{
	uint64_t keep = mem_new(PAGE, 0);
	*(volatile char *)keep = 1;
	os_printf("spin\n");
	for (;;) { uint64_t a = 0; mem_map(&a, 4 * PAGE, RW, 0, CAP_NONE, 0); *(volatile char *)a = 1; mem_unmap(a, 4 * PAGE); }
}
static void nothing(void *arg) { }
SUITE_SECONDS(spin3, 60);
TEST(spin3, fork)
{
	os_printf("spin\n");
	for (;;) child_run(nothing, NULL);
}
