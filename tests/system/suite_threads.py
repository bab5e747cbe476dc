# SPDX-License-Identifier: 0BSD
"""Thousands of threads that come and go, from several processes; nothing is left."""


def test_thread_storm(m):
    return m.tests("thread_storm")
