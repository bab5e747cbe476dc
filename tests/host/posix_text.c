/* SPDX-License-Identifier: 0BSD */
/* posix_text.c: tests of what lib/posix/base does with text: paths, options, addresses, tables. */
#include "host/shim/posix.h"

#include "host/harness.h"

#include <errno.h>

static const char *base_of(const char *path)
{
	static char copy[64];

	return basename(strcpy(copy, path));
}

static const char *dir_of(const char *path)
{
	static char copy[64];

	return dirname(strcpy(copy, path));
}

TEST(libgen, splits_as_the_table_of_posix)
{
	static const struct {
		const char *path, *dir, *base;
	} row[] = {{"usr", ".", "usr"},	  {"usr/", ".", "usr"},
		   {"", ".", "."},	  {"/", "/", "/"},
		   {"//", "/", "/"},	  {"///", "/", "/"},
		   {"/usr/", "/", "usr"}, {"/usr/lib", "/usr", "lib"},
		   {"a//b//", "a", "b"},  {"home//dwc//test", "home//dwc", "test"},
		   {".", ".", "."},	  {"..", ".", ".."}};

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		EXPECT_STR(dir_of(row[i].path), row[i].dir);
		EXPECT_STR(base_of(row[i].path), row[i].base);
	}
	EXPECT_STR(basename(NULL), ".");
}

#define WORDS(...)                                                                                                     \
	char *argv[] = {"program", __VA_ARGS__, NULL};                                                                 \
	int argc = sizeof(argv) / sizeof(argv[0]) - 1;                                                                 \
                                                                                                                       \
	optind = 0;                                                                                                    \
	opterr = 0

TEST(getopt, takes_letters_and_arguments_and_stops_at_an_operand)
{
	WORDS("-ab", "-ofile", "-o", "next", "rest", "-a");

	EXPECT_EQ(getopt(argc, argv, "abo:"), 'a');
	EXPECT_EQ(getopt(argc, argv, "abo:"), 'b');
	EXPECT_EQ(getopt(argc, argv, "abo:"), 'o');
	EXPECT_STR(optarg, "file");
	EXPECT_EQ(getopt(argc, argv, "abo:"), 'o');
	EXPECT_STR(optarg, "next");
	EXPECT_EQ(getopt(argc, argv, "abo:"), -1);
	EXPECT_EQ(optind, 5);
}

TEST(getopt, two_dashes_end_options)
{
	WORDS("-a", "--", "-b");

	EXPECT_EQ(getopt(argc, argv, "ab"), 'a');
	EXPECT_EQ(getopt(argc, argv, "ab"), -1);
	EXPECT_EQ(optind, 3);
}

TEST(getopt, tells_unknown_options_and_missing_arguments)
{
	WORDS("-x", "-o");

	EXPECT_EQ(getopt(argc, argv, ":o:"), '?');
	EXPECT_EQ(optopt, 'x');
	EXPECT_EQ(getopt(argc, argv, ":o:"), ':');
	EXPECT_EQ(optopt, 'o');
	EXPECT_EQ(getopt(argc, argv, ":o:"), -1);
}

TEST(getopt, missing_argument_is_a_question_mark_without_colon)
{
	WORDS("-o");

	EXPECT_EQ(getopt(argc, argv, "o:"), '?');
	EXPECT_EQ(getopt(argc, argv, "o:"), -1);
}

TEST(getopt, starts_anew_in_the_middle_of_a_word)
{
	WORDS("-abc");

	EXPECT_EQ(getopt(argc, argv, "abc"), 'a');
	optind = 1;
	optreset = 1;
	EXPECT_EQ(getopt(argc, argv, "abc"), 'a');
	EXPECT_EQ(getopt(argc, argv, "abc"), 'b');
}

static const struct option long_options[] = {
    {"all", no_argument, NULL, 'a'},	     {"output", required_argument, NULL, 'o'},
    {"color", optional_argument, NULL, 'c'}, {"colour", optional_argument, NULL, 'c'},
    {"almost", no_argument, NULL, 'A'},	     {NULL, 0, NULL, 0}};

TEST(getopt, long_options_move_operands_to_the_end)
{
	int index = -1;
	WORDS("one", "--all", "two", "-bo", "file", "--output=x", "three");

	EXPECT_EQ(getopt_long(argc, argv, "abo:", long_options, &index), 'a');
	EXPECT_EQ(index, 0);
	EXPECT_EQ(getopt_long(argc, argv, "abo:", long_options, &index), 'b');
	EXPECT_EQ(getopt_long(argc, argv, "abo:", long_options, &index), 'o');
	EXPECT_STR(optarg, "file");
	EXPECT_EQ(getopt_long(argc, argv, "abo:", long_options, &index), 'o');
	EXPECT_STR(optarg, "x");
	EXPECT_EQ(index, 1);
	EXPECT_EQ(getopt_long(argc, argv, "abo:", long_options, &index), -1);
	REQUIRE(optind == 5);
	EXPECT_STR(argv[5], "one");
	EXPECT_STR(argv[6], "two");
	EXPECT_STR(argv[7], "three");
}

TEST(getopt, long_options_may_be_shortened_unless_that_is_ambiguous)
{
	WORDS("--out", "f", "--al", "--col", "--color=red", "--all=1", "--nonsense", "--output");

	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), 'o');
	EXPECT_STR(optarg, "f");
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), '?');
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), 'c');
	EXPECT(optarg == NULL);
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), 'c');
	EXPECT_STR(optarg, "red");
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), '?');
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), '?');
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), '?');
	EXPECT_EQ(getopt_long(argc, argv, "", long_options, NULL), -1);
}

TEST(getopt, plus_stops_and_minus_answers_operands)
{
	{
		WORDS("one", "-a");
		EXPECT_EQ(getopt_long(argc, argv, "+a", long_options, NULL), -1);
		EXPECT_EQ(optind, 1);
	}
	{
		WORDS("one", "-a");
		EXPECT_EQ(getopt_long(argc, argv, "-a", long_options, NULL), 1);
		EXPECT_STR(optarg, "one");
		EXPECT_EQ(getopt_long(argc, argv, "-a", long_options, NULL), 'a');
		EXPECT_EQ(getopt_long(argc, argv, "-a", long_options, NULL), -1);
	}
}

TEST(getopt, operands_behind_two_dashes_stay_in_order)
{
	WORDS("one", "-a", "--", "-b", "two");

	EXPECT_EQ(getopt_long(argc, argv, "ab", long_options, NULL), 'a');
	EXPECT_EQ(getopt_long(argc, argv, "ab", long_options, NULL), -1);
	REQUIRE(optind == 3);
	EXPECT_STR(argv[3], "one");
	EXPECT_STR(argv[4], "-b");
	EXPECT_STR(argv[5], "two");
}

TEST(getopt, one_dash_is_enough_for_only)
{
	WORDS("-all", "-a", "-output", "x");

	EXPECT_EQ(getopt_long_only(argc, argv, "a", long_options, NULL), 'a');
	EXPECT_EQ(getopt_long_only(argc, argv, "a", long_options, NULL), '?');
	EXPECT_EQ(getopt_long_only(argc, argv, "a", long_options, NULL), 'o');
	EXPECT_STR(optarg, "x");
}

static uint32_t aton(const char *text)
{
	struct in_addr address = {0xdeadbeef};

	return inet_aton(text, &address) ? ntohl(address.s_addr) : 0xdeadbeef;
}

TEST(inet, aton_knows_all_forms)
{
	EXPECT_EQ(aton("1.2.3.4"), 0x01020304);
	EXPECT_EQ(aton("1.2.772"), 0x01020304);
	EXPECT_EQ(aton("0x7f.1"), 0x7f000001);
	EXPECT_EQ(aton("010.0.0.1"), 0x08000001);
	EXPECT_EQ(aton("4294967295"), 0xffffffff);
	EXPECT_EQ(aton("4294967296"), 0xdeadbeef);
	EXPECT_EQ(aton("256.1.1.1"), 0xdeadbeef);
	EXPECT_EQ(aton("1.2.3.4.5"), 0xdeadbeef);
	EXPECT_EQ(aton("1.2.3."), 0xdeadbeef);
	EXPECT_EQ(aton("x"), 0xdeadbeef);
	EXPECT_EQ(aton(""), 0xdeadbeef);
}

static const char *again(int family, const char *text)
{
	static char out[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (inet_pton(family, text, bytes) != 1)
		return "bad";
	return inet_ntop(family, bytes, out, sizeof(out));
}

TEST(inet, addresses_come_back_in_their_shortest_form)
{
	EXPECT_STR(again(AF_INET, "192.168.0.1"), "192.168.0.1");
	EXPECT_STR(again(AF_INET6, "::"), "::");
	EXPECT_STR(again(AF_INET6, "::1"), "::1");
	EXPECT_STR(again(AF_INET6, "1::"), "1::");
	EXPECT_STR(again(AF_INET6, "2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
	EXPECT_STR(again(AF_INET6, "1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7");
	EXPECT_STR(again(AF_INET6, "::ffff:1.2.3.4"), "::ffff:1.2.3.4");
	EXPECT_STR(again(AF_INET6, "1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
}

TEST(inet, pton_refuses_what_is_no_address)
{
	static const char *const bad4[] = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4x", "1..2.3"};
	static const char *const bad6[] = {"",
					   ":",
					   ":::",
					   "1::2::3",
					   "1:2:3:4:5:6:7",
					   "12345::",
					   "1:2:3:4:5:6:7:8:9",
					   "1:2:3:4:5:6:7:8::",
					   "g::",
					   "1:",
					   "::1.2.3",
					   "1:2:3:4:5:6:7:1.2.3.4"};

	for (unsigned int i = 0; i < sizeof(bad4) / sizeof(*bad4); i++)
		EXPECT_STR(again(AF_INET, bad4[i]), "bad");
	for (unsigned int i = 0; i < sizeof(bad6) / sizeof(*bad6); i++)
		EXPECT_STR(again(AF_INET6, bad6[i]), "bad");
}

TEST(inet, ntop_needs_room_and_a_family)
{
	char text[8];

	EXPECT(inet_ntop(AF_INET, "\1\2\3\4", text, 7) == NULL);
	EXPECT_EQ(errno, ENOSPC);
	EXPECT_STR(inet_ntop(AF_INET, "\1\2\3\4", text, 8), "1.2.3.4");
	EXPECT(inet_ntop(99, "", text, 8) == NULL);
	EXPECT_EQ(errno, EAFNOSUPPORT);
	EXPECT_EQ(inet_pton(99, "", text), -1);
}

static FILE *table(const char *text)
{
	FILE *file = tmpfile();

	fputs(text, file);
	rewind(file);
	return file;
}

TEST(group, reads_members_and_passes_over_what_is_no_entry)
{
	FILE *file = table("# comment\n\nwheel:x:0:root,alice\nbad line\nusers:x:100:\nneg:x:-1:\nlast:x:5:bob");
	struct group *entry;

	entry = fgetgrent(file);
	REQUIRE(entry);
	EXPECT_STR(entry->gr_name, "wheel");
	EXPECT_EQ(entry->gr_gid, 0);
	EXPECT_STR(entry->gr_mem[0], "root");
	EXPECT_STR(entry->gr_mem[1], "alice");
	EXPECT(entry->gr_mem[2] == NULL);
	entry = fgetgrent(file);
	REQUIRE(entry);
	EXPECT_STR(entry->gr_name, "users");
	EXPECT(entry->gr_mem[0] == NULL);
	entry = fgetgrent(file);
	REQUIRE(entry);
	EXPECT_STR(entry->gr_mem[0], "bob");
	EXPECT(fgetgrent(file) == NULL);
	fclose(file);
}

TEST(group, small_buffer_is_erange_and_loses_nothing)
{
	FILE *file = table("wheel:x:0:root,alice\nusers:x:100:\n");
	struct group entry, *result;
	char buffer[64];

	EXPECT_EQ(fgetgrent_r(file, &entry, buffer, 10, &result), ERANGE);
	EXPECT(result == NULL);
	EXPECT_EQ(fgetgrent_r(file, &entry, buffer, 24, &result), ERANGE);
	EXPECT_EQ(fgetgrent_r(file, &entry, buffer, sizeof(buffer), &result), 0);
	REQUIRE(result == &entry);
	EXPECT_STR(entry.gr_name, "wheel");
	EXPECT_EQ(fgetgrent_r(file, &entry, buffer, sizeof(buffer), &result), 0);
	EXPECT_STR(entry.gr_name, "users");
	EXPECT_EQ(fgetgrent_r(file, &entry, buffer, sizeof(buffer), &result), ENOENT);
	fclose(file);
}

TEST(group, long_entry_makes_the_own_buffer_grow)
{
	FILE *file = tmpfile();
	struct group *entry;
	int members = 0;

	fputs("many:x:7:", file);
	for (int i = 0; i < 1000; i++)
		fprintf(file, "%suser%d", i ? "," : "", i);
	rewind(file);
	entry = fgetgrent(file);
	REQUIRE(entry);
	while (entry->gr_mem[members])
		members++;
	EXPECT_EQ(members, 1000);
	EXPECT_STR(entry->gr_mem[999], "user999");
	fclose(file);
}

TEST(mntent, reads_words_and_their_escapes)
{
	FILE *file = table("# none\n  \nram /tmp ram rw,size=4k 0 0\nimage /a\\040b\\134c image ro\n");
	struct mntent *entry = getmntent(file);

	REQUIRE(entry);
	EXPECT_STR(entry->mnt_fsname, "ram");
	EXPECT_STR(hasmntopt(entry, "size"), "size=4k");
	EXPECT(hasmntopt(entry, "siz") == NULL);
	EXPECT(hasmntopt(entry, "ro") == NULL);
	entry = getmntent(file);
	REQUIRE(entry);
	EXPECT_STR(entry->mnt_dir, "/a b\\c");
	EXPECT_STR(entry->mnt_opts, "ro");
	EXPECT_EQ(entry->mnt_passno, 0);
	EXPECT(getmntent(file) == NULL);
	endmntent(file);
}

TEST(mntent, passes_over_lines_that_are_too_long)
{
	FILE *file = table("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa / b c 1 2\nd /e f g 1 2\n");
	struct mntent entry;
	char line[20];

	REQUIRE(getmntent_r(file, &entry, line, sizeof(line)));
	EXPECT_STR(entry.mnt_fsname, "d");
	EXPECT_EQ(entry.mnt_passno, 2);
	endmntent(file);
}

TEST(mntent, written_entry_reads_the_same)
{
	struct mntent in = {"a b", "/c\td", "e", "f,g", 1, 2}, *out;
	FILE *file = table("");

	EXPECT_EQ(addmntent(file, &in), 0);
	rewind(file);
	out = getmntent(file);
	REQUIRE(out);
	EXPECT_STR(out->mnt_fsname, "a b");
	EXPECT_STR(out->mnt_dir, "/c\td");
	EXPECT_EQ(out->mnt_freq, 1);
	endmntent(file);
}

TEST(timegm, is_the_inverse_of_gmtime)
{
	for (int i = 0; i < 20000; i++) {
		time_t seconds = (time_t)(host_random() >> 20) - (1ll << 43), back;
		struct tm fields;

		if (i == 0)
			seconds = 0;
		REQUIRE(gmtime_r(&seconds, &fields));
		back = timegm(&fields);
		if (!EXPECT_EQ(back, seconds))
			return;
	}
}

TEST(timegm, carries_fields_over)
{
	struct tm fields = {.tm_year = 123, .tm_mon = 14, .tm_mday = 30, .tm_hour = 25, .tm_sec = -1};

	EXPECT_EQ(timegm(&fields), 1711846799); /* 31 March 2024, 00:59:59 */
	EXPECT_EQ(fields.tm_mon, 2);
	EXPECT_EQ(fields.tm_mday, 31);
	EXPECT_EQ(fields.tm_hour, 0);
	EXPECT_EQ(fields.tm_yday, 90);
}
