# SPDX-License-Identifier: 0BSD
"""Paths through links, `..`, mounts, other roots and renamed directories."""


def test_paths(m):
    return m.tests("paths")
