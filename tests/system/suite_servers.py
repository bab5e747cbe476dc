# SPDX-License-Identifier: 0BSD
"""Servers that are killed while programs use them. The terminal server is not among them: the console of these tests goes
with it."""
import random

WORKLOAD = "while :; do echo x >/tmp/w 2>/dev/null; cat /tmp/w /dev/null | cat >/dev/null 2>&1; ls /proc >/dev/null 2>&1; done"
TIMES = 10


def service_pid(m, name):
    for line in m.good("svc").splitlines():
        fields = line.split()
        if fields and fields[0] == name:
            return int(fields[1])
    raise AssertionError("no service " + name)


def services(m):
    lines = m.good("svc").splitlines()[1:]
    return [line.split()[0] for line in lines if line.split()]


def kill_often(m, name):
    # Its complaints would stand in the middle of prompts.
    m.good("(%s) 2>/tmp/complaints & echo started" % WORKLOAD)
    for _ in range(TIMES):
        pid = service_pid(m, name)
        m.run("sleep 0.%d; kill -9 %d" % (random.randrange(1, 5), pid))
        for _ in range(50):
            new = [line for line in m.good("svc").splitlines() if line.split()[:1] == [name]][0].split()
            if new[2] == "running" and int(new[1]) != pid:
                break
            m.run("sleep 0.1")
        else:
            raise AssertionError("%s did not come back" % name)
    m.run("kill -9 %1; wait")
    assert m.good("echo still here") == "still here"


def test_null_is_restarted(m):
    kill_often(m, "null")


def test_unix_is_restarted(m):
    kill_often(m, "unix")


def test_ram_is_restarted(m):
    kill_often(m, "ram")


def test_proc_is_restarted(m):
    kill_often(m, "proc")


def test_log_is_restarted(m):
    kill_often(m, "log")
