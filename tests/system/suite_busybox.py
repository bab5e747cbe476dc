# SPDX-License-Identifier: 0BSD
"""busybox's own tests, run inside the system and compared with busybox.table.

The tree that ports/busybox/build makes lies in /lib/tests/busybox; the tests write where they stand, so it is
copied to /tmp first. Each suite of the table (an applet of runtest, or a folder of ash_test) is a test
here: it fails when it does not end, or when what passes is not what the table says. The last test is the measure: of all
tests that were run, 95 of 100 must pass.
"""
import os
import re

from machine import Broken

CPUS = (1,)
HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 240  # of one suite, on a host that has others to serve
INTERRUPT = "\x03"
PLACE = "/tmp/busybox"
APPLET = "cd %s/testsuite; ECHO='busybox echo' sh ./runtest %%s" % PLACE
SHELL = "cd %s/shell/ash_test; sh ./run-all %%s" % PLACE
RESULT = re.compile(r"^(PASS|FAIL|SKIPPED|UNTESTED): (.*)$", re.M)
SHELL_RESULT = re.compile(r"^ash-[^/\n]+/(\S+?):(?:\s[^\n]*)?\b(ok|fail)$", re.M)


def table():
    """The table as {suite: (passes, {test: reason})}; its form is described at its top."""
    suites, failures = {}, None
    with open(os.path.join(HERE, "busybox.table")) as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            if line[0].isspace():
                test, reason = line.strip().split(" | ")
                failures[test] = reason
            else:
                name, passes = line.split()
                failures = {}
                suites[name] = (int(passes), failures)
    return suites


def command(m, line):
    """Runs a command that has nothing to read; answers what it printed."""
    m.marks += 1
    m.type("(%s) </dev/null 2>&1; echo DONE''%d\n" % (line, m.marks))
    begin = m.at
    try:
        found = m.expect("DONE%d\r?\n" % m.marks, SECONDS)
    except Broken:
        m.type(INTERRUPT)
        m.expect("DONE%d\r?\n|" % m.marks + re.escape(m.prompt), SECONDS)
        raise AssertionError("not finished within %d s: %s" % (SECONDS, m.text[-400:])) from None
    m.expect(re.escape(m.prompt) + "$", SECONDS)  # else the next command's echo would stand before its output
    return m.text[begin:found.start()].replace("\r", "")


def results(name, output):
    """What passed, how often, and what failed."""
    if name.startswith("ash-"):
        found = [({"ok": "PASS", "fail": "FAIL"}[word], test) for test, word in SHELL_RESULT.findall(output)]
    else:
        found = RESULT.findall(output)
    return len([1 for word, _ in found if word == "PASS"]), {test for word, test in found if word == "FAIL"}


totals = {"passed": 0, "failed": 0}


def make_test(name, passes, failures):
    def test(m):
        passed, failed = results(name, command(m, (SHELL if name.startswith("ash-") else APPLET) % name))
        totals["passed"] += passed
        totals["failed"] += len(failed)
        notes = ["fails: " + test for test in sorted(failed - failures.keys())]
        notes += ["does not fail any more: " + test for test in sorted(failures.keys() - failed)]
        assert passed == passes and not notes, "%s: %d passed, the table says %d; %s" % (
            name, passed, passes, "; ".join(notes))

    return test


def test_a_copy(m):
    m.good("cp -r /lib/tests/busybox %s && ln -s /bin/busybox %s/busybox" % (PLACE, PLACE), SECONDS)


for suite, (count, expected) in table().items():
    globals()["test_" + suite] = make_test(suite, count, expected)


def test_zz_of_100_tests_95_pass(m):
    passed, failed = totals["passed"], totals["failed"]
    print("     busybox: %d passed, %d failed" % (passed, failed))
    assert passed > 900 and 100 * passed >= 95 * (passed + failed), "%d passed, %d failed" % (passed, failed)
