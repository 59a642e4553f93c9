"""Every kind of filing through the same states, and what it does to the register."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from desks import progress
from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.mail import other_providers
from filings.models import Adoption, Entrance, Filing, ProviderNotice
from filings.rules import checks
from filings.services import starting
from filings.services.starting import PasswordProof, RecordTarget
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.browser import with_second_step
from icp_portal.tests.builders import (
    Case,
    blocked_by,
    case_at,
    codes_asked,
    host,
    number,
    on_record,
    provider,
    sign_in,
    user_of,
)
from ministry.models import Access, Subject, SubjectCertificate, Website
from ministry.reference import code_tables
from ministry.register import digests, entry_types, history, writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED)


def drafted(case: Case, kind: Kind, **written: object) -> Filing:
    target = play_kinds.target_of(case.filing)
    return play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), **written)


def approved(case: Case, filing: Filing) -> Filing:
    return play_kinds.approved(filing, case.host, case.staff, case.reviewer)


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
    assert (progress.next_step(filed.host, filing)["next"] == without) is not photographed
    mail = Email.objects.get(to=user_of(filed.host).email)
    told = _(
        "%(provider)s has received your filing. It checks it against the record, has it confirmed "
        "where required, and sends it to the bureau. Telephone %(phone)s; address %(address)s."
    )
    house = filing.provider
    words = told % {"provider": house.name, "phone": house.contact_phone, "address": house.address}
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


# --- The other kinds ------------------------------------------------------------------------------

FILING_PASSWORD = "filingpass"


def knows_password(case: Case) -> None:
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))


def moved(case: Case) -> tuple[Case, Filing]:
    """Filed, and a draft of a new access at another provider, with that provider's people."""
    knows_password(case)
    there = Case(owner=case.host)
    filing = play_kinds.complete_draft(
        case.host,
        Kind.NEW_ACCESS,
        play_kinds.target_of(case.filing),
        there.provider.pk,
        number(),
        password=FILING_PASSWORD,
    )
    return there, filing


def test_a_new_access_leaves_the_number_as_it_is(filed):
    there, filing = moved(filed)

    approved(there, filing)

    website = Website.objects.get()
    assert [access.provider_id for access in website.accesses.order_by("pk")] == [filed.provider.pk, there.provider.pk]
    assert str(website.number).endswith("-1")


def test_a_new_access_at_another_provider_asks_for_the_filing_password(filed):
    knows_password(filed)

    with pytest.raises(MoveRefused, match="1018"):
        starting.begin(
            filed.host,
            Kind.NEW_ACCESS,
            play_kinds.target_of(filed.filing),
            provider_id=provider().pk,
            entrance=Entrance.PROVIDER,
            proof=PasswordProof("wrong", "127.0.0.1"),
        )


def test_a_changed_subject_keeps_number_and_certificate(filed):
    before = Subject.objects.get()
    name = f"{before.name}（改名）"

    approved(filed, drafted(filed, Kind.CHANGE_SUBJECT, **{"subject.name": name}))

    after = Subject.objects.get()
    assert (after.name, after.number) == (name, before.number)
    assert writer.as_of(after, timezone.localdate()).facts["subject"]["name"] == name


def test_a_change_that_changes_nothing_is_none(filed):
    filing = drafted(filed, Kind.CHANGE_SUBJECT)

    assert [finding.code for finding in checks.findings(filing)] == ["1999"]


def test_a_changed_website_keeps_number_and_domain(filed):
    before = Website.objects.get()
    filing = drafted(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": "改名后的示例网站"})
    with pytest.raises(MoveRefused, match="P402"):
        services.save_facts(filing.pk, filed.host, {"websites.0.domain": "other.cn"}, version=None)

    approved(filed, filing)

    after = Website.objects.get()
    assert (after.name, after.domain, after.number) == ("改名后的示例网站", before.domain, before.number)


def test_a_changed_access_has_the_new_addresses(filed):
    approved(filed, drafted(filed, Kind.CHANGE_ACCESS, **{"websites.0.access.ip_ranges": "192.31.196.9"}))

    assert Access.objects.get().ip_ranges == ["192.31.196.9"]


def test_the_only_access_is_not_cancelled_by_mistake(filed):
    filing = drafted(filed, Kind.CANCEL_ACCESS)
    assert [finding.code for finding in checks.findings(filing)] == ["1025"]

    services.save_facts(filing.pk, filed.host, {"cancellation.only_access": True}, version=None)
    approved(filed, filing)

    assert (Access.objects.get().live, Website.objects.get().live) == (False, True)


def test_a_cancelled_website_leaves_its_subject(filed):
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))

    assert (Website.objects.get().live, Access.objects.get().live, Subject.objects.get().live) == (False, False, True)


def test_a_cancelled_subject_takes_everything_with_it(filed):
    knows_password(filed)
    filing = play_kinds.complete_draft(
        filed.host,
        Kind.CANCEL_SUBJECT,
        play_kinds.target_of(filed.filing),
        filed.provider.pk,
        number(),
        password=FILING_PASSWORD,
    )

    approved(filed, filing)

    assert (Website.objects.get().live, Access.objects.get().live, Subject.objects.get().live) == (False, False, False)
    assert writer.as_of(Subject.objects.get(), timezone.localdate()) is None


def test_a_new_certificate_takes_over_and_the_old_one_stays_known(filed):
    """From the organisation code to the credit code: the same unit, which nobody can file a second time."""
    subject = Subject.objects.get()
    code = filed.filing.get("subject.cert_number")
    old = {"cert_type": 12, "cert_number": f"{code[8:16]}-{code[16]}"}
    kept = SubjectCertificate.objects.get()
    kept.cert_type, kept.number, kept.digest = 12, old["cert_number"], digests.of_certificate(old["cert_number"])
    kept.save()
    said = history.facts_now(subject)
    history.remember(subject, timezone.localdate(), said | {"subject": said["subject"] | old})

    approved(filed, drafted(filed, Kind.CHANGE_CERT, **{"subject.cert_type": 1, "subject.cert_number": code}))

    assert SubjectCertificate.objects.filter(subject=subject, live=True).count() == 2
    assert found(filed, filed.host, domain="another.cn").target == RecordTarget(subject.pk)


def test_a_move_leaves_no_gap(filed, client):
    knows_password(filed)
    there = Case(owner=filed.host)
    target = play_kinds.target_of(filed.filing)
    filing = starting.begin(
        filed.host,
        Kind.NEW_ACCESS,
        target,
        provider_id=there.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
        moves_from_id=target.access_id,
    )
    approved(there, play_kinds.fill(filing, filed.host, number(), {}))
    sign_in(client, user_of(filed.host))

    page = client.get(f"/filings/{filing.pk}/").content.decode()
    end = drafted(filed, Kind.CANCEL_ACCESS)
    approved(filed, end)

    assert f"kind=cancel_access&amp;subject={target.subject_id}&amp;website={target.website_id}" in page
    assert end.get("cancellation.reason") == code_tables.CHANGED_PROVIDER
    assert [access.live for access in Access.objects.order_by("pk")] == [False, True]
    assert Website.objects.get().live


def test_who_begins_a_move_again_leaves_whom_is_chosen_now(filed):
    knows_password(filed)
    there, target = Case(owner=filed.host), play_kinds.target_of(filed.filing)
    elsewhere = writer.enter_access(
        target.website_id, entry_types.AccessEntry(provider().pk, [1], [1], ["192.31.196.7"]), timezone.localdate()
    )

    def begun(leaves: int | None) -> Filing:
        return starting.begin(
            filed.host,
            Kind.NEW_ACCESS,
            target,
            provider_id=there.provider.pk,
            entrance=Entrance.PROVIDER,
            proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
            moves_from_id=leaves,
        )

    first = begun(target.access_id)
    again = [begun(leaves) for leaves in (elsewhere.pk, None, target.access_id, target.access_id)]

    assert {filing.pk for filing in again} == {first.pk}
    assert [filing.moves_from_id for filing in again] == [elsewhere.pk, None, target.access_id, target.access_id]
    assert Filing.objects.get(pk=first.pk).moves_from_id == target.access_id
    foreign = on_record(provider()).accesses.get()
    with pytest.raises(MoveRefused, match="1016"):
        begun(foreign.pk)
    assert Filing.objects.get(pk=first.pk).moves_from_id == target.access_id


def test_where_one_time_codes_are_asked_for_the_password_is_not(filed, client):
    sign_in(client, user_of(filed.host))
    target = play_kinds.target_of(filed.filing)
    with codes_asked():
        page = client.get(f"/filings/begin/?kind=cancel_subject&subject={target.subject_id}").content.decode()
        filing = starting.begin(
            filed.host, Kind.CANCEL_SUBJECT, target, provider_id=filed.provider.pk, entrance=Entrance.PROVIDER
        )

    assert 'name="password"' not in page
    assert filing.proved_at is None


def test_a_returned_change_is_mended_on_one_page_and_what_is_on_record_stays_closed(filed, client):
    filing = drafted(filed, Kind.CHANGE_SUBJECT, **{"subject.name": "改名后的示例有限公司"})
    play.submit(filing, filed.host)
    services.claim(filing.pk, filed.staff)
    remarks = [
        services.RemarkDraft(path=path, code="P101", seen="与营业执照不一致", expected="按营业执照填写")
        for path in ("subject.name", "subject.cert_number")
    ]
    services.send_back(filing.pk, filed.staff, version=None, remarks=remarks)
    sign_in(client, user_of(filed.host))

    page = client.get(f"/filings/{filing.pk}/mend/").content.decode()

    assert 'name="subject.name"' in page
    assert 'name="subject.cert_number"' not in page


def test_a_withdrawn_filing_about_a_record_is_begun_anew_not_copied(filed):
    filing = drafted(filed, Kind.NEW_WEBSITE)
    services.withdraw(filing.pk, filed.host, version=None)

    with pytest.raises(
        MoveRefused,
        match=_("Start this filing again from your record: the data on record may have changed."),
    ):
        services.copy(filing.pk, filed.host)


def test_a_cancellation_asks_for_no_papers(filed):
    assert checks.papers_of(drafted(filed, Kind.CANCEL_WEBSITE)) == ()


@pytest.mark.parametrize("by", ["another change", "the counter"])
def test_what_changed_meanwhile_is_not_taken_back_by_an_older_paper(filed, by):
    """A paper repeats the whole record; what was entered after it began would be lost."""
    subject = Subject.objects.get()
    older = drafted(filed, Kind.CHANGE_SUBJECT, **{"responsible.name": "王一新"})
    if by == "the counter":
        writer.change_email(subject.pk, "new@example.cn", timezone.localdate())
        subject.refresh_from_db()
    else:
        said = history.facts_now(subject)
        changed = said | {"responsible": said["responsible"] | {"office_phone": "010-66007777"}}
        history.remember(subject, timezone.localdate(), changed)

    words = _("The record has changed since this filing was started. Return the filing; its host must start it again.")
    with pytest.raises(MoveRefused, match=words):
        approved(filed, older)
    assert Subject.objects.get().responsible_email == subject.responsible_email


def test_nothing_is_added_to_a_suspended_record(filed):
    website = Website.objects.get()
    writer.suspend_website(website.pk, timezone.localdate())

    draft = drafted(filed, Kind.NEW_WEBSITE)
    assert "P112" not in [finding.code for finding in checks.findings(draft)]
    writer.suspend_subject(website.subject_id, timezone.localdate())
    assert "P112" in [finding.code for finding in checks.findings(draft)]


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

    assert 'href="/provider/told/"' in client.get("/provider/orders/").content.decode()
    page = client.get("/provider/told/").content.decode()
    client.post(f"/provider/told/{told.pk}/")

    assert told.provider == there.provider
    assert str(Website.objects.get().number) in page
    assert Email.objects.filter(to=[there.provider.contact_email]).exists()
    assert ProviderNotice.objects.get().receipt_by == there.staff.name


def test_nobody_gives_another_providers_receipt(filed, client):
    served_by_two(filed)
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))
    sign_in(client, with_second_step(user_of(filed.staff)))

    answer = client.post(f"/provider/told/{ProviderNotice.objects.get().pk}/")

    assert answer.status_code == 404
    assert str(Website.objects.get().number) not in client.get("/provider/told/").content.decode()


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
    client.get("/provider/told/")
    with CaptureQueriesContext(connection) as one:
        client.get("/provider/told/")
    for n in "二三":
        approved(filed, drafted(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": f"示例网站第{n}"}))

    with CaptureQueriesContext(connection) as three:
        client.get("/provider/told/")

    assert len(three) == len(one)


# --- The kind is found ----------------------------------------------------------------------------


def found(case: Case, actor, **asked):
    facts = case.filing.facts
    question = {
        "cert_type": facts["subject"]["cert_type"],
        "cert_number": facts["subject"]["cert_number"],
        "domain": facts["websites"][0]["domain"],
        "provider_id": case.provider.pk,
    }
    return starting.find(actor, **(question | asked))


def test_nothing_on_record_is_a_first_filing():
    case = case_at(Status.DRAFT)

    assert found(case, case.host) == starting.KindFound(Kind.NEW_FILING)


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


# --- What was true on any day ---------------------------------------------------------------------


def test_the_register_remembers_what_was_approved(filed):
    approved(filed, drafted(filed, Kind.NEW_WEBSITE))

    record = writer.as_of(Subject.objects.get(), timezone.localdate())

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
