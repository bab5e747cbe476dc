# SPDX-License-Identifier: 0BSD
"""Programs of a shell that has all processors use them; services and what they make stay on the first."""


def processors(m):
    return int(m.good("nproc"))


def field(m, name, pid):
    """A field of the status of a process's first thread, as /proc shows it."""
    return m.good("sed -n 's/^%s:.//p' /proc/%s/task/%s/status" % (name, pid, pid))


def test_a_shell_may_have_all_processors(m):
    m.type("exec on -C any sh -l\n")
    m.expect(m.prompt.replace("$", "\\$") + "$")
    assert m.run("on -C 63 true") == ("on: processors: Invalid argument", 1)


def test_computing_programs_have_a_processor_each(m):
    count = processors(m)
    pids = []
    for _ in range(count):
        m.run("while :; do :; done &")
        pids.append(m.good("echo $!"))
    places = [field(m, "Cpu", pid) for pid in pids]
    assert len(set(places)) == count, places
    assert m.good("echo alive; /bin/true") == "alive"
    m.run("kill %s; wait" % " ".join(pids))


def test_services_stay_on_the_first(m):
    everywhere = "%x" % ((1 << processors(m)) - 1)
    masks = {}
    for name in ("sh", "image", "supervisor", "log", "null", "ram", "unix", "proc", "tty"):
        pid = m.good("grep -l \"^Name:.%s$\" /proc/[0-9]*/status | head -1 | cut -d/ -f3" % name)
        masks[name] = field(m, "Cpus", pid)
    assert masks.pop("sh") == everywhere, masks
    assert set(masks.values()) == {"1"}, masks


def test_places(m):
    return m.tests("places")
