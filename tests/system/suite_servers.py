# SPDX-License-Identifier: 0BSD
"""Servers that are killed while programs use them: `restarttest` (tests/restart) kills and looks at all that it gets, beside
a shell's workload. Afterwards as many objects and as much memory must be there as before."""
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
