"""The roles of a provider's staff: verifier, supervisor or administrator."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Party
from icp_portal.tests.builders import provider, sign_in, staff, user
from providers.models import Staff, StaffRole

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", StaffRole)
def test_the_actor_carries_the_role(role: StaffRole) -> None:
    assert staff(provider(), role).staff_role == role


def test_a_newcomer_is_a_verifier() -> None:
    assert Staff.objects.create(user=user(Party.PROVIDER), provider=provider()).role == StaffRole.VERIFIER


def test_the_ministry_appoints_in_a_role(client: Client, settings: Settings) -> None:
    settings.RELAX_SECOND_FACTOR = True
    operator, of, member = sign_in(client, user(Party.MINISTRY)), provider(), user(Party.PROVIDER)

    answer = operator.post(
        "/ministry/providers/staff/add/", {"user": member.pk, "provider": of.pk, "role": "administrator"}
    )

    assert answer.status_code == 302
    assert Staff.objects.get(user=member).role == StaffRole.ADMINISTRATOR
