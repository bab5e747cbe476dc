# SPDX-License-Identifier: 0BSD
"""Servers that are killed while programs use them: `restarttest` (tests/restart) kills and looks at all that it gets, beside
a shell's workload. Afterwards as many objects and as much memory must be there as before."""
import random
import re
import time

WORKLOAD = ("while :; do echo x >/tmp/w; cat /tmp/w /dev/null | cat >/dev/null; ls /proc /dev/pts >/dev/null; "
            "echo work >/dev/log; done")
TIMES = 10


def counts(m):
    """Free memory and kernel objects, when all that has ended is cleared away."""
    m.good("sleep 1")
    lines = m.good("cat /proc/meminfo").splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return values["Objects"], values["MemAvailable"]


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
    kill_often(m, name)  # what is kept for next time is there afterwards
    objects, memory = counts(m)
    kill_often(m, name)
    objects_after, memory_after = counts(m)
    assert objects_after == objects, "%d objects before, %d after" % (objects, objects_after)
    assert memory_after >= memory, "%d KiB before, %d after" % (memory, memory_after)


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
