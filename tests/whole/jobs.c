/* SPDX-License-Identifier: 0BSD */
/* jobs.c: job control on a pseudo terminal, as a person does it with a shell.
 *
 * What a command prints is written so that its echo does not hold it: u''p is up.
 */
#include "../posix/lib/test.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define INTERRUPT "\003"
#define QUIT	  "\034"
#define SUSPEND	  "\032"
#define END	  "\004"
#define QUIET_MS  1500 /* in which a job that ran would have said so */

/* Starts a foreground job that says when it runs. */
static bool foreground(const char *rest)
{
	char line[128];

	snprintf(line, sizeof(line), "sh -c 'echo u\"\"p; %s'\n", rest);
	terminal_type(line);
	if (!terminal_expect("\r\nup\r\n"))
		return false;
	usleep(200000); /* what follows runs */
	return true;
}

TEST(jobs, interrupt_ends_the_foreground_job_alone)
{
	ASSERT(terminal_begin_shell());
	terminal_command("sleep 1000 &", "");
	ASSERT(foreground("exec sleep 1000"));
	terminal_type(INTERRUPT);
	terminal_expect(PROMPT);
	terminal_command("echo status $?", "status 130");
	terminal_command("jobs", "Running");
	terminal_command("kill %1; wait", "");
	terminal_end_shell();
}

TEST(jobs, quit_ends_with_its_signal)
{
	ASSERT(terminal_begin_shell());
	ASSERT(foreground("exec sleep 1000"));
	terminal_type(QUIT);
	terminal_expect(PROMPT);
	terminal_command("echo status $?", "status 131");
	terminal_end_shell();
}

TEST(jobs, a_suspended_job_stands_still_until_fg)
{
	ASSERT(terminal_begin_shell());
	ASSERT(foreground("sleep 1; echo do\"\"ne"));
	terminal_type(SUSPEND);
	terminal_expect("Stopped");
	terminal_expect(PROMPT);
	terminal_command("jobs", "Stopped");
	EXPECT(!terminal_shows("done", QUIET_MS));
	terminal_type("fg\n");
	terminal_expect("\r\ndone\r\n");
	terminal_expect(PROMPT);
	terminal_end_shell();
}

TEST(jobs, a_suspended_job_goes_on_in_the_background)
{
	ASSERT(terminal_begin_shell());
	ASSERT(foreground("sleep 1; echo do\"\"ne"));
	terminal_type(SUSPEND);
	terminal_expect("Stopped");
	terminal_expect(PROMPT);
	terminal_type("bg\n");
	terminal_expect("done\r\n");
	terminal_command("wait; echo status $?", "status 0");
	terminal_end_shell();
}

TEST(jobs, wait_ends_with_each_job)
{
	ASSERT(terminal_begin_shell());
	terminal_command("sh -c 'exit 3' & a=$!; sh -c 'exit 4' & b=$!; wait $a; echo $?,; wait $b; echo $?.",
			 "3,\r\n4.");
	terminal_command("sh -c 'kill -9 $$' & wait $!; echo $?.", "137.");
	terminal_end_shell();
}

TEST(jobs, a_pipeline_is_one_job)
{
	ASSERT(terminal_begin_shell());
	terminal_type("sh -c 'echo u\"\"p >&2; exec sleep 1000' | cat | cat\n");
	terminal_expect("\r\nup\r\n");
	usleep(200000);
	terminal_type(SUSPEND);
	terminal_expect("Stopped");
	terminal_expect(PROMPT);
	terminal_type("fg\n");
	terminal_expect("cat | cat\r\n");
	terminal_type(INTERRUPT);
	terminal_expect(PROMPT);
	terminal_command("jobs; echo no''ne", "none");
	terminal_end_shell();
}

TEST(jobs, a_background_reader_is_stopped_and_reads_in_the_foreground)
{
	ASSERT(terminal_begin_shell());
	terminal_command("cat &", "");
	terminal_command("sleep 1; jobs", "Stopped");
	terminal_type("fg\n");
	terminal_expect("cat\r\n");
	terminal_type("text\n");
	terminal_expect("text\r\ntext\r\n");
	terminal_type(END);
	terminal_expect(PROMPT);
	terminal_end_shell();
}

TEST(jobs, tostop_stops_background_writers)
{
	ASSERT(terminal_begin_shell());
	terminal_command("sh -c 'echo be\"\"hind' & wait", "behind\r\n");
	terminal_command("stty tostop; sh -c 'echo be\"\"hind' &", "");
	terminal_command("sleep 1; jobs", "Stopped");
	EXPECT(!terminal_shows("behind\r\n", QUIET_MS / 3));
	terminal_type("fg\n");
	terminal_expect("behind\r\n");
	terminal_command("stty -tostop", "");
	terminal_end_shell();
}

TEST(jobs, end_of_file_ends_cat_and_then_the_shell)
{
	int status;

	ASSERT(terminal_begin_shell());
	terminal_type("cat\n");
	terminal_expect("cat\r\n");
	terminal_type("line\n");
	terminal_expect("line\r\nline\r\n");
	terminal_type(END);
	terminal_expect(PROMPT);
	terminal_type(END);
	EXPECT(!terminal_shows(PROMPT, QUIET_MS / 3));
	EXPECT_EQ(waitpid(terminal.pid, &status, 0), terminal.pid);
	EXPECT(WIFEXITED(status));
	EXPECT_OK(close(terminal.fd));
}

TEST(jobs, lines_are_edited)
{
	ASSERT(terminal_begin_shell());
	terminal_type("echo wrongx\177\177\177\177\177\177right\n");
	terminal_expect("\r\nright\r\n");
	terminal_expect(PROMPT);
	terminal_type("garbage\025echo cle''an\n");
	terminal_expect("\r\nclean\r\n");
	terminal_end_shell();
}

TEST(jobs, an_editor_is_suspended_and_resumed)
{
	ASSERT(terminal_begin_shell());
	terminal_type("vi file\n");
	terminal_expect("~");
	terminal_type("isome text\033");
	terminal_expect("text");
	usleep(300000); /* what follows an escape sooner is one key with it */
	terminal_type(SUSPEND);
	terminal_expect("Stopped");
	terminal_expect(PROMPT);
	/* The shell has its own line editing again. */
	terminal_command("echo be''tween", "between");
	terminal_type("fg\n");
	terminal_expect("some text");
	terminal_type("\033");
	usleep(300000);
	terminal_type(":wq\n");
	terminal_expect(PROMPT);
	terminal_command("cat file", "some text\r\n");
	terminal_end_shell();
}

TEST(jobs, programs_see_the_window_size)
{
	struct winsize size = {40, 100, 0, 0};

	ASSERT(terminal_begin_shell());
	EXPECT_OK(ioctl(terminal.fd, TIOCSWINSZ, &size));
	terminal_command("stty size", "40 100");
	terminal_command("stty rows 24 cols 80; stty size", "24 80");
	EXPECT_OK(ioctl(terminal.fd, TIOCGWINSZ, &size));
	EXPECT_EQ(size.ws_row, 24);
	EXPECT_EQ(size.ws_col, 80);
	terminal_end_shell();
}

TEST(jobs, hanging_up_ends_the_shell_and_its_jobs)
{
	int status;

	ASSERT(terminal_begin_shell());
	ASSERT(foreground("exec cat"));
	status = terminal_end();
	EXPECT(WIFSIGNALED(status) || WIFEXITED(status));
}
