# SPDX-License-Identifier: 0BSD
"""Job control at the serial line, as a person does it."""

import time

ALONE = 0.3  # seconds: what follows an escape sooner makes it a key that vi does not know
INTERRUPT, QUIT, SUSPEND, END = "\x03", "\x1c", "\x1a", "\x04"


def prompt(m, seconds=20):
    m.expect("\r?" + m.prompt.replace("$", "\\$") + "$", seconds)


def foreground(m, seconds):
    """Starts a job that says when it runs: keys that come before it does are the shell's."""
    m.type("sh -c 'echo up; exec sleep %d'\n" % seconds)
    m.expect("^up\r?\n")


def test_interrupt_ends_the_foreground_job(m):
    foreground(m, 1000)
    m.type(INTERRUPT)
    prompt(m)
    assert m.good("echo alive") == "alive"


def test_interrupt_leaves_background_jobs(m):
    m.good("sleep 5 & echo started")
    foreground(m, 1000)
    m.type(INTERRUPT)
    prompt(m)
    assert "sleep 5" in m.good("jobs")
    m.run("kill %1; wait")


def test_suspend_and_continue(m):
    foreground(m, 3)
    m.type(SUSPEND)
    m.expect("[Ss]topped")
    assert "topped" in m.good("jobs")
    m.type("fg\n")
    m.expect("sleep 3[\"']\r?\n")
    prompt(m)
    assert m.run("jobs")[0] == ""


def test_suspend_and_background(m):
    foreground(m, 2)
    m.type(SUSPEND)
    m.expect("[Ss]topped")
    m.good("bg")
    assert "unning" in m.good("jobs")
    m.good("wait")


def test_quit_ends_with_its_signal(m):
    foreground(m, 1000)
    m.type(QUIT)
    prompt(m)
    m.type("echo status $?\n")
    m.expect("status 131\r?\n")
    prompt(m)


def test_end_of_file_ends_cat(m):
    m.type("cat\n")
    m.expect("cat\r?\n")
    m.type("line\n")
    m.expect("line\r?\nline\r?\n")
    m.type(END)
    prompt(m)


def test_a_background_reader_is_stopped(m):
    m.good("cat &")
    assert "topped" in m.good("sleep 1; jobs")
    m.run("kill -9 %1; wait")


def test_tostop_stops_background_writers(m):
    m.good("stty tostop; (echo from behind) & true")
    assert "topped" in m.good("sleep 1; jobs")
    m.run("stty -tostop; fg")


def test_erase_and_kill(m):
    m.type("echo wrongx\x7f\x7f\x7f\x7f\x7f\x7fright\n")
    m.expect("\nright\r?\n")
    prompt(m)
    m.type("garbage\x15echo clean\n")
    m.expect("\nclean\r?\n")


def test_vi_is_suspended_and_resumed(m):
    m.type("vi /tmp/vi-file\n")
    m.expect("~")
    m.type("isome text")
    m.expect("some text")
    m.type("\x1b")
    time.sleep(ALONE)
    m.type(SUSPEND)
    m.expect("[Ss]topped")
    m.type("fg\n")
    m.expect("some text")
    m.type("\x1b")
    time.sleep(ALONE)
    m.type(":wq\n")
    prompt(m)
    assert m.good("cat /tmp/vi-file") == "some text"


def test_window_size(m):
    m.good("stty rows 40 cols 100")
    assert m.good("stty size") == "40 100"
    m.good("stty rows 24 cols 80")


def test_a_stopped_orphan_ends(m):
    """Its group has nobody left in the session who could continue it: it is hung up."""
    m.good("sh -c 'sleep 777 & sleep 1; kill -STOP $!; sleep 1'")
    assert "sleep 777" not in m.good("sleep 1; ps")
    m.good("sh -c 'sleep 778 & sleep 1; exit'")  # one that runs is left alone
    assert "sleep 778" in m.good("sleep 1; ps")
    m.good("killall sleep; sleep 1")
