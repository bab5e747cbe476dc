# SPDX-License-Identifier: 0BSD
"""source.py - the checks of `make check` that only read files. Each yields what it finds wrong."""
import os
import re
import subprocess

FUNCTION_LINES, FILE_LINES, README_LINES = 80, 800, 25

REASON = re.compile(r"\bLong because\b")  # in the comment before a function that is longer
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
FORBIDDEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|[Kk]eep in sync")


# Taken as it is: a program that runs on other systems too and follows no rule of ours.
FOREIGN = {"tests/bench/posix/posixbench.c"}


def files(*endings):
    """All files of the project with one of these endings, those not yet committed included."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split("\n")
    return sorted(path for path in set(listed) - FOREIGN if path.endswith(endings) and os.path.isfile(path))


def read(path):
    with open(path) as source:
        return source.read()


def layout():
    """clang-format has nothing to change."""
    paths = files(".c", ".h")
    result = subprocess.run(["clang-format", "--dry-run"] + paths, stderr=subprocess.PIPE, text=True)
    for path in sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: warning", result.stderr, re.M))):
        yield "%s: run `make format`" % path


def says(line, path):
    """LINE begins with PATH's name, or with as much of the path as is said to include it; a command goes without `.c`."""
    name = re.match(r"/\* ([\w./]+): ", line)
    return name and ("/" + path).endswith(("/" + name[1], "/cmd/%s.c" % name[1]))


def heads():
    """First line the licence, second line the file's name and what it is."""
    for path in files(".c", ".h", ".S", ".def", ".ld"):
        lines = read(path).split("\n")
        if "SPDX-License-Identifier: 0BSD" not in lines[0]:
            yield "%s:1: no SPDX line" % path
        elif not says(lines[1], path):
            yield "%s:2: does not say what the file is: /* %s: ..." % (path, os.path.basename(path))


# Included more than once, or in place of another; and the C library's, which are as everywhere.
UNGUARDED = {"include/abi/syscall_each.h", "tests/host/fuzz/srv/include/proto/layout.h"}


def guards():
    """Headers begin with #pragma once."""
    for path in files(".h"):
        if path not in UNGUARDED and not path.startswith("lib/posix/include/") and "\n#pragma once\n" not in read(path):
            yield "%s: no #pragma once" % path


def functions(text):
    """First and last line number of each function body: its braces stand in the first column."""
    start = None
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number
            start = None


def sizes():
    """No function over 80 lines without a stated reason, no file over 800."""
    for path in files(".c", ".h", ".S"):
        text = read(path)
        lines = text.split("\n")
        if len(lines) - 1 > FILE_LINES:
            yield "%s: %d lines" % (path, len(lines) - 1)
        for first, last in functions(text):
            before = "\n".join(lines[max(first - 20, 0):first])
            if last - first - 1 > FUNCTION_LINES and not REASON.search(before):
                yield "%s:%d: a function of %d lines" % (path, first, last - first - 1)


def variants():
    """Variants are files: no #if in a .c outside kern/arch and kern/debug."""
    for path in files(".c"):
        if path.startswith(("kern/arch/", "kern/debug/")):
            continue
        for number, line in enumerate(read(path).split("\n"), 1):
            if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b", line):
                yield "%s:%d: %s" % (path, number, line.strip())


def words():
    """Nothing is put off, and nothing must be kept in step by hand."""
    for path in files(".c", ".h", ".S", ".def", ".ld", ".mk", ".md"):
        if path == "docs/style.md":
            continue
        for number, line in enumerate(read(path).split("\n"), 1):
            if FORBIDDEN.search(line):
                yield "%s:%d: %s" % (path, number, line.strip())


def readmes():
    """Each folder, down to the second level, says in at most 25 lines what lives there."""
    sources = files(".c", ".h", ".S", ".def", ".py")
    for folder in sorted({"/".join(path.split("/")[:-1][:2]) for path in sources}):
        path = folder + "/README.md"
        if not os.path.isfile(path):
            yield "%s: no README.md" % folder
        elif read(path).count("\n") > README_LINES:
            yield "%s: more than %d lines" % (path, README_LINES)


def links():
    """Relative links in the documents lead somewhere."""
    for path in files(".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", read(path), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            where = os.path.normpath(os.path.join(os.path.dirname(path), target))
            if "://" not in target and not os.path.exists(where):
                yield "%s: link to %s" % (path, target)


def known_names():
    """Every word of the sources, the operations that tables expand to, and what files are called."""
    sources = files(".c", ".h", ".S", ".def", ".ld", ".mk", ".py", "Makefile", "run")
    words = {word for path in sources for word in re.findall(r"\w+", read(path))}
    words |= {"_".join(op) for path in files(".def") for op in re.findall(r"^OP\((\w+), (\w+)", read(path), re.M)}
    return words | {os.path.basename(path).split(".")[0] for path in files("")}


def names():
    """Functions, constants and files that documents name in `code` exist. The howto is about ones that do not."""
    known, paths = known_names(), ["/" + path for path in files("") + sorted(FOREIGN)]
    for path in files(".md"):
        if path.startswith(("docs/howto/", "docs/abi/")):
            continue
        for code in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", read(path), flags=re.S)):
            for name in re.findall(r"\b[A-Za-z]\w*_\w+\b(?!\*)", code.split("(")[0]):
                if name not in known and "/" not in code:
                    yield "%s: nothing is called `%s`" % (path, name)
            if re.fullmatch(r"[\w./-]+\.(c|h|S|py|def|md)", code) and not code.startswith(("/", ".")):
                if not any(name.endswith("/" + code) for name in paths):
                    yield "%s: there is no file `%s`" % (path, code)


def code_lines(folder):
    """Lines of code below a folder: neither empty nor comment alone."""
    count = 0
    for path in files(".c", ".h", ".S"):
        if path.startswith(folder + "/"):
            text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), read(path))
            count += sum(1 for line in text.split("\n") if line.strip())
    return count
