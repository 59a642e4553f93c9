"""The import as a case of the benchmark."""

import pytest

from bench import imports
from bench.imports import MeasuredImport


def test_the_goals_are_5_000_websites_a_second_and_2_000_with_their_invention():
    fast, slow = MeasuredImport(10_000, 2.0, 0.5, 3.0), MeasuredImport(10_000, 2.1, 0.5, 0.1)
    slowly_invented = MeasuredImport(10_000, 2.0, 0.5, 3.1)

    assert (fast.rate, fast.seeded) == (5_000, 2_000)
    assert [one.is_slow for one in (fast, slow, slowly_invented)] == [False, True, True]
    assert str(fast) == (
        "import of a register: 10,000 websites in 2.0 s, 5,000 a second, goal 5,000; bare COPY 0.50 s, 4.0 floors\n"
        "seed_register: 2,000 websites a second, goal 2,000"
    )
    verdicts = [[line.endswith("misses its goal") for line in str(one).splitlines()] for one in (slow, slowly_invented)]
    assert verdicts == [[True, False], [False, True]]


@pytest.mark.django_db(transaction=True)
def test_an_import_is_measured_beside_its_floor():
    result = imports.measured(60)

    assert result.websites == 60
    assert 0 < result.floor < result.seconds
    assert result.invented > 0
