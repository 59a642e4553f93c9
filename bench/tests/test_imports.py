"""The import as a case of the benchmark."""

import pytest

from bench import imports
from bench.imports import MeasuredImport


def test_the_goal_is_5_000_websites_a_second():
    fast, slow = MeasuredImport(10_000, 2.0, 0.5), MeasuredImport(10_000, 2.1, 0.5)

    assert (fast.rate, fast.is_slow, slow.is_slow) == (5_000, False, True)
    assert str(fast) == (
        "import of a register: 10,000 websites in 2.0 s, 5,000 a second, goal 5,000; bare COPY 0.50 s, 4.0 floors"
    )
    assert str(slow).endswith("misses the goal")


@pytest.mark.django_db(transaction=True)
def test_an_import_is_measured_beside_its_floor():
    result = imports.measured(60)

    assert result.websites == 60
    assert 0 < result.floor < result.seconds
