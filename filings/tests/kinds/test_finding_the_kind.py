"""How the kind of a filing is found from what is on record, and how the host gets from the look-up to the draft."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Adoption, Entrance, Filing
from filings.services import detection, starting
from filings.services.detection import RecordTarget
from filings.states import Status
from filings.tests.kinds.kinds_drafted import FILING_PASSWORD, found, knows_password
from icp_portal.tests.builders import case_at, host, provider, sign_in, user_of
from ministry.models import Subject, Website
from ministry.register import entry_types, writer

pytestmark = pytest.mark.django_db


# --- The kind is found ----------------------------------------------------------------------------


def test_nothing_on_record_is_a_first_filing():
    case = case_at(Status.DRAFT)

    assert found(case, case.host) == detection.KindFound(Kind.NEW_FILING)


def test_a_known_certificate_and_a_new_domain_are_a_new_website(filed):
    answer = found(filed, filed.host, domain="another.cn")

    assert (answer.kind, answer.target) == (Kind.NEW_WEBSITE, RecordTarget(filed.filing.subject_id))


def test_both_known_with_another_provider_are_a_new_access(filed):
    answer = found(filed, filed.host, provider_id=provider().pk)

    assert (answer.kind, answer.target) == (
        Kind.NEW_ACCESS,
        RecordTarget(filed.filing.subject_id, Website.objects.get().pk),
    )


def test_both_known_with_the_same_provider_need_no_filing(filed):
    assert (found(filed, filed.host).kind, found(filed, filed.host).code) == (None, "1029")


def test_a_domain_of_another_subject_is_a_conflict(filed):
    other = case_at(Status.FILED)

    answers = [found(filed, filed.host, domain=other.filing.domain), found(filed, filed.host, cert_number="x")]

    assert [(answer.kind, answer.code) for answer in answers] == [(None, "1005"), (None, "1005")]


def test_a_strangers_certificate_is_a_subject_conflict(filed):
    answer = found(filed, host(), domain="another.cn")

    assert (answer.kind, answer.code, answer.own) == (None, "1003", False)


def test_a_first_filing_goes_on_as_a_new_website_with_what_was_typed(filed):
    known = filed.filing.facts["subject"]
    draft = services.start(filed.host, provider_id=filed.provider.pk, entrance=Entrance.PROVIDER)
    typed = {
        "subject.cert_type": known["cert_type"],
        "subject.cert_number": known["cert_number"],
        "websites.0.domain": "typed.cn",
        "websites.0.name": "另一个网站",
    }
    services.save_facts(draft.pk, filed.host, typed, version=None)

    filing = starting.become(draft.pk, filed.host, version=None)

    assert filing.kind == Kind.NEW_WEBSITE
    assert (filing.get("subject.name"), filing.get("websites.0.domain")) == (known["name"], "typed.cn")


@pytest.mark.parametrize(
    ("domain", "way"),
    [("typed.cn", "/become/"), ("", "?kind=new_access&amp;subject=")],
    ids=["new domain", "known domain"],
)
def test_the_list_of_pages_leads_on_to_what_the_draft_proves_to_be(filed, client, domain, way):
    known, there = filed.filing.facts["subject"], provider()
    draft = services.start(filed.host, provider_id=there.pk, entrance=Entrance.PROVIDER)
    typed = {
        "subject.cert_type": known["cert_type"],
        "subject.cert_number": known["cert_number"],
        "websites.0.domain": domain or filed.filing.domain,
    }
    services.save_facts(draft.pk, filed.host, typed, version=None)
    sign_in(client, user_of(filed.host))

    assert way in client.get(f"/filings/{draft.pk}/edit/").content.decode()


def test_a_first_filing_of_somebody_new_becomes_nothing_else(filed):
    draft = case_at(Status.DRAFT)

    with pytest.raises(MoveRefused, match=_("You have no record that matches this filing.")):
        starting.become(draft.filing.pk, draft.host, version=None)


# --- Records that were made elsewhere -------------------------------------------------------------


def test_whoever_knows_the_filing_password_takes_the_record_into_the_account(filed, client):
    knows_password(filed)
    newcomer, subject = host(), Subject.objects.get()
    sign_in(client, user_of(newcomer))

    answer = client.post("/filings/begin/adopt/", {"number": f"{subject.number}-1", "password": FILING_PASSWORD})

    assert answer.url == f"/records/{subject.pk}/"
    assert client.get(answer.url).status_code == 200
    assert found(filed, newcomer, domain="another.cn").kind == Kind.NEW_WEBSITE
    assert Email.objects.filter(to=[subject.responsible_email], subject__contains=str(subject.number)).exists()


def test_a_wrong_password_takes_nothing(filed, client):
    knows_password(filed)
    stranger = host()
    sign_in(client, user_of(stranger))

    page = client.post("/filings/begin/adopt/", {"number": str(Subject.objects.get().number), "password": "guess"})

    assert "1018" in page.content.decode()
    assert not Adoption.objects.exists()
    assert found(filed, stranger, domain="another.cn").code == "1003"


# --- In the browser's words -----------------------------------------------------------------------


def test_the_host_is_led_from_the_look_up_to_the_draft(filed, client):
    sign_in(client, user_of(filed.host))
    known = filed.filing.facts["subject"]
    typed = {
        "cert_type": known["cert_type"],
        "cert_number": known["cert_number"],
        "domain": "second.cn",
        "provider": filed.provider.pk,
    }

    page = client.post("/filings/begin/look/", typed)
    url = f"/filings/begin/?kind=new_website&subject={filed.filing.subject_id}&provider={filed.provider.pk}"
    begun = client.post(url, {"provider": filed.provider.pk})

    assert url.replace("&", "&amp;") in page.content.decode()
    filing = Filing.objects.get(kind=Kind.NEW_WEBSITE)
    assert begun.url == f"/filings/{filing.pk}/continue/"
    overview = client.get(f"/filings/{filing.pk}/edit/").content.decode()
    subject_page = client.get(f"/filings/{filing.pk}/edit/subject/").content.decode()
    assert known["name"] in subject_page
    assert '<input type="text" name="name"' not in subject_page
    assert "add" in overview


def test_the_page_of_a_kind_costs_the_same_for_one_website_and_for_three(filed, client):
    sign_in(client, user_of(filed.host))
    subject = Subject.objects.get()
    url = f"/filings/begin/?kind=cancel_subject&subject={subject.pk}"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    website = Website.objects.get()
    entry = entry_types.WebsiteEntry(
        website.name, "", "", [8], [1], website.responsible_name, website.responsible_mobile, website.responsible_email
    )
    for domain in ("second.cn", "third.cn"):
        access = entry_types.AccessEntry(filed.provider.pk, [5], [2], ["192.31.196.8"])
        writer.enter_website(
            subject.pk, replace(entry, domain=domain, home_url=f"www.{domain}"), access, timezone.localdate()
        )

    with CaptureQueriesContext(connection) as three:
        page = client.get(url).content.decode()

    assert f"{subject.number}-3" in page
    assert len(three) == len(one)


def test_a_stranger_finds_no_page_for_the_record(filed, client):
    sign_in(client, user_of(host()))

    answer = client.get(f"/filings/begin/?kind=new_website&subject={filed.filing.subject_id}")

    assert answer.status_code == 404
