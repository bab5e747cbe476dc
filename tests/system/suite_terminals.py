# SPDX-License-Identifier: 0BSD
"""Pseudo terminals: job control by a shell, and sessions and groups by the calls themselves."""


def test_jobs(m):
    return m.tests("jobs")


def test_sessions(m):
    return m.tests("sessions")
