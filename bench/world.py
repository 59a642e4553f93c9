"""Set-up shared by the benchmarks: a throw-away database with one filing made through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from accounts.models import Party, User
from bureaus.models import Bureau, Reviewer, ReviewerRole
from desks.access import host
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play
from providers.access import staff
from providers.models import Provider, Staff, StaffRole

PROVINCE = "110000"


@contextmanager
def database(name: str) -> Iterator[None]:
    """Run the block on a new, migrated database beside the portal's own; drop it afterwards."""
    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with own_files():
            yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


@contextmanager
def own_files() -> Iterator[None]:
    """Store the pictures and open data of the block in a folder of their own; remove it afterwards."""
    with TemporaryDirectory() as folder:
        storages: dict[str, Any] = settings.STORAGES
        evidence = storages["default"] | {"OPTIONS": {"location": folder}}
        open_data = Path(folder, "open-data")
        with override_settings(STORAGES=storages | {"default": evidence}, OPEN_DATA_ROOT=open_data):
            yield


def filing_with_bureau() -> Filing:
    """Return a filing with status WITH_BUREAU, made through the services."""
    owner = host(User.objects.create_user("host@bench.test"))
    provider = Provider.objects.create(
        name="接入",
        slug="bench",
        provinces=[PROVINCE],
        licence="B1",
        contact_phone="1",
        contact_email="a@bench.test",
        address="1",
    )
    member = User.objects.create_user("staff@bench.test", party=Party.PROVIDER, name="核验员")
    Staff.objects.create(user=member, provider=provider, role=StaffRole.VERIFIER)
    reviewer(0)
    filing = play.complete_draft(owner, provider.pk, 1, province=PROVINCE)
    play.submit(filing, owner)
    play.verify(filing, staff(member))
    return Filing.objects.get(status=Status.WITH_BUREAU)


def reviewer(number: int, role: str = ReviewerRole.REVIEWER, province: str = PROVINCE) -> User:
    """Create and return a user who reviews for a bureau, by default the one that has the filing."""
    decider = User.objects.create_user(f"bureau{number}@bench.test", party=Party.BUREAU)
    Reviewer.objects.create(user=decider, bureau=Bureau.objects.get(province=province), role=role)
    return decider
