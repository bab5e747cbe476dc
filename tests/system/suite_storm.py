# SPDX-License-Identifier: 0BSD
"""Many of everything, and nothing is left behind."""


def counts(m):
    """Free memory and kernel objects, when all that has ended is cleared away."""
    m.good("sleep 1")
    lines = m.good("cat /proc/meminfo").splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return values["Objects"], values["MemAvailable"]


def leaves_nothing(m, command, seconds=120):
    m.good("seq 600")  # the screen's history takes memory until it is full
    m.good(command, seconds)  # what is kept for next time is there afterwards
    objects, memory = counts(m)
    m.good(command, seconds)
    objects_after, memory_after = counts(m)
    assert objects_after == objects, "%d objects before, %d after" % (objects, objects_after)
    assert memory_after >= memory - 64, "%d KiB before, %d after" % (memory, memory_after)


def test_fork_storm(m):
    leaves_nothing(m, "i=0; while [ $i -lt 200 ]; do (:); i=$((i+1)); done")


def test_exec_storm(m):
    leaves_nothing(m, "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done")


def test_pipe_storm(m):
    leaves_nothing(m, "i=0; while [ $i -lt 50 ]; do echo $i | cat | cat >/dev/null; i=$((i+1)); done")


def test_many_at_a_time(m):
    leaves_nothing(m, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1 & done; wait")
