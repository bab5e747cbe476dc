# SPDX-License-Identifier: 0BSD
"""Broken programs are refused, and who asked for them goes on."""


def test_programs(m):
    return m.tests("programs")
