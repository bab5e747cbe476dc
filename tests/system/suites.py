# SPDX-License-Identifier: 0BSD
"""suites.py - runs the suites of this folder: a boot a suite and number of processors, its tests one after the other.

A suite's own CPUS says with how many processors it is booted, where that is not the usual. One that says OWN_MACHINES boots them
itself: its tests get a function that does."""
import glob
import importlib
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
CPUS = (1, 4)
TAIL_LINES = 60


class Suite:
    """One boot of one suite, with the same face as a boot of the test runner."""

    def __init__(self, name, cpus, start):
        self.name = "%s smp%d" % (name, cpus)
        self.module = importlib.import_module("suite_" + name)
        self.cpus, self.start = cpus, start
        self.passed = self.failed = 0
        self.problems = []
        self.text = ""

    def tests(self):
        return [(name, test) for name, test in vars(self.module).items() if name.startswith("test_")]

    def run(self):
        started = time.monotonic()
        if getattr(self.module, "OWN_MACHINES", False):
            return self.run_each(started)
        machine = None
        try:
            machine = self.start(self.cpus)
            machine.login()
            for name, test in self.tests():
                self.one(machine, name, test)
        except Exception as error:  # the machine is broken: the rest cannot run
            self.problems.append("%s: %s" % (self.name, error))
            self.failed += 1
        finally:
            if machine:
                self.text = machine.text
                machine.stop()
        self.took = time.monotonic() - started
        return self

    def run_each(self, started):
        """Each test with machines of its own."""
        for name, test in self.tests():
            machines = []

            def boot(**how):
                machines.append(self.start(**how))
                return machines[-1]

            try:
                self.one(boot, name, test)
            except Exception as error:
                self.problems.append("%s: %s" % (name, error))
                self.failed += 1
            finally:
                self.text += "".join(machine.text for machine in machines)
                for machine in machines:
                    machine.stop()
        self.took = time.monotonic() - started
        return self

    def one(self, machine, name, test):
        try:
            self.passed += test(machine) or 1  # one that runs a program of tests says how many
        except AssertionError as error:
            place = traceback.extract_tb(error.__traceback__)[1]
            self.problems.append("%s: line %d: %s" % (name, place.lineno, error))
            self.failed += 1

    def report(self):
        print("%-4s %-24s %3d passed, %d failed (%.1f s)" %
              ("FAIL" if self.failed else "ok", self.name, self.passed, self.failed, self.took))
        if self.failed:
            print("".join("  | %s\n" % line for line in self.text.replace("\r", "").split("\n")[-TAIL_LINES:]), end="")
            print("".join("  %s\n" % problem for problem in self.problems), end="")
        sys.stdout.flush()


def suites(names, start):
    """All suites of the folder, or those of `names`; `start(cpus, ...)` boots a Machine."""
    sys.path.insert(0, HERE)
    for path in sorted(glob.glob(HERE + "/suite_*.py")):
        name = os.path.basename(path)[len("suite_"):-len(".py")]
        if not names or name in names or "system" in names:
            for cpus in getattr(importlib.import_module("suite_" + name), "CPUS", CPUS):
                yield Suite(name, cpus, start)
