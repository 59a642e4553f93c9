"""Concurrent changes of a provider's own data: exactly one wins, and there is always an administrator left."""

from typing import Any

import pytest

from accounts.models import User
from icp_portal.tests.builders import PASSWORD, provider, staff
from icp_portal.tests.racing import LONGEST, Gate, Racer, meet, one_then_the_other, won
from providers.models import IpRange, Staff, StaffRole
from providers.organisation import invitations, people, pool, records

pytestmark = pytest.mark.usefixtures("transactional_db")

ADMINISTRATOR, VERIFIER = StaffRole.ADMINISTRATOR, StaffRole.VERIFIER


def member_of(actor: Any) -> int:
    return Staff.objects.get(user_id=actor.user_id).pk


@pytest.mark.parametrize("whose", ["own", "each_others"])
def test_the_last_two_administrators_give_up_the_role_at_once(monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    access_provider = provider()
    one, other = staff(access_provider, ADMINISTRATOR), staff(access_provider, ADMINISTRATOR)
    targets = [member_of(one), member_of(other)][:: 1 if whose == "own" else -1]
    gate = Gate(monkeypatch, records, "record")

    first, second = one_then_the_other(
        gate,
        lambda: people.change_role(one, targets[0], VERIFIER),
        lambda: people.change_role(other, targets[1], VERIFIER),
    )

    assert won(first, second) == [True, False]
    assert access_provider.staff.filter(role=ADMINISTRATOR).count() == 1


def test_the_last_two_administrators_suspend_each_other_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    access_provider = provider()
    one, other = staff(access_provider, ADMINISTRATOR), staff(access_provider, ADMINISTRATOR)
    gate = Gate(monkeypatch, records, "record")

    first, second = one_then_the_other(
        gate,
        lambda: people.suspend(one, member_of(other)),
        lambda: people.suspend(other, member_of(one)),
    )

    assert won(first, second) == [True, False]
    assert access_provider.staff.filter(suspended_at=None).count() == 1


def test_a_link_opened_in_two_windows_makes_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    access_provider = provider()
    _, token = invitations.invite(staff(access_provider, ADMINISTRATOR), "twice@example.cn", VERIFIER)
    gate = Gate(monkeypatch, invitations, "_locked")

    first, second = one_then_the_other(
        gate,
        lambda: invitations.accept_as_new(token, "一", PASSWORD),
        lambda: invitations.accept_as_new(token, "二", PASSWORD),
    )

    assert won(first, second) == [True, False]
    assert User.objects.get(email="twice@example.cn").name == "一"


def test_a_link_taken_back_while_it_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    access_provider = provider()
    boss = staff(access_provider, ADMINISTRATOR)
    made, token = invitations.invite(boss, "late@example.cn", VERIFIER)
    gate = Gate(monkeypatch, records, "record")

    first, second = one_then_the_other(
        gate,
        lambda: invitations.revoke(boss, made.pk),
        lambda: invitations.accept_as_new(token, "迟", PASSWORD),
    )

    assert won(first, second) == [True, False]
    assert not Staff.objects.filter(user__email="late@example.cn").exists()


def test_a_provider_does_not_wait_for_another_ones_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = staff(provider(), ADMINISTRATOR), staff(provider(), ADMINISTRATOR)
    gate = Gate(monkeypatch, records, "record")
    first = Racer(lambda: pool.add(one, "8.8.8.0/24"))
    assert gate.reached.wait(LONGEST)

    second = Racer(lambda: pool.add(other, "9.9.9.0/24")).finish()
    gate.open()

    assert won(second, first.finish()) == [True, True]
    assert {found.provider_id for found in IpRange.objects.all()} == {one.provider_id, other.provider_id}


def test_two_providers_enter_each_others_addresses_in_opposite_order(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = staff(provider(), ADMINISTRATOR), staff(provider(), ADMINISTRATOR)
    meet(monkeypatch, pool, "judge", 2)  # both find nothing before either inserts

    first = Racer(lambda: pool.add(one, "9.9.9.0/24\n2400::1\n8.8.8.0/24"))
    second = Racer(lambda: pool.add(other, "8.8.8.8\n9.9.9.9\n2400::1"))

    assert sorted(won(first.finish(), second.finish())) == [False, True]
    assert len({found.provider_id for found in IpRange.objects.all()}) == 1
    assert IpRange.objects.count() == 3


def test_two_providers_enter_the_same_addresses_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = staff(provider(), ADMINISTRATOR), staff(provider(), ADMINISTRATOR)
    gate = Gate(monkeypatch, records, "record")

    first, second = one_then_the_other(
        gate,
        lambda: pool.add(one, "8.8.8.0/24\n2400::1"),
        lambda: pool.add(other, "2400::1\n8.8.8.8"),
    )

    assert won(first, second) == [True, False]
    assert isinstance(second.error, pool.PoolRefused)
    assert [(fault.line, fault.reason) for fault in second.error.judged.faults] == [(1, "other"), (2, "other")]
    assert {found.provider_id for found in IpRange.objects.all()} == {one.provider_id}
