"""A cost that grows with the register is named."""

import pytest

from bench.growth import Growth, paired
from bench.measuring import Call, Case, Measured, measure


def at(statements: int, buffers: int, ratio: float | None = None) -> Measured:
    return Measured("page", 1000, 2.0, statements, buffers, (None, None, None), ratio=ratio)


@pytest.mark.parametrize(
    ("large", "missed"),
    [
        (at(3, 102, 1.1), []),
        (at(3, 80, 0.5), []),
        (at(3, 103, 1.1), ["buffers"]),
        (at(4, 100, 1.1), ["statements"]),
        (at(3, 100, 1.2), ["CPU time"]),
    ],
    ids=["the same", "less", "more buffers", "more statements", "more time"],
)
def test_what_grows_is_named(large, missed):
    assert Growth(at(3, 100), large).missed(with_time=True) == missed


def test_time_counts_only_if_asked_for():
    assert Growth(at(3, 100), at(3, 100, 2.0)).missed(with_time=False) == []


def test_the_large_register_is_compared_with_the_small_one(db):
    def summed(count: int) -> Call:
        return lambda: sum(range(count))

    cases = paired(Case("page", summed(100_000)), Case("page", summed(1_000_000)))

    growth = Growth(*measure(cases, summed(10_000), 5).rows)

    assert growth.ratio == pytest.approx(10, rel=0.5)
    assert growth.missed(with_time=True) == ["CPU time"]
    assert str(growth).endswith("grows in CPU time")
