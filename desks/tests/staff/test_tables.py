"""Numbers in tables of figures."""

import pytest

from desks.staff.tables import percent


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1 / 8, "12.5%"), (1 / 3, "33.3%"), (0.5, "50%"), (0, "0%"), (1, "100%"), (0.9996, "100%"), (None, "—")],
)
def test_a_share_keeps_its_half_percent(share, shown):
    assert percent(share) == shown
