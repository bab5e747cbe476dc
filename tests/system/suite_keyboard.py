# SPDX-License-Identifier: 0BSD
"""The console as somebody at the machine has it: keys of the PS/2 keyboard, and a screen, in text mode and as a framebuffer."""
import os
import tempfile

from screen import Screen

OWN_MACHINES = True
CPUS = (1,)


def begin(boot, **how):
    """A machine with its first prompt, and its screen, cleared."""
    path = os.path.join(tempfile.mkdtemp(), "qmp")
    m = boot(image="full.img", kernel="kernel.elf", extra=Screen.options(path), **how)
    m.login()
    screen = Screen(path)
    os.unlink(path)
    os.rmdir(os.path.dirname(path))
    screen.type("clear\n")
    m.expect("clear\r?\n")
    screen.wait("# ")
    return m, screen


def a_command(m, screen):
    """What is typed runs, and is shown with what it prints; the serial line sees the same."""
    screen.type("echo One Two 33\n")
    m.expect("^One Two 33\r?\n", 20)
    screen.wait("# echo One Two 33", "One Two 33", "# ")
    assert not screen.shows("# echo One Two 34"), "any text would be found"
    screen.type("echo typed by keys >/tmp/typed\n")
    m.expect(r"/tmp/typed\r?\n.*# $", 20)
    assert m.good("cat /tmp/typed") == "typed by keys"


def test_text_mode(boot):
    a_command(*begin(boot))


def test_framebuffer(boot):
    a_command(*begin(boot, firmware="bios"))


def answers(m, screen, keys, pattern):
    screen.type(keys)
    m.expect(pattern, 20)


def test_keys_edit_and_signal(boot):
    m, screen = begin(boot)
    answers(m, screen, "echo wrong\b\b\b\b\bRIGHT\n", "^RIGHT\r?\n")
    answers(m, screen, "cat\n", "cat\r?\n")
    answers(m, screen, "line\n", "line\r?\nline\r?\n")
    screen.key("ctrl-d")
    m.expect("# $", 20)
    answers(m, screen, "sleep 1000\n", "sleep 1000\r?\n")
    screen.key("ctrl-c")
    m.expect("# $", 20)
    answers(m, screen, "echo $?\n", r"^130\r?\n")


def test_caps_lock_and_the_serial_line_together(boot):
    m, screen = begin(boot)
    screen.key("caps_lock")
    screen.type("ab")
    screen.key("caps_lock")
    screen.type("cd")
    m.type("ef\n")  # one terminal, whichever way keys come
    m.expect("ABcdef: not found", 20)
    assert m.good("echo still here") == "still here"
