# SPDX-License-Identifier: 0BSD
"""table.py - runs posixbench inside the system and prints its rows beside Linux's figures."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE + "/../../system")
import machine

SECONDS = 300  # for one test, at most: the longest takes 20
FIELDS = {"min": 0, "median": 1, "p99": 2, "max": 3, "mean": 5}


class Row:
    """A line of linux.table."""

    def __init__(self, fields):
        self.test, self.name, what = fields[:3]
        self.linux, self.rt, self.aim = map(int, fields[3:])
        self.field, _, by = what.partition("/")
        self.by = int(by or 1)

    def show(self, figures):
        value = figures[FIELDS[self.field]] / self.by
        print("%-16s %12.0f %-6s %12.0f %12.0f %12d %12s %5.2f" %
              (self.name, value, self.field, figures[0] / self.by, figures[3] / self.by, self.linux, self.aim or "-",
               value / self.linux))
        sys.stdout.flush()


def table():
    with open(HERE + "/linux.table") as lines:
        return [Row(line.split()) for line in lines if line.strip() and not line.startswith("#")]


def lines_of(m, command):
    """What a command prints, by the first word of each line; and all of it."""
    output, _ = m.run(command, SECONDS)
    return {line.split()[0]: line.split()[1:] for line in output.splitlines() if line.strip()}, output


def boot(m, row):
    """Nanoseconds of a machine whose instructions take one each, from the kernel's beginning to a program that the
    shell's first prompt started; with the time that all waited."""
    found, output = lines_of(m, "/lib/tests/sinceboot")
    if row.name not in found:
        return failed(row, output)
    row.field, figure = "max", float(found[row.name][0])
    row.show([figure] * 6)
    return 0


def failed(row, output):
    print("%-16s no answer: %s" % (row.name, output[-300:].replace("\n", " | ")))
    return 1


def run_test(m, test, rows):
    """One test of posixbench, which may print several rows; answers how many failed."""
    if test == "boot":
        return boot(m, rows[0])
    found, output = lines_of(m, "/lib/tests/posixbench %s" % test)
    bad = 0
    for row in rows:
        fields = found.get(row.name) or found.get(test)
        if fields and fields[0] == "SKIP":
            print("%-16s left out: %s" % (row.name, " ".join(fields[1:])))
        elif row.name in found:
            row.show([float(field) for field in fields[1:]])
        else:
            bad += failed(row, output)
    return bad


def run(build, names=()):
    """Prints the table; answers how many rows failed."""
    rows, bad = table(), 0
    m = machine.Machine(["boot/qemu", "-f", "pvh", "-a", "tcg", "-p", "qemu64", build + "/kernel.elf",
                         build + "/test.img", "", "--", "-icount", "shift=0,sleep=off"])
    print("%-16s %12s %-6s %12s %12s %12s %12s %5s" % ("row", "figure", "", "min", "max", "Linux", "aim", "ratio"))
    try:
        m.login(600)
        for test in dict.fromkeys(row.test for row in rows):
            if not names or test in names:
                bad += run_test(m, test, [row for row in rows if row.test == test])
    except machine.Broken as error:
        print("%s\n%s" % (m.text[-3000:], error))
        bad += 1
    finally:
        m.stop()
    return bad
