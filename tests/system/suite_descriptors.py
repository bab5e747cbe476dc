# SPDX-License-Identifier: 0BSD
"""Descriptors that threads copy, close, pass and read at the same time."""


def test_descriptor_storm(m):
    return m.tests("descriptor_storm")
