"""Tables are empty after a test that really commits, whatever it has left in them."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from filings.states import Status
from icp_portal.tests import emptied
from icp_portal.tests.builders import case_at
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures

pytestmark = pytest.mark.usefixtures("committed")


def filled() -> set[type]:
    return {model for model in apps.get_models(include_auto_created=True) if model._base_manager.exists()}


@pytest.mark.parametrize("large", [emptied.LARGE, 0], ids=["small", "large"])
def test_what_was_committed_is_deleted(large, monkeypatch):
    case = case_at(Status.WITH_BUREAU)
    assert {type(case.filing), type(case.provider)} <= filled()
    monkeypatch.setattr(emptied, "LARGE", large)

    emptied.empty_tables()

    assert filled() == {ContentType, Permission}


def test_triggers_are_on_again():
    emptied.empty_tables()

    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
