# SPDX-License-Identifier: 0BSD
"""table.py - runs posixbench inside the system and prints its rows beside Linux's figures."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE + "/../../system")
import machine

SECONDS = 1500  # for one row, at most


def linux():
    """Name of a row: Linux, Linux RT, aim."""
    with open(HERE + "/linux.table") as table:
        rows = [line.split() for line in table if line.strip() and not line.startswith("#")]
    return {fields[0]: [int(field) for field in fields[1:]] for fields in rows}


def row(m, name):
    """One test of posixbench: min, median, p99, max, n; or the reason why it did not run."""
    output, _ = m.run("/lib/tests/posixbench %s" % name, SECONDS)
    for line in output.splitlines():
        fields = line.split()
        if fields and fields[0].startswith(name):
            if fields[1:2] == ["SKIP"]:
                return None, " ".join(fields[2:])
            return [float(field) for field in fields[2:7]], None
    return None, "no answer: " + output[-200:].replace("\n", " | ")


def print_row(name, figures, reference):
    ratio = "%5.2f" % (figures[1] / reference[0]) if reference else "    -"
    aim = reference[2] if reference and reference[2] else "-"
    print("%-16s %12.0f %12.0f %12s %12s %s" %
          (name, figures[0], figures[1], reference[0] if reference else "-", aim, ratio))
    sys.stdout.flush()


def run(build, names=()):
    """Prints the table; answers how many rows failed."""
    reference, failed = linux(), 0
    m = machine.Machine(["boot/qemu", "-f", "pvh", "-a", "tcg", "-p", "qemu64", build + "/kernel.elf",
                         build + "/test.img", "", "--", "-icount", "shift=0,sleep=off"])
    print("%-16s %12s %12s %12s %12s %s" % ("row", "min", "median", "Linux", "aim", "ratio"))
    try:
        m.login(600)
        for name in names or reference:
            figures, reason = row(m, name)
            if figures:
                print_row(name, figures, reference.get(name))
            else:
                print("%-16s %s" % (name, reason))
                failed += 0 if reason and "no answer" not in reason else 1
    except machine.Broken as error:
        print("%s\n%s" % (m.text[-3000:], error))
        failed += 1
    finally:
        m.stop()
    return failed
