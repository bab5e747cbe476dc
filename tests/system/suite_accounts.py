# SPDX-License-Identifier: 0BSD
"""Programs that use up what their accounts have, and a neighbour that is undisturbed."""


def test_accounts(m):
    return m.tests("accounts")
