# SPDX-License-Identifier: 0BSD
"""machine.py - a running machine with somebody at its serial console.

A Machine is QEMU with the system in it. `run` types a command at the shell's prompt and answers its output and
status; `expect` waits for text that matches; `type` sends keys. Whatever the machine prints is kept for the report. A panic, an
unexpected end or silence beyond the limit raises Broken.
"""
import re
import subprocess
import threading
import time

BROKEN = re.compile(r"PANIC|UNHANDLED FAULT|sys: .*: not so:")
PROMPT = "# "


class Broken(Exception):
    pass


class Machine:
    def __init__(self, command, prompt=PROMPT):
        self.command, self.prompt = command, prompt
        self.text = ""  # all that was printed
        self.at = 0  # how much of it has been looked at
        self.marks = 0
        self.changed = threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=0)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            data = self.process.stdout.read(4096)
            with self.changed:
                if not data:
                    self.process.poll()
                    self.ended = True
                    self.changed.notify_all()
                    return
                self.text += data.decode("utf-8", "replace")
                self.changed.notify_all()

    ended = False

    # -- what a person does --

    def type(self, keys):
        try:
            self.process.stdin.write(keys.encode())
        except BrokenPipeError:
            raise Broken("the machine is off") from None

    def expect(self, pattern, seconds=30):
        """Waits until what was printed since the last call matches; answers the match."""
        pattern = re.compile(pattern, re.M)
        limit = time.monotonic() + seconds
        with self.changed:
            while True:
                found = pattern.search(self.text, self.at)
                if found:
                    self.at = found.end()
                    return found
                broken = BROKEN.search(self.text)
                if broken:
                    raise Broken(self.text[broken.start():].split("\n")[0])
                left = limit - time.monotonic()
                if self.ended:
                    raise Broken("the machine ended; waited for %r" % pattern.pattern)
                if left <= 0:
                    raise Broken("no %r within %d s" % (pattern.pattern, seconds))
                self.changed.wait(left)

    def login(self, seconds=120):
        """Waits for the first prompt."""
        self.expect("(?:^|\n|\r)" + re.escape(self.prompt), seconds)
        return self

    def run(self, command, seconds=60):
        """Types a command line; answers its output (without newlines around it) and its status. The prompt may come
        while it is typed: neither it nor the echo holds the two marks as they are printed. Behind the next prompt
        there may be something already: a message of the system."""
        self.marks += 1
        end = " " if command.endswith("&") else "; "
        self.type("echo BEGIN''%d; %s%secho \"\"END''%d=$?\n" % (self.marks, command, end, self.marks))
        self.expect("BEGIN%d\r?\n" % self.marks, seconds)
        begin = self.at
        found = self.expect("(.*)END%d=(\\d+)\r?\n" % self.marks, seconds)
        self.expect(re.escape(self.prompt), seconds)
        output = self.text[begin:found.start()].replace("\r\n", "\n") + found[1]
        return output.strip("\n"), int(found[2])

    def good(self, command, seconds=60):
        """As run, of a command that must succeed; answers its output."""
        output, status = self.run(command, seconds)
        assert status == 0, "%s: status %d: %s" % (command, status, output[-400:])
        return output

    def tests(self, suite, seconds=120, environment=""):
        """Runs a suite of the test program inside; answers how many tests passed."""
        output, status = self.run("cd /tmp && %s /lib/tests/wholetest %s" % (environment, suite), seconds)
        passed = len(re.findall("^ok ", output, re.M))
        assert status == 0 and passed, "%s: status %d:\n%s" % (suite, status, "\n".join(
            line for line in output.split("\n") if not line.startswith("ok "))[-3000:])
        return passed

    def stop(self):
        self.process.kill()
        self.process.wait()
