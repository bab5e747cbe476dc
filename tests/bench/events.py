# SPDX-License-Identifier: 0BSD
"""events.py - beside the instructions of a row: how often it does what costs a real processor far more than one.

QEMU executes one instruction at a time and logs those that we ask for: the dear ones of the kernel, the readings of the clock
in the benchmarks, and the entry of bench_add(). What lies between the last two readings before a bench_add() belongs to
that sample. Rows that add their samples in another way (bench_add_exact) have none.
"""
import collections
import os
import re
import subprocess
import tempfile
import threading

KERNEL_EVENTS = (  # what is counted, and which instructions of the kernel are that
    ("entries", r"sysretq|iretq"),
    ("cr3", r"mov\w*\s.*, %cr3$"),
    ("invlpg", r"invlpg|invpcid"),
    ("wrmsr", r"wrmsr"),
    ("xsave", r"xsave\w*|xrstor\w*|fxsave\w*|fxrstor\w*"),
    ("locked", r"lock\b|xchg\w*\s.*\("),
    ("ports", r"(in|out)s?[bwl]\b"),
)
APIC = re.compile(r"lapic_(eoi|timer_set_tsc|send_\w+)$")  # each is one access to the local APIC
KINDS = [kind for kind, _ in KERNEL_EVENTS] + ["apic"]
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(.*?)\s*$")
LOGGED = re.compile(r"\[[0-9a-f]+/([0-9a-f]{16})/")


def symbols(program):
    listing = subprocess.run(["llvm-nm", program], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {fields[2]: int(fields[0], 16) for fields in map(str.split, listing.splitlines()) if len(fields) == 3}


def instructions(program):
    listing = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", program], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    for line in listing.splitlines():
        found = INSTRUCTION.match(line)
        if found:
            yield int(found[1], 16), found[2]


def watched(kernel, program):
    """By address: what it means that the instruction there is executed."""
    meaning = {address: kind for address, text in instructions(kernel)
               for kind, pattern in KERNEL_EVENTS if re.match(pattern, text)}
    meaning.update((address, "apic") for name, address in symbols(kernel).items() if APIC.match(name))
    meaning.update((address, "clock") for address, text in instructions(program) if text == "rdtsc")
    ours = symbols(program)
    meaning.update({ours["bench_add"]: "sample", ours["bench_add_exact"]: "exact", ours["kit_end"]: "end"})
    return meaning


class Samples:
    """What was counted for each sample, row by row."""

    def __init__(self):
        self.rows, self.row, self.exact = [], [], False
        self.between, self.last = collections.Counter(), collections.Counter()

    def take(self, what):
        if what == "clock":
            self.last, self.between = self.between, collections.Counter()
        elif what == "sample":
            self.row.append(self.last)
        elif what == "exact":
            self.exact = True
        elif what == "end":
            if self.row or self.exact:
                self.rows.append(self.row)
            self.row, self.exact = [], False
        else:
            self.between[what] += 1


def medians(row):
    return [sorted(sample[kind] for sample in row)[len(row) // 2] for kind in KINDS]


def one_at_a_time():
    """QEMU's accelerator, and options, with which it translates and logs each instruction by itself."""
    version = subprocess.run(["qemu-system-x86_64", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    if int(re.search(r"version (\d+)", version)[1]) < 9:
        return "tcg", ["-singlestep"]
    return "tcg,one-insn-per-tb=on", []


def read_log(path, meaning, samples):
    with open(path, errors="replace") as log:
        for line in log:
            found = LOGGED.search(line)
            if found and int(found[1], 16) in meaning:
                samples.take(meaning[int(found[1], 16)])


def show(names, rows):
    form = "%-26s" + "%9s" * len(KINDS) + "%8s"
    print(form % ("name", *KINDS, "n"))
    for name, row in zip(names, rows):
        if row:
            print(form % (name, *medians(row), len(row)))


def run(build, boot):
    """Prints the medians. `boot` runs the benchmarks with an accelerator and more options of QEMU; answers how many
    failed."""
    meaning, samples = watched(build + "/kernel.elf", build + "/kbench.elf"), Samples()
    accelerator, step = one_at_a_time()
    with tempfile.TemporaryDirectory() as folder:
        log = folder + "/log"
        os.mkfifo(log)
        reader = threading.Thread(target=read_log, args=(log, meaning, samples))
        reader.start()
        machine = boot(accelerator, [*step, "-d", "exec,nochain", "-D", log,
                                     "-dfilter", ",".join("%#x+1" % at for at in sorted(meaning))])
        try:  # if QEMU never came to open it
            os.close(os.open(log, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            pass
        reader.join()
    names = [line.split()[1] for line in machine.lines if line.startswith("bench ")]
    if not machine.failed and len(names) != len(samples.rows):
        print("events: %d rows, but the log tells of %d" % (len(names), len(samples.rows)))
        return 1
    show(names, samples.rows)
    return machine.failed
