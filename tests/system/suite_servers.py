# SPDX-License-Identifier: 0BSD
"""Servers that are killed while programs use them: `restarttest` (tests/restart) kills and looks at all that it gets, beside
a shell's workload. Afterwards as many objects and as much memory must be there as before."""
import random

import machine

WORKLOAD = ("while :; do echo x >/tmp/w; cat /tmp/w /dev/null | cat >/dev/null; ls /proc /dev/pts >/dev/null; "
            "echo work >/dev/log; done")
TIMES = 10
ROUNDS = 4


def counts(m):
    """Kernel objects, bytes and files in /tmp, and KiB of free memory, when all that has ended is cleared away."""
    m.good("sleep 1")
    values = {line.split(":")[0]: int(line.split()[1]) for line in m.good("cat /proc/meminfo").splitlines()}
    blocks, files = [int(m.good("df %s /tmp | tail -n 1" % flag).split()[2]) for flag in ("-k", "-i")]
    return (values["Objects"], blocks, files), values["MemAvailable"]


def starts(m, name):
    for line in m.good("svc").splitlines():
        fields = line.split()
        if fields[:1] == [name]:
            return int(fields[3])
    raise AssertionError("no service " + name)


def kill_often(m, name):
    before = starts(m, name)
    m.good("(%s) 2>/dev/null & echo started" % WORKLOAD)
    output, status = m.run("/lib/tests/restarttest %s %d" % (name, TIMES), 120)
    m.run("kill -9 %1; wait")
    assert status == 0, output
    assert starts(m, name) == before + TIMES


def leaves_nothing(m, name):
    """What is made once and kept (a history of lines, tables that have grown) is there after some rounds; what is lost
    with each restart is less after every one."""
    m.good("seq 600")
    kill_often(m, name)
    seen = [counts(m)]
    for _ in range(ROUNDS):
        kill_often(m, name)
        seen.append(counts(m))
        if seen[-1][0] == seen[-2][0] and seen[-1][1] >= seen[-2][1]:
            return
    raise AssertionError("objects, KiB free after each round: %s" % seen)


def test_null_is_restarted(m):
    leaves_nothing(m, "null")


def test_unix_is_restarted(m):
    leaves_nothing(m, "unix")


def test_ram_is_restarted(m):
    leaves_nothing(m, "ram")


def test_proc_is_restarted(m):
    leaves_nothing(m, "proc")


def test_log_is_restarted(m):
    leaves_nothing(m, "log")


def test_tty_is_restarted(m):
    leaves_nothing(m, "tty")


def test_message_that_kills_two_servers_is_refused(m):
    """The first death may have been chance: the message is served again. After the second it is EIO, for it alone."""
    before = starts(m, "doomed")
    m.good("echo 1 >/dev/doomed")
    assert m.good("cat /dev/doomed").endswith("served")  # behind what the console says of the death
    assert starts(m, "doomed") == before + 1
    m.good("echo 9 >/dev/doomed")
    output, status = m.run("cat /dev/doomed")
    assert status == 1 and "Input/output error" in output, output
    assert starts(m, "doomed") == before + 3
    m.good("echo 0 >/dev/doomed")
    assert m.good("cat /dev/doomed") == "served"
    assert starts(m, "doomed") == before + 3


def type_again(m):
    """What a person does whose line was not taken as it was typed."""
    m.type("\x03")
    m.expect(m.prompt.replace("$", "\\$") + "$", 10)


def test_console_outlives_its_server(m):
    """A key that is typed in the moment of the kill may be lost (docs/system/restart.md), and then the line is typed
    again; but no line of output, no setting, no job."""
    m.good("stty erase ^H; sleep 1000 & echo started")
    m.good("(/lib/tests/restarttest tty %d; echo $? >/tmp/status) >/tmp/out 2>&1 & echo started" % (2 * TIMES))
    again = runs = 0
    while runs < 500:
        try:
            if m.run("cat /tmp/status", 10)[1] == 0:
                break
            number = random.randrange(1000000)
            output, status = m.run("seq %d %d" % (number, number + 99), 10)
        except machine.Broken:
            assert not m.ended and not machine.BROKEN.search(m.text), "the machine is broken"
            again += 1
            type_again(m)
            continue
        assert (output, status) == ("\n".join(str(number + i) for i in range(100)), 0), output
        runs += 1
    output = m.good("cat /tmp/out; rm /tmp/status")
    assert output.endswith("good"), output
    assert runs > TIMES and again <= TIMES // 2, "%d runs, %d times typed again: %s" % (runs, again, output)
    assert "erase = ^H" in m.good("stty -a")
    assert "sleep 1000" in m.good("jobs")
    m.type("sh -c 'echo up; exec sleep 1000'\n")
    m.expect("^up\r?\n")
    type_again(m)
    m.run("kill %1; wait; stty erase ^?")
