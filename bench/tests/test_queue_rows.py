"""The benchmark's synthetic filings are what the portal would have made of them."""

import pytest

from bench import queue_rows
from filings import facts
from filings.lookup import search


@pytest.mark.parametrize("number", [0, 1, 680, 123_457, 999_999])
def test_an_entry_made_cheaply_is_the_entry(number):
    made = queue_rows.entry_of(7, number)
    real = search.entry_of(number + 1, 7, facts.written(facts.blank(), dict(queue_rows.facts_of(number))))

    assert (made.filing_id, made.keys, made.names) == (real.filing_id, real.keys, real.names)


def test_a_hundred_filings_lie_somewhere():
    assert len(queue_rows.STATUSES) == len(queue_rows.DAYS) == 100
