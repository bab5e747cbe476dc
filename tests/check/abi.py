# SPDX-License-Identifier: 0BSD
"""abi.py - reads the tables of include/abi, and finds which of their promises are tested.

The tables are C macro calls, NAME(argument, ...), one fact each. They are read here by counting
parentheses, not by a compiler, so that summaries are at hand for the manual as well.
"""
import collections
import glob
import re

Call = collections.namedtuple("Call", "name object right kind arguments errors summary")
Error = collections.namedtuple("Error", "name value meaning")

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[(),]|[^"(),]+')


def entries(path, macro):
    """The argument lists of all `macro(...)` in a table; `macro` is a regular expression."""
    with open(path) as table:
        text = re.sub(r"/\*.*?\*/", " ", table.read(), flags=re.S)
    for start in re.finditer(r"^%s\(" % macro, text, re.M):
        arguments, depth = [""], 0
        for token in TOKEN.finditer(text, start.end()):
            word = token[0]
            if word == ")" and depth == 0:
                break
            depth += (word == "(") - (word == ")")
            if word == "," and depth == 0:
                arguments.append("")
            else:
                arguments[-1] += word
        yield [" ".join(argument.split()) for argument in arguments]


def calls(root="."):
    """Every system call, in the order of the ABI."""
    found = []
    for fields in entries(root + "/include/abi/syscall.def", r"SYSCALL\d"):
        name, thing, right, kind = fields[:4]
        middle, errors, summary = fields[4:-2], fields[-2], fields[-1].strip('"')
        implied = [] if thing == "ANY" else ["EBADF", "EACCES"] if right != "0" else ["EBADF"]
        errors = list(dict.fromkeys(implied + re.findall(r"\bE[A-Z0-9]+\b(?!\()", errors)))
        found.append(Call(name, thing, right, kind, list(zip(middle[::2], middle[1::2])), errors,
                          summary))
    return found


def errors(root="."):
    """Every error number."""
    return [Error(name, int(value), meaning.strip('"'))
            for name, value, meaning in entries(root + "/include/abi/errno.def", "ERROR")]


def promised(root="."):
    """Every (call, error) pair of the tables."""
    return [(call.name, error) for call in calls(root) for error in call.errors]


def tested(root="."):
    """Every (call, error) pair that a test checks, with the place where it does."""
    found = {}
    for path in sorted(glob.glob(root + "/tests/kern/*.[ch]")):
        with open(path) as source:
            text = source.read()
        for match in re.finditer(r"\b(?:EXPECT|ASSERT)_ERR\(\s*(\w+),\s*(\w+)", text):
            line = text.count("\n", 0, match.start()) + 1
            found.setdefault((match[1], match[2]), "%s:%d" % (path, line))
    return found
