"""Sixteen reviewers approve at once, each on a connection of their own: the numbers are consecutive all the same."""

import threading

import pytest
from django.db import connection

from bench import approvals, world
from filings.errors import MoveRefused
from filings.models import Event, Filing
from ministry.models import NumberSeries, Subject

pytestmark = pytest.mark.usefixtures("transactional_db")

CLIENTS, EACH = 16, 2


def at_once(work: list[tuple[int, list[int]]]) -> list[Exception]:
    """Let each client approve its filings, all begun at one moment; answers what was refused or went wrong."""
    start, wrong = threading.Barrier(len(work)), []

    def client(piece: tuple[int, list[int]]) -> None:
        start.wait()
        for filing_id in piece[1]:
            try:
                approvals.approve((piece[0], [filing_id]))
            except Exception as fault:
                wrong.append(fault)
        connection.close()

    threads = [threading.Thread(target=client, args=[piece]) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_sixteen_clients_at_once_get_consecutive_numbers_though_one_is_refused():
    """A refusal comes after its number was taken: the number goes back, and nobody misses it."""
    work = approvals.fill(CLIENTS, EACH)
    twin, other = (Filing.objects.get(pk=work[client][1][1]) for client in (0, 1))
    twin.facts["websites"][0]["domain"] = other.facts["websites"][0]["domain"]
    twin.save(update_fields=["facts"])

    wrong = at_once(work)

    assert [type(fault) for fault in wrong] == [MoveRefused]
    assert "1005" in str(wrong[0])
    serials = Subject.objects.filter(province=world.PROVINCE).values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, CLIENTS * EACH))
    assert NumberSeries.objects.get().last == CLIENTS * EACH - 1
    assert Event.objects.filter(name="approve").count() == CLIENTS * EACH - 1


def test_one_filing_wanted_by_sixteen_clients_gets_one_number():
    """A double click, sixteen times over."""
    ((user_id, filing_ids),) = approvals.fill(1, 1)

    wrong = at_once([(user_id, filing_ids)] * CLIENTS)

    assert [type(fault) for fault in wrong] == [MoveRefused] * (CLIENTS - 1)
    assert list(Subject.objects.values_list("serial", flat=True)) == [1]
    assert Event.objects.filter(name="approve").count() == 1
