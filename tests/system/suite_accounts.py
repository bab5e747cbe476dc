# SPDX-License-Identifier: 0BSD
"""Programs that use up what their accounts have, and a neighbour that is undisturbed: how long it waits is asserted where time is
exact, whatever else the host does."""

EXACT = True


def test_accounts(m):
    return m.tests("accounts", 240, "EXACT=1 SHOW=1" if m.exact else "")
