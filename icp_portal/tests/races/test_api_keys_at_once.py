"""Two programs at once with one quota, and two windows that create a key at once: neither gets more than there is."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import api_keys, quotas
from accounts.models import ApiKey, LookUps, User
from accounts.quotas import QuotaSpent
from icp_portal.tests.builders import host_user
from icp_portal.tests.racing import Gate, one_then_the_other

pytestmark = pytest.mark.usefixtures("transactional_db")


def taken(user: User, texts: int) -> Any:
    """Take look-ups in a transaction that is held open with the count's row locked; return what is left, or None."""
    try:
        with transaction.atomic():
            return quotas.take(user, texts).left
    except QuotaSpent:
        return None


@pytest.mark.parametrize(
    ("there", "texts", "expected", "used"), [(0, 60, (40, None), 60), (50, 30, (20, None), 80), (0, 50, (50, 0), 100)]
)
def test_two_batches_at_once_get_no_more_than_the_quota(monkeypatch, settings, there, texts, expected, used):
    """With the first batch of a day, with a later one, and with two that just fit."""
    settings.LOOK_UPS_A_DAY = 100
    user = host_user()
    if there:
        quotas.take(user, there)
    gate = Gate(monkeypatch, quotas, "_quota")
    first, second = one_then_the_other(gate, lambda: taken(user, texts), lambda: taken(user, texts))

    assert (first.result, second.result) == expected
    assert LookUps.objects.get().texts == used


def created(user: User, name: str) -> Any:
    try:
        return api_keys.make(user, name)[0].name
    except ValidationError as refusal:
        return refusal.code


@pytest.mark.parametrize(("names", "expected"), [(("a", "a"), ("a", "name")), (("a", "b"), ("a", "most"))])
def test_two_windows_create_no_more_keys_than_allowed(monkeypatch, names, expected):
    user = host_user()
    for number in range(api_keys.MOST - 1):
        api_keys.make(user, f"key {number}")
    gate = Gate(monkeypatch, api_keys, "_digest")
    first, second = one_then_the_other(gate, *(lambda name=name: created(user, name) for name in names))

    assert (first.result, second.result) == expected
    assert ApiKey.objects.filter(user=user, ended_at=None).count() == api_keys.MOST
