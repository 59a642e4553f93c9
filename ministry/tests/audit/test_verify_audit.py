"""Heads of the audit log that were kept elsewhere, as ``verify_audit`` reads them."""

from argparse import ArgumentTypeError

import pytest

from ministry import audit
from ministry.management.commands.verify_audit import head


def test_a_line_of_audit_head_is_read_with_or_without_its_time():
    expected = audit.Head(7, audit.START)

    assert head(f"7:{audit.START}") == head(f"7:{audit.START} 2026-07-01T03:00:00+08:00\n") == expected


@pytest.mark.parametrize(
    "line",
    ["", " ", "7", "7:", f":{audit.START}", f"x:{audit.START}", f"-7:{audit.START}", f"7:{audit.START}0", "7:0"],
)
def test_a_line_that_is_no_head_is_refused(line):
    with pytest.raises(ArgumentTypeError, match="is no head: a line of audit_head is NUMBER:CHAIN TIME"):
        head(line)
