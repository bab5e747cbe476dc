# SPDX-License-Identifier: 0BSD
"""The library's own tests, run inside: calls, files, processes, signals, threads."""


def test_posixtest_passes(m):
    output, status = m.run("cd /tmp && /lib/tests/posixtest; s=$?; cd /; (exit $s)", 400)
    assert status == 0, output[-3000:]
