"""New websites under a number, receipts of other providers, and what was on record on a day."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from desks.progress import next_step
from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.mail import other_providers
from filings.models import Entrance, Filing, ProviderNotice
from filings.services import starting
from filings.states import Status
from filings.tests.kinds.kind_scenes import scene
from filings.tests.kinds.kinds_drafted import approved, drafted
from icp_portal.demo import play, play_kinds
from icp_portal.tests.browser import with_second_step
from icp_portal.tests.builders import Case, blocked_by, case_at, host, provider, sign_in, user_of
from ministry.models import Access, Subject, Website
from ministry.register import entry_types, history, writer

pytestmark = pytest.mark.django_db


def test_a_new_website_gets_the_next_number(filed):
    filing = approved(filed, drafted(filed, Kind.NEW_WEBSITE))

    subject = Subject.objects.get()
    assert [website.sequence for website in subject.websites.order_by("pk")] == [1, 2]
    assert (filing.status, filing.subject) == (Status.FILED, subject)


def test_what_the_register_knows_of_the_host_is_filled_in_and_closed(filed):
    filing = drafted(filed, Kind.NEW_WEBSITE)

    assert filing.get("subject.name") == filed.filing.get("subject.name")
    with pytest.raises(MoveRefused, match=_("To change it, file a change of that record.")):
        services.save_facts(filing.pk, filed.host, {"subject.name": "另一家公司"}, version=None)


def test_the_province_never_changes(filed):
    filing = drafted(filed, Kind.NEW_WEBSITE)

    with pytest.raises(MoveRefused, match="1046"):
        services.save_facts(filing.pk, filed.host, {"subject.province": "440000"}, version=None)


def test_begun_twice_it_is_one_draft(filed):
    assert drafted(filed, Kind.NEW_WEBSITE).pk == drafted(filed, Kind.NEW_WEBSITE).pk


def test_nobody_begins_with_a_strangers_record(filed):
    target = play_kinds.target_of(filed.filing)

    with pytest.raises(MoveRefused, match="1016"):
        starting.begin(host(), Kind.NEW_WEBSITE, target, provider_id=filed.provider.pk, entrance=Entrance.PROVIDER)


def test_the_page_of_a_beginning_is_there_only_with_rows_of_the_record(filed, client):
    own, strange = play_kinds.target_of(filed.filing), play_kinds.target_of(case_at(Status.FILED).filing)
    sign_in(client, user_of(filed.host))

    def status(kind: Kind, website: object, access: object) -> int:
        asked = {"kind": kind, "subject": own.subject_id, "website": website, "access": access}
        return client.get(reverse("filings:begin"), asked).status_code

    access, others = (Access.objects.get(website=one.website_id).pk for one in (own, strange))
    assert status(Kind.CANCEL_ACCESS, own.website_id, access) == 200
    assert status(Kind.CANCEL_WEBSITE, own.website_id, "") == 200
    for kind, website, of_it in (
        (Kind.CANCEL_ACCESS, strange.website_id, others),
        (Kind.CANCEL_ACCESS, own.website_id, others),
        (Kind.CANCEL_ACCESS, own.website_id, ""),
        (Kind.CANCEL_WEBSITE, strange.website_id, ""),
        (Kind.NEW_ACCESS, "", ""),
    ):
        assert status(kind, website, of_it) == 404


@pytest.mark.parametrize(("kind", "photographed"), [(Kind.CANCEL_WEBSITE, False), (Kind.NEW_WEBSITE, True)])
def test_nobody_is_told_to_come_for_a_photo_that_is_not_taken(filed, kind, photographed):
    filing = drafted(filed, kind)
    Email.objects.all().delete()
    play.submit(filing, filed.host)
    filing.refresh_from_db()

    without = _(
        "The provider checks it against the record, has it confirmed where required, and sends it to the bureau."
    )
    assert (next_step.next_step(filed.host, filing).next == without) is not photographed
    mail = Email.objects.get(to=user_of(filed.host).email)
    told = _(
        "%(provider)s has received your filing. It checks it against the record, has it confirmed "
        "where required, and sends it to the bureau. Telephone %(phone)s; address %(address)s."
    )
    access_provider = filing.provider
    words = told % {
        "provider": access_provider.name,
        "phone": access_provider.contact_phone,
        "address": access_provider.address,
    }
    assert (words in mail.message) is not photographed


def test_the_domain_of_another_record_stops_it(filed):
    other = case_at(Status.FILED)
    filing = drafted(filed, Kind.NEW_WEBSITE, **{"websites.0.domain": other.filing.domain})

    with blocked_by("1005", "1041"):
        services.submit(filing.pk, filed.host, version=None)


def test_a_second_filing_about_the_record_waits_for_the_first(filed):
    first = drafted(filed, Kind.NEW_WEBSITE)
    play.submit(first, filed.host)

    with pytest.raises(MoveRefused, match="P110"):
        starting.begin(
            filed.host,
            Kind.NEW_WEBSITE,
            play_kinds.target_of(filed.filing),
            provider_id=provider().pk,
            entrance=Entrance.PROVIDER,
        )


@pytest.mark.parametrize("about", [{}, {"about_website_id": 1}])
def test_the_database_refuses_a_kind_that_points_at_nothing(filed, about):
    website = Website.objects.get()
    fields = dict.fromkeys(about, website.pk)

    with pytest.raises(IntegrityError, match="filing_points_at_its_record"), transaction.atomic():
        Filing.objects.create(
            host_id=filed.host.user_id,
            provider=filed.provider,
            kind=Kind.NEW_WEBSITE,
            entrance=Entrance.PROVIDER,
            **fields,
        )


# --- Who else serves it hears of it ----------------------------------------------------------------


def served_by_two(case: Case) -> Case:
    """The website has a second provider, whose people are answered."""
    there = Case(owner=case.host)
    entry = entry_types.AccessEntry(there.provider.pk, [5], [2], ["192.31.196.8"])
    writer.enter_access(Website.objects.get().pk, entry, timezone.localdate())
    return there


def test_another_provider_is_told_of_a_cancellation_and_gives_a_receipt(filed, client):
    there = served_by_two(filed)
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))
    told = ProviderNotice.objects.get()
    sign_in(client, with_second_step(user_of(there.staff)))

    assert 'href="/provider/notices/"' in client.get("/provider/orders/").content.decode()
    page = client.get("/provider/notices/").content.decode()
    client.post(f"/provider/notices/{told.pk}/")

    assert told.provider == there.provider
    assert str(Website.objects.get().number) in page
    assert Email.objects.filter(to=[there.provider.contact_email]).exists()
    assert ProviderNotice.objects.get().receipt_by == there.staff.name


def test_nobody_gives_another_providers_receipt(filed, client):
    served_by_two(filed)
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))
    sign_in(client, with_second_step(user_of(filed.staff)))

    answer = client.post(f"/provider/notices/{ProviderNotice.objects.get().pk}/")

    assert answer.status_code == 404
    assert str(Website.objects.get().number) not in client.get("/provider/notices/").content.decode()


def test_a_second_receipt_leaves_the_first(filed):
    there = served_by_two(filed)
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))
    told = ProviderNotice.objects.get()
    other_providers.give_receipt(told.pk, there.staff)

    with pytest.raises(MoveRefused, match=there.staff.name):
        other_providers.give_receipt(told.pk, there.staff)


def test_the_page_of_changes_costs_the_same_for_one_and_for_three(filed, client):
    there = served_by_two(filed)
    for n in "一":
        approved(filed, drafted(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": f"示例网站第{n}"}))
    sign_in(client, with_second_step(user_of(there.staff)))
    client.get("/provider/notices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/provider/notices/")
    for n in "二三":
        approved(filed, drafted(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": f"示例网站第{n}"}))

    with CaptureQueriesContext(connection) as three:
        client.get("/provider/notices/")

    assert len(three) == len(one)


# --- What was true on any day ---------------------------------------------------------------------


def test_the_register_remembers_what_was_approved(filed):
    approved(filed, drafted(filed, Kind.NEW_WEBSITE))

    record = history.as_of(Subject.objects.get().pk, timezone.localdate())

    assert record is not None
    assert record.facts["subject"] == filed.filing.facts["subject"]
    assert [len(website.accesses) for website in record.websites] == [1, 1]


def test_its_owner_reads_what_was_on_record_on_a_day(filed, client):
    subject = Subject.objects.get()
    week_later = timezone.now() + timedelta(days=7)
    with time_machine.travel(week_later):
        approved(filed, drafted(filed, Kind.CHANGE_SUBJECT, **{"subject.name": "改名后的示例有限公司"}))
        sign_in(client, user_of(filed.host))
        url = f"/records/{subject.pk}/as-of/"
        now, before, never = (
            client.get(f"{url}{query}").content.decode()
            for query in ("", f"?on={(week_later - timedelta(days=1)).date()}", "?on=2001-01-01")
        )

    assert "改名后的示例有限公司" in now
    assert subject.name in before
    assert "<h2>" not in never.partition("<main")[2]


def test_a_stranger_reads_nothing_of_what_was_on_record(filed, client):
    sign_in(client, user_of(host()))

    assert client.get(f"/records/{filed.filing.subject_id}/as-of/").status_code == 404


@pytest.mark.parametrize("kind", [Kind.CHANGE_WEBSITE, Kind.CANCEL_SUBJECT])
def test_a_draft_about_a_record_is_listed_under_its_name_at_once(kind):
    case = case_at(Status.FILED)
    begun = scene(kind, case).filing
    begun.refresh_from_db()
    listed = (begun.subject_name, begun.subject_nature, begun.subject_province)
    assert listed == (case.filing.subject_name, case.filing.subject_nature, case.filing.subject_province)
