# SPDX-License-Identifier: 0BSD
"""The library's own tests, run inside: calls, files, processes, signals, threads."""
import re


def test_posixtest_passes(m):
    output, status = m.run("cd /tmp && /lib/tests/posixtest; s=$?; cd /; (exit $s)", 400)
    passed = len(re.findall("^ok ", output, re.M))
    assert status == 0 and passed > 150, output[-3000:]
    return passed
