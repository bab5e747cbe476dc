# SPDX-License-Identifier: 0BSD
"""Thousands of threads that come and go, from several processes; nothing is left. And the end of one, moment by moment."""

EXACT = True


def test_thread_storm(m):
    return m.tests("thread_storm")


def test_thread_end(m):
    return m.tests("thread_end")
