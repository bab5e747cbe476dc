# SPDX-License-Identifier: 0BSD
"""Threads that are bound to other containers than their process: name space, root, descriptors, memory."""


def test_containers(m):
    return m.tests("containers")
