/* SPDX-License-Identifier: 0BSD */
/* ldisc.c: tests of lib/ldisc: what is typed, what is read, what the line shows. */
#include "host/ldisc_line.h"

#include "host/harness.h"

#include <string.h>

TEST(ldisc, line_is_read_when_it_is_complete)
{
	begin(0, 0);
	type("hel");
	EXPECT_STR(got(100), "(wait)");
	EXPECT(!ldisc_readable(&ld));
	EXPECT_EQ(ldisc_available(&ld), 0);
	EXPECT_EQ(ldisc_events(&ld), LDISC_SEND);
	type("lo\rnext");
	EXPECT_EQ(ldisc_events(&ld), LDISC_READ | LDISC_SEND);
	EXPECT(ldisc_readable(&ld));
	EXPECT_EQ(ldisc_available(&ld), 6);
	EXPECT_STR(line_shows(), "hello\r\nnext");
	EXPECT_STR(got(4), "hell");
	EXPECT_STR(got(100), "o\n");
	EXPECT_STR(got(100), "(wait)");
	type("\n\n");
	EXPECT_STR(got(100), "next\n");
	EXPECT_STR(got(100), "\n");
}

TEST(ldisc, eof_ends_a_read_without_a_byte)
{
	begin(0, 0);
	type("ab\004");
	EXPECT_EQ(ldisc_available(&ld), 2);
	EXPECT_STR(got(100), "ab");
	EXPECT_STR(got(100), "(wait)");
	type("\004");
	EXPECT_STR(got(100), "");
	EXPECT_STR(got(100), "(wait)");
	type("cd\004e\n");
	EXPECT_STR(got(2), "cd"); /* and its end with it */
	EXPECT_STR(got(100), "e\n");
	EXPECT_STR(line_shows(), "abcde\r\n");
}

TEST(ldisc, eol_characters_end_lines)
{
	struct proto_termios tio;

	begin(0, 0);
	tio = ld.tio;
	tio.c_cc[VEOL] = ';';
	tio.c_cc[VEOL2] = ',';
	ldisc_set_termios(&ld, &tio);
	type("a;b,c");
	EXPECT_STR(got(100), "a;");
	EXPECT_STR(got(100), "b,");
	EXPECT_STR(got(100), "(wait)");
	EXPECT_STR(line_shows(), "a;b,c");
}

TEST(ldisc, erase_takes_a_character_and_its_columns)
{
	begin(0, 0);
	type("a\xc3\xa9\177x\n");
	EXPECT_STR(line_shows(), "a\xc3\xa9\b \bx\r\n");
	EXPECT_STR(got(100), "ax\n");
	type("\xe4\xb8\xad\177\177y\n"); /* wide; nothing left for the second */
	EXPECT_STR(line_shows(), "\xe4\xb8\xad\b \b\b \by\r\n");
	EXPECT_STR(got(100), "y\n");
	type("\001\177");
	EXPECT_STR(line_shows(), "^A\b \b\b \b");
	type("ab\t\177");
	EXPECT_STR(line_shows(), "ab\t\b \b\b \b\b \b\b \b\b \b\b \b");
	type("\n");
	EXPECT_STR(got(100), "ab\n");
	input_flags(IUTF8, 0);
	type("\xc3\xa9\177\n");
	EXPECT_STR(got(100), "\xc3\n");
}

TEST(ldisc, tab_is_erased_behind_a_prompt)
{
	begin(0, 0);
	ldisc_write(&ld, "123456", 6);
	line_shows();
	type("\t\177");
	EXPECT_STR(line_shows(), "\t\b \b\b \b");
}

TEST(ldisc, word_and_line_are_erased)
{
	begin(0, 0);
	type("ab cd  \027");
	EXPECT_STR(line_shows(), "ab cd  \b \b\b \b\b \b\b \b");
	type("\025ef\n");
	EXPECT_STR(line_shows(), "\b \b\b \b\b \bef\r\n");
	EXPECT_STR(got(100), "ef\n");
	begin(ECHOKE, 0);
	type("ab\025c\n");
	EXPECT_STR(line_shows(), "ab^U\r\nc\r\n");
	EXPECT_STR(got(100), "c\n");
	begin(ECHOE, 0);
	type("ab\177\n");
	EXPECT_STR(line_shows(), "ab^?\r\n");
	EXPECT_STR(got(100), "a\n");
}

TEST(ldisc, echoprt_prints_what_is_rubbed_out)
{
	begin(ECHOE, ECHOPRT);
	type("abc\177\177d\n");
	EXPECT_STR(line_shows(), "abc\\cb/d\r\n");
	EXPECT_STR(got(100), "ad\n");
}

TEST(ldisc, without_echo_only_echonl_shows)
{
	begin(ECHO, 0);
	type("ab\177c\n");
	EXPECT_STR(line_shows(), "");
	EXPECT_STR(got(100), "ac\n");
	begin(ECHO, ECHONL);
	type("ab\n");
	EXPECT_STR(line_shows(), "\r\n");
	begin(ECHOCTL, 0);
	type("\001\n");
	EXPECT_STR(line_shows(), "\001\r\n");
}

TEST(ldisc, lnext_takes_the_next_byte_as_it_is)
{
	begin(0, 0);
	type("\026\003\026\n\026\177\n");
	EXPECT_EQ(ldisc_events(&ld), LDISC_READ | LDISC_SEND);
	EXPECT_STR(line_shows(), "^\b^C^\b^J^\b^?\r\n");
	EXPECT_STR(got(100), "\003\n\177\n");
	begin(IEXTEN, 0);
	type("\026\n");
	EXPECT_STR(got(100), "\026\n");
}

TEST(ldisc, reprint_shows_the_line_again)
{
	begin(0, 0);
	type("ab\t");
	line_shows();
	type("\022");
	EXPECT_STR(line_shows(), "^R\r\nab\t");
	type("\n");
	EXPECT_STR(got(100), "ab\t\n");
}

TEST(ldisc, signals_flush_unless_told_not_to)
{
	begin(0, 0);
	ldisc_write(&ld, "out", 3);
	type("ab\ncd\003");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_INTR);
	EXPECT_STR(line_shows(), "^C");
	EXPECT_STR(got(100), "(wait)");
	type("\034\032");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_QUIT | LDISC_SUSP);
	begin(0, NOFLSH);
	type("ab\003c\n");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_INTR);
	EXPECT_STR(got(100), "abc\n");
	begin(ISIG, 0);
	type("\003\n");
	EXPECT_EQ(ldisc_events(&ld) & 7, 0);
	EXPECT_STR(got(100), "\003\n");
}

TEST(ldisc, disabled_characters_are_ordinary)
{
	struct proto_termios tio;

	begin(0, 0);
	tio = ld.tio;
	memset(tio.c_cc, LDISC_DISABLED, sizeof(tio.c_cc));
	ldisc_set_termios(&ld, &tio);
	ldisc_input(&ld, "\0\003\177\004\n", 5, 0);
	EXPECT_EQ(ldisc_events(&ld) & 7, 0);
	EXPECT_EQ(ldisc_available(&ld), 5);
}
