"""What a member of staff is inside the provider: verifier, supervisor or administrator."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import Party
from icp_portal.tests.builders import provider, sign_in, staff, staff_user, user
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


def test_whoever_was_there_first_became_administrator() -> None:
    one, other = provider(), provider()
    first, _second, alone = staff_user(one), staff_user(one), staff_user(other)

    import_module("providers.migrations.0003_roles").appoint_administrators(apps, connection.schema_editor())

    chosen = Staff.objects.filter(role=StaffRole.ADMINISTRATOR)
    assert {member.user for member in chosen} == {first, alone}
